// A block's threads as fibers on one system thread. A fiber takes one thread after the other and is
// left behind only where its thread waits at a barrier, so kernels without barriers need just one.
// To the thread sanitizer each thread of a block is one of its own, ordered with the others by the
// block's start, end and barriers only: a missing barrier is a race.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
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

    void run_all();
    void run_threads(std::size_t first);
    void run_thread(std::size_t thread);
    void look_for_stop();
    void resume(std::unique_ptr<Fiber> fiber);
    void check_barrier() const;
    void set_order();

    Execution how_;
    std::function<void(std::size_t)> run_thread_;
    std::mt19937_64 random_;
    std::vector<std::size_t> order_;  ///< of the threads
    std::size_t started_ = 0, waiting_count_ = 0;
    std::vector<std::unique_ptr<Fiber>> waiting_;  ///< by thread; null: not waiting
    std::vector<std::unique_ptr<Fiber>> finished_;
    Fiber* running_ = nullptr;
    std::exception_ptr error_;
    std::atomic<bool> failed_ = false;  ///< orders error_, which a fiber writes, before its reader
    /// Places that the thread sanitizer sees the order of events at; turn by turn for barriers, so
    /// that a thread before one is not ordered with another that has passed it.
    char start_ = 0, end_ = 0, barriers_[2] = {};
};

}  // namespace gradscape::emulation
