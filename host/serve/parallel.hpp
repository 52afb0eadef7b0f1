// A loop on several threads, for work that is stopped and may fail.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "gradscape/stop.hpp"

namespace gradscape::serve {

/// Calls `turn(i)` for i < count, begun in that order, on at most so many threads, this one among
/// them. The first exception ends all and is rethrown.
template <class Turn>
void for_each_parallel(std::size_t count, unsigned threads, Turn turn) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr error;
    const auto work = [&] {
        try {
            for (std::size_t i = 0; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) {
                check_stop();
                turn(i);
            }
        } catch (...) {
            next.store(count);
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
    };
    {
        const StopScope* const scope = StopScope::innermost();
        std::vector<std::jthread> others;
        try {
            for (std::size_t t = 1; t < std::min<std::size_t>(threads, count); ++t)
                others.emplace_back([&work, scope] {
                    const InheritedStop inherited(scope);
                    work();
                });
        } catch (const std::system_error&) {
            // No more threads to be had: those that started do it.
        }
        work();
    }
    if (error) std::rethrow_exception(error);
}

}  // namespace gradscape::serve
