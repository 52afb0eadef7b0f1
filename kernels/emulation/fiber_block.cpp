// SPDX-License-Identifier: MIT
#include "kernels/emulation/fiber_block.hpp"

#include <fmt/core.h>
#include <ucontext.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "gradscape/stop.hpp"
#include "kernels/emulation/sanitizers.hpp"

namespace gradscape::emulation {

struct Fiber {
    static constexpr std::size_t stack_bytes = std::size_t{256} << 10;

    FiberBlock* block = nullptr;  ///< whose thread it runs
    std::size_t thread = 0;       ///< to start with, or the one that waits
    bool waits = false;
    CallSite where = {};  ///< it waits
    unsigned barriers_passed = 0;

    std::unique_ptr<std::byte[]> stack{new std::byte[stack_bytes]};
    ucontext_t context{}, resumer{};
    void* sanitizer_stack = nullptr;
    const void* resumer_bottom = nullptr;
    std::size_t resumer_size = 0;
    RaceThread race_thread = {};
    void* resumer_race_thread = nullptr;

    Fiber() {
        getcontext(&context);
        context.uc_stack.ss_sp = stack.get();
        context.uc_stack.ss_size = stack_bytes;
        makecontext(&context, &Fiber::main, 0);
    }

    /// From the scheduler into the fiber, until it waits or has no more threads to run.
    GRADSCAPE_UNTRACED void enter() {
        void* own_stack = nullptr;
        starting = this;
        leave_stack(&own_stack, stack.get(), stack_bytes);
        resumer_race_thread = this_race_thread();
        switch_race_thread(race_thread.id);
        swapcontext(&resumer, &context);
        enter_stack(own_stack, nullptr, nullptr);
    }

    /// From the fiber back into the scheduler.
    GRADSCAPE_UNTRACED void leave() {
        leave_stack(&sanitizer_stack, resumer_bottom, resumer_size);
        switch_race_thread(resumer_race_thread);
        swapcontext(&context, &resumer);
        enter_stack(sanitizer_stack, &resumer_bottom, &resumer_size);
    }

private:
    static thread_local Fiber* starting;

    GRADSCAPE_UNTRACED static void main() {
        Fiber& self = *starting;
        enter_stack(nullptr, &self.resumer_bottom, &self.resumer_size);
        while (true) {
            acquire_order(&self.block->start_);
            self.block->run_threads(self.thread);
            release_order(&self.block->end_);
            self.leave();
        }
    }
};

thread_local Fiber* Fiber::starting = nullptr;

namespace {

// Of earlier launches: a stack, and what a sanitizer knows of it, are dear to make.
thread_local std::vector<std::unique_ptr<Fiber>> idle_fibers;

std::unique_ptr<Fiber> idle_fiber() {
    if (idle_fibers.empty()) return std::make_unique<Fiber>();
    std::unique_ptr<Fiber> fiber = std::move(idle_fibers.back());
    idle_fibers.pop_back();
    return fiber;
}

}  // namespace

FiberBlock::FiberBlock(std::size_t threads, const Execution& how,
                       std::function<void(std::size_t)> run_thread)
    : how_(how),
      run_thread_(std::move(run_thread)),
      random_(how.seed),
      order_(threads),
      waiting_(threads) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (how_.order == ThreadOrder::reverse) std::reverse(order_.begin(), order_.end());
}

FiberBlock::~FiberBlock() = default;

void FiberBlock::set_order() {
    if (how_.order == ThreadOrder::shuffled) std::shuffle(order_.begin(), order_.end(), random_);
}

void FiberBlock::run() {
    struct End {
        FiberBlock& block;
        ~End() {
            for (char* place : {&block.end_, block.barriers_, block.barriers_ + 1})
                acquire_order(place);
            std::move(block.finished_.begin(), block.finished_.end(),
                      std::back_inserter(idle_fibers));
            block.finished_.clear();
        }
    } end{*this};
    release_order(&start_);
    run_all();
}

void FiberBlock::run_all() {
    started_ = 0;
    set_order();
    while (started_ < order_.size() && !failed_) {
        std::unique_ptr<Fiber> fiber = idle_fiber();
        fiber->block = this;
        fiber->thread = order_[started_++];
        fiber->barriers_passed = 0;
        resume(std::move(fiber));
    }
    while (waiting_count_ > 0 && !failed_) {
        check_barrier();
        set_order();
        for (const std::size_t thread : order_) {
            look_for_stop();  // what is behind a barrier may be long
            if (failed_) break;
            --waiting_count_;
            resume(std::move(waiting_[thread]));
        }
    }
    if (failed_) std::rethrow_exception(error_);
}

void FiberBlock::look_for_stop() {
    try {
        check_stop();
    } catch (...) {
        error_ = std::current_exception();
        failed_ = true;
    }
}

/// On a fiber.
void FiberBlock::run_threads(std::size_t first) {
    run_thread(first);
    if (thread_sanitizer) return;  // to which no two threads of a block may share a stack
    while (started_ < order_.size()) run_thread(order_[started_++]);
}

void FiberBlock::run_thread(std::size_t thread) {
    try {
        check_stop();
        run_thread_(thread);
    } catch (...) {
        error_ = std::current_exception();
        failed_ = true;
    }
}

void FiberBlock::resume(std::unique_ptr<Fiber> fiber) {
    fiber->waits = false;
    running_ = fiber.get();
    fiber->enter();
    if (!fiber->waits) {
        finished_.push_back(std::move(fiber));
        return;
    }
    ++waiting_count_;
    const std::size_t thread = fiber->thread;
    waiting_[thread] = std::move(fiber);
}

GRADSCAPE_UNTRACED void FiberBlock::wait(CallSite where) {
    const Index3 here = thread_index;
    Fiber& self = *running_;
    self.thread =
        here.x + std::size_t{block_size.x} * (here.y + std::size_t{block_size.y} * here.z);
    self.where = where;
    self.waits = true;
    char* place = barriers_ + self.barriers_passed++ % 2;
    release_order(place);
    self.leave();
    acquire_order(place);
    thread_index = here;
}

void FiberBlock::check_barrier() const {
    const auto absent = std::find(waiting_.begin(), waiting_.end(), nullptr);
    const auto present = std::find_if(waiting_.begin(), waiting_.end(),
                                      [](const auto& fiber) { return fiber != nullptr; });
    const CallSite& where = (*present)->where;
    if (absent != waiting_.end())
        throw KernelFault(fmt::format(
            "{}:{}: barrier divergence: thread {} waits, thread {} has ended", where.file,
            where.line, present - waiting_.begin(), absent - waiting_.begin()));
    for (const auto& fiber : waiting_)
        if (fiber->where.line != where.line)
            throw KernelFault(
                fmt::format("{}: barrier divergence: threads wait at line {} and at line {}",
                            where.file, where.line, fiber->where.line));
}

}  // namespace gradscape::emulation
