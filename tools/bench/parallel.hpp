// Blocks of work on threads that live for one call, for loops that must not go through the strip
// pipeline: what is timed here is memory and arithmetic alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace gradscape::bench {

/// work(0) … work(count − 1), each once, on `threads` threads.
template <class Work>
void for_each_block(unsigned threads, std::size_t count, const Work& work) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t block = next++; block < count; block = next++) work(block);
    };
    std::vector<std::jthread> others;
    for (unsigned t = 1; t < threads && t < count; ++t) others.emplace_back(run);
    run();
}

}  // namespace gradscape::bench
