// A block's threads as system threads, so that the thread sanitizer sees what a barrier orders and
// what it does not. The same threads serve all blocks of a launch, one block after the other.
// SPDX-License-Identifier: MIT
#pragma once

#include <barrier>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "kernels/emulation/call_site.hpp"

namespace gradscape::emulation {

class ThreadBlock {
public:
    /// `prepare_block` is called by one thread before each block; true: there is one more.
    ThreadBlock(std::size_t threads, std::function<bool()> prepare_block,
                std::function<void(std::size_t)> run_thread);

    /// Runs all blocks; KernelFault where some threads wait at a barrier that others never reach.
    void run();
    /// Called by a block's threads.
    void wait(std::size_t thread, CallSite where);

private:
    void serve(std::size_t thread);
    void meet(std::size_t thread, unsigned line);
    void note(std::exception_ptr error);

    std::function<bool()> prepare_block_;
    std::function<void(std::size_t)> run_thread_;
    std::barrier<> gate_;
    std::vector<unsigned> lines_;  ///< where each thread is: at a barrier's line; 0: at its end
    bool more_ = true;
    std::mutex mutex_;
    std::exception_ptr error_;
};

}  // namespace gradscape::emulation
