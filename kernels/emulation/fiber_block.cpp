// SPDX-License-Identifier: MIT
#include "kernels/emulation/fiber_block.hpp"

#include <fmt/core.h>
#include <ucontext.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "kernels/emulation/sanitizers.hpp"

namespace gradscape::emulation {

struct Fiber {
    static constexpr std::size_t stack_bytes = std::size_t{256} << 10;

    FiberBlock& block;
    std::unique_ptr<std::byte[]> stack{new std::byte[stack_bytes]};
    ucontext_t context{}, resumer{};
    void* sanitizer_stack = nullptr;
    const void* resumer_bottom = nullptr;
    std::size_t resumer_size = 0;

    std::size_t thread = 0;  ///< the one that waits
    CallSite where;

    explicit Fiber(FiberBlock& owner) : block(owner) {
        getcontext(&context);
        context.uc_stack.ss_sp = stack.get();
        context.uc_stack.ss_size = stack_bytes;
        makecontext(&context, &Fiber::main, 0);
    }

    /// From the scheduler into the fiber, until it waits or has no more threads to run.
    void enter() {
        void* own_stack = nullptr;
        starting = this;
        leave_stack(&own_stack, stack.get(), stack_bytes);
        swapcontext(&resumer, &context);
        enter_stack(own_stack, nullptr, nullptr);
    }

    /// From the fiber back into the scheduler.
    void leave() {
        leave_stack(&sanitizer_stack, resumer_bottom, resumer_size);
        swapcontext(&context, &resumer);
        enter_stack(sanitizer_stack, &resumer_bottom, &resumer_size);
    }

private:
    static thread_local Fiber* starting;

    static void main() {
        Fiber& self = *starting;
        enter_stack(nullptr, &self.resumer_bottom, &self.resumer_size);
        while (true) {
            self.block.run_unstarted_threads();
            self.leave();
        }
    }
};

thread_local Fiber* Fiber::starting = nullptr;

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
    started_ = 0;
    set_order();
    while (started_ < order_.size() && !error_) {
        if (idle_.empty()) idle_.push_back(std::make_unique<Fiber>(*this));
        std::unique_ptr<Fiber> fiber = std::move(idle_.back());
        idle_.pop_back();
        resume(std::move(fiber));
    }
    while (waiting_count_ > 0 && !error_) {
        check_barrier();
        set_order();
        for (const std::size_t thread : order_) {
            --waiting_count_;
            resume(std::move(waiting_[thread]));
        }
    }
    if (error_) std::rethrow_exception(error_);
}

void FiberBlock::run_unstarted_threads() {
    while (started_ < order_.size()) {
        const std::size_t thread = order_[started_++];
        try {
            run_thread_(thread);
        } catch (...) {
            error_ = std::current_exception();
        }
    }
}

void FiberBlock::resume(std::unique_ptr<Fiber> fiber) {
    Fiber& it = *fiber;
    running_ = std::move(fiber);
    it.enter();
    if (running_) idle_.push_back(std::move(running_));  // it did not stop at a barrier
}

void FiberBlock::wait(CallSite where) {
    const Index3 here = thread_index;
    const std::size_t thread =
        here.x + std::size_t{block_size.x} * (here.y + std::size_t{block_size.y} * here.z);
    Fiber& self = *running_;
    self.where = where;
    waiting_[thread] = std::move(running_);
    ++waiting_count_;
    self.leave();
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
