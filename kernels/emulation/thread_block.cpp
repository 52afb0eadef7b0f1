// SPDX-License-Identifier: MIT
#include "kernels/emulation/thread_block.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "kernels/emulation/execution.hpp"

namespace gradscape::emulation {

ThreadBlock::ThreadBlock(std::size_t threads, std::function<bool()> prepare_block,
                         std::function<void(std::size_t)> run_thread)
    : prepare_block_(std::move(prepare_block)),
      run_thread_(std::move(run_thread)),
      gate_(static_cast<std::ptrdiff_t>(threads)),
      lines_(threads) {}

void ThreadBlock::run() {
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < lines_.size(); ++t)
            threads.emplace_back([this, t] { serve(t); });
    }
    if (error_) std::rethrow_exception(error_);
}

/// Every thread comes to every meeting, at a barrier or at its end, so none waits in vain.
void ThreadBlock::meet(std::size_t thread, unsigned line) {
    lines_[thread] = line;
    gate_.arrive_and_wait();
    const auto other =
        std::find_if(lines_.begin(), lines_.end(), [line](unsigned l) { return l != line; });
    const bool together = other == lines_.end();
    const unsigned first = *std::max_element(lines_.begin(), lines_.end());
    const unsigned second = *std::min_element(lines_.begin(), lines_.end());
    gate_.arrive_and_wait();
    if (!together)
        throw KernelFault(
            fmt::format("barrier divergence: some threads wait at line {}, others {}", first,
                        second == 0 ? "have ended" : fmt::format("at line {}", second)));
}

void ThreadBlock::wait(std::size_t thread, CallSite where) { meet(thread, where.line); }

void ThreadBlock::serve(std::size_t thread) {
    try {
        while (true) {
            if (thread == 0) {
                try {
                    more_ = prepare_block_();
                } catch (...) {
                    more_ = false;
                    note(std::current_exception());
                }
            }
            gate_.arrive_and_wait();
            if (!more_) return;
            run_thread_(thread);
            meet(thread, 0);
        }
    } catch (...) {
        note(std::current_exception());
    }
}

void ThreadBlock::note(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
}

}  // namespace gradscape::emulation
