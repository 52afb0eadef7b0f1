// SPDX-License-Identifier: MIT
#include "kernels/emulation/execution.hpp"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "kernels/emulation/fiber_block.hpp"
#include "kernels/emulation/guarded_memory.hpp"
#include "kernels/emulation/sanitizers.hpp"
#include "kernels/emulation/thread_block.hpp"

namespace gradscape::emulation {

thread_local Index3 thread_index, block_index, block_size, grid_size;

namespace {

thread_local void* shared = nullptr;
thread_local std::function<void(CallSite)>* wait_here = nullptr;

Execution initial_execution() {
    Execution how;
    how.system_threads = thread_sanitizer;
    const char* asked = std::getenv("GRADSCAPE_EMULATION");
    const std::string_view word = asked ? asked : "";
    if (word == "reverse") how.order = ThreadOrder::reverse;
    if (word == "shuffled") how.order = ThreadOrder::shuffled;
    if (word == "threads") how.system_threads = true;
    return how;
}

std::size_t volume(Index3 size) { return std::size_t{size.x} * size.y * size.z; }

Index3 index_in(Index3 size, std::size_t i) {
    const auto x = static_cast<unsigned>(i % size.x);
    const auto y = static_cast<unsigned>(i / size.x % size.y);
    return {x, y, static_cast<unsigned>(i / size.x / size.y)};
}

/// What the threads of one launch share.
struct Launch {
    Index3 grid, block;
    std::size_t shared_bytes;
    const std::function<void()>& thread;

    std::size_t next_block = 0;
    std::unique_ptr<GuardedMemory> memory;  ///< of the current block

    bool prepare_block() {
        if (memory) memory->check("shared memory");
        memory.reset();
        if (next_block == volume(grid)) return false;
        memory = std::make_unique<GuardedMemory>(shared_bytes);
        ++next_block;
        return true;
    }
    void enter_thread(std::size_t index) const {
        grid_size = grid;
        block_size = block;
        block_index = index_in(grid, next_block - 1);
        thread_index = index_in(block, index);
        shared = memory->data();
        thread();
    }
};

void launch_fibers(Launch& launch, const Execution& how) {
    FiberBlock block(volume(launch.block), how,
                     [&](std::size_t index) { launch.enter_thread(index); });
    std::function<void(CallSite)> wait = [&](auto where) { block.wait(where); };
    struct Restore {
        decltype(wait_here) before = wait_here;
        ~Restore() { wait_here = before; }
    } restore;
    wait_here = &wait;
    while (launch.prepare_block()) block.run();
}

void launch_threads(Launch& launch) {
    ThreadBlock* block = nullptr;
    const auto run_thread = [&](std::size_t index) {
        std::function<void(CallSite)> wait = [&](auto where) { block->wait(index, where); };
        wait_here = &wait;
        launch.enter_thread(index);
    };
    ThreadBlock threads(
        volume(launch.block), [&] { return launch.prepare_block(); }, run_thread);
    block = &threads;
    threads.run();
}

}  // namespace

Execution& execution() {
    static Execution how = initial_execution();
    return how;
}

void* shared_memory() { return shared; }

void barrier(CallSite where) { (*wait_here)(where); }

void launch(Index3 grid, Index3 block, std::size_t shared_bytes,
            const std::function<void()>& thread) {
    Launch it{grid, block, shared_bytes, thread, 0, nullptr};
    const Execution how = execution();
    if (how.system_threads)
        launch_threads(it);
    else
        launch_fibers(it, how);
}

}  // namespace gradscape::emulation
