// Runs kernels on the host, one block after the other, a block's threads as fibers that change
// places at __syncthreads. It executes and checks index arithmetic, tails, shared memory and
// barriers on machines without a GPU; it is not fast and does not try to be.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>

#include "kernels/emulation/call_site.hpp"

namespace gradscape::emulation {

/// As CUDA's dim3 and uint3.
struct Index3 {
    unsigned x = 1, y = 1, z = 1;
};

/// The order in which a block's threads run between two barriers. A kernel whose result depends on
/// it lacks a barrier.
enum class ThreadOrder : std::uint8_t { forward, reverse, shuffled };

struct Execution {
    ThreadOrder order = ThreadOrder::forward;
    std::uint64_t seed = 1;  ///< of the shuffled order
};

/// A kernel broke the rules of the device: barrier divergence, a write beyond a buffer.
struct KernelFault : std::logic_error {
    using std::logic_error::logic_error;
};

/// Where the running thread is; valid inside a launch.
extern thread_local Index3 thread_index, block_index, block_size, grid_size;

/// The running block's dynamic shared memory: exactly the bytes asked for, filled with 0xFF.
void* shared_memory();

/// __syncthreads.
void barrier(CallSite where);

/// Runs `thread` for every thread of the grid.
void launch(Index3 grid, Index3 block, std::size_t shared_bytes,
            const std::function<void()>& thread);

}  // namespace gradscape::emulation
