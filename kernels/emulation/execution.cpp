// SPDX-License-Identifier: MIT
#include "kernels/emulation/execution.hpp"

#include <memory>

#include "kernels/emulation/fiber_block.hpp"
#include "kernels/emulation/guarded_memory.hpp"
#include "kernels/emulation/machine.hpp"
#include "kernels/emulation/sanitizers.hpp"

namespace gradscape::emulation {

thread_local Index3 thread_index, block_index, block_size, grid_size;

namespace {

thread_local void* shared = nullptr;
thread_local std::function<void(CallSite)>* wait_here = nullptr;

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
        place(index_in(grid, next_block - 1), index_in(block, index), memory->data());
        thread();
    }
    /// All kernel threads of a system thread share these variables, which are none on a GPU.
    GRADSCAPE_UNTRACED void place(Index3 block_at, Index3 thread_at, void* memory_at) const {
        grid_size = grid;
        block_size = block;
        block_index = block_at;
        thread_index = thread_at;
        shared = memory_at;
    }
};

}  // namespace

void* shared_memory() { return shared; }

void barrier(CallSite where) { (*wait_here)(where); }

void launch(Index3 grid, Index3 block, std::size_t shared_bytes,
            const std::function<void()>& thread) {
    Launch it{grid, block, shared_bytes, thread, 0, nullptr};
    FiberBlock fibers(volume(block), machine().execution,
                      [&](std::size_t index) { it.enter_thread(index); });
    std::function<void(CallSite)> wait = [&](auto where) { fibers.wait(where); };
    struct Restore {
        decltype(wait_here) before = wait_here;
        ~Restore() { wait_here = before; }
    } restore;
    wait_here = &wait;
    while (it.prepare_block()) fibers.run();
}

}  // namespace gradscape::emulation
