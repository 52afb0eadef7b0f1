// A block's threads as fibers on one system thread. A fiber takes one thread after the other and is
// left behind only where its thread waits at a barrier, so kernels without barriers need just one.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "kernels/emulation/call_site.hpp"
#include "kernels/emulation/execution.hpp"

namespace gradscape::emulation {

struct Fiber;

class FiberBlock {
public:
    FiberBlock(std::size_t threads, const Execution& how,
               std::function<void(std::size_t)> run_thread);
    ~FiberBlock();
    FiberBlock(const FiberBlock&) = delete;
    FiberBlock& operator=(const FiberBlock&) = delete;

    /// Runs all threads of one block; KernelFault where some wait at a barrier that others never
    /// reach.
    void run();
    /// Called by the running thread: lets the others come to the same barrier.
    void wait(CallSite where);

private:
    friend struct Fiber;

    void run_unstarted_threads();
    void resume(std::unique_ptr<Fiber> fiber);
    void check_barrier() const;
    void set_order();

    Execution how_;
    std::function<void(std::size_t)> run_thread_;
    std::mt19937_64 random_;
    std::vector<std::size_t> order_;  ///< of the threads
    std::size_t started_ = 0, waiting_count_ = 0;
    std::vector<std::unique_ptr<Fiber>> waiting_;  ///< by thread; null: not waiting
    std::vector<std::unique_ptr<Fiber>> idle_;
    std::unique_ptr<Fiber> running_;
    std::exception_ptr error_;
};

}  // namespace gradscape::emulation
