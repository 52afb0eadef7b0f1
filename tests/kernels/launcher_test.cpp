// The launcher finds what it is there for, in small kernels that are wrong on purpose.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "kernels/device/runtime.cuh"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/kernels/device_memory_limit.hpp"
#include "tests/kernels/execution_as.hpp"

namespace gradscape::kernels::emulated_backend {
namespace {

using emulation::ExecutionAs;
using emulation::KernelFault;
using emulation::ThreadOrder;

/// to[i] = 2·i for i < size; `excess` elements too many when it is wrong.
__global__ void fill_kernel(int* to, unsigned size, unsigned excess) {
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < size + excess) to[i] = static_cast<int>(2 * i);
}

/// Each block's sum of its part of `from`, through shared memory.
template <bool Barrier>
__global__ void sum_kernel(const int* from, int* to) {
    GRADSCAPE_SHARED(int, part);
    part[threadIdx.x] = from[blockIdx.x * blockDim.x + threadIdx.x];
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if constexpr (Barrier) __syncthreads();
        if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
    }
    if (threadIdx.x == 0) to[blockIdx.x] = part[0];
}

/// Threads beyond `size` leave before the barrier.
__global__ void leave_early_kernel(unsigned size) {
    if (threadIdx.x >= size) return;
    __syncthreads();
}

/// Odd and even threads wait at different barriers.
__global__ void two_barriers_kernel() {
    if (threadIdx.x % 2 == 0)
        __syncthreads();
    else
        __syncthreads();
}

__global__ void shared_overrun_kernel(unsigned excess) {
    GRADSCAPE_SHARED(int, part);
    part[threadIdx.x + excess] = 1;
}

__global__ void stale_shared_kernel(int* to) {
    GRADSCAPE_SHARED(int, part);
    if (blockIdx.x == 0) part[threadIdx.x] = 7;
    to[blockIdx.x * blockDim.x + threadIdx.x] = part[threadIdx.x];
}

/// Where each thread found itself, at its linear place.
__global__ void index_kernel(dim3* block, dim3* thread) {
    const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
    const unsigned b = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    const unsigned t = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    __syncthreads();
    block[b * threads + t] = blockIdx;
    thread[b * threads + t] = threadIdx;
}

template <bool Barrier>
std::vector<int> block_sums(ThreadOrder order) {
    const ExecutionAs how(order);
    Stream stream;
    std::vector<int> values(128), sums(4);
    std::iota(values.begin(), values.end(), 1);
    const DeviceBuffer<int> from(128), to(4);
    upload(from, values.data(), values.size(), stream);
    GRADSCAPE_LAUNCH(sum_kernel<Barrier>, dim3{4}, dim3{32}, 32 * sizeof(int), stream, from.data(),
                     to.data());
    download_rows(sums.data(), to, 4, 4, 1, stream);
    return sums;
}

const std::vector<int> true_sums{528, 1552, 2576, 3600};

TEST(Launcher, BarriersOrderThreadsInAnyOrder) {
    for (ThreadOrder order : {ThreadOrder::forward, ThreadOrder::reverse, ThreadOrder::shuffled})
        EXPECT_EQ(block_sums<true>(order), true_sums);
}

TEST(Launcher, AMissingBarrierShowsInTheThreadOrder) {
    if (emulation::thread_sanitizer) GTEST_SKIP() << "a race to the thread sanitizer";
    const auto forward = block_sums<false>(ThreadOrder::forward);
    const auto reverse = block_sums<false>(ThreadOrder::reverse);
    const auto shuffled = block_sums<false>(ThreadOrder::shuffled);
    EXPECT_FALSE(forward == true_sums && reverse == true_sums && shuffled == true_sums);
    EXPECT_NE(forward, reverse);
    EXPECT_NE(forward, shuffled);
}

TEST(Launcher, AMissingBarrierIsARaceToTheThreadSanitizer) {
    if (!emulation::thread_sanitizer) GTEST_SKIP() << "built without the thread sanitizer";
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            block_sums<false>(ThreadOrder::forward);
            std::exit(0);
        },
        testing::ExitedWithCode(66), "data race");
}

TEST(Launcher, EveryThreadOfEveryBlockRunsOnce) {
    const dim3 grid{3, 2, 2}, block{4, 2, 3};
    const ExecutionAs how(ThreadOrder::shuffled);
    Stream stream;
    const DeviceBuffer<dim3> blocks(12 * 24), threads(12 * 24);
    GRADSCAPE_LAUNCH(index_kernel, grid, block, 0, stream, blocks.data(), threads.data());
    for (unsigned i = 0; i < 12 * 24; ++i) {
        const dim3 b = blocks.data()[i], t = threads.data()[i];
        ASSERT_EQ(b.x + 3 * (b.y + 2 * b.z), i / 24);
        ASSERT_EQ(t.x + 4 * (t.y + 2 * t.z), i % 24);
    }
}

void fill(unsigned size, unsigned excess) {
    Stream stream;
    const DeviceBuffer<int> to(size);
    GRADSCAPE_LAUNCH(fill_kernel, dim3{(size + 31) / 32}, dim3{32}, 0, stream, to.data(), size,
                     excess);
    std::vector<int> host(size);
    download_rows(host.data(), to, size, size, 1, stream);
    for (unsigned i = 0; i < size; ++i) ASSERT_EQ(host[i], static_cast<int>(2 * i));
}

TEST(Launcher, RunsATailOfAnySize) {
    for (const unsigned size : {1u, 31u, 32u, 33u, 100u}) fill(size, 0);
}

/// The address sanitizer stops the program at the kernel's own line; else the guard tells.
template <class Statement>
void expect_overrun(Statement statement) {
    if constexpr (emulation::address_sanitizer) {
        testing::FLAGS_gtest_death_test_style = "threadsafe";
        EXPECT_DEATH(statement(), "use-after-poison.*launcher_test");
    } else {
        EXPECT_THROW(statement(), KernelFault);
    }
}

TEST(Launcher, ATailOffByOneIsFound) {
    expect_overrun([] { fill(100, 1); });
}

TEST(Launcher, ASharedMemoryOverrunIsFound) {
    const auto overrun = [](unsigned excess) {
        Stream stream;
        GRADSCAPE_LAUNCH(shared_overrun_kernel, dim3{1}, dim3{32}, 32 * sizeof(int), stream,
                         excess);
    };
    overrun(0);
    expect_overrun([&] { overrun(1); });
}

TEST(Launcher, SharedMemoryDoesNotOutliveItsBlock) {
    Stream stream;
    const DeviceBuffer<int> to(16);
    GRADSCAPE_LAUNCH(stale_shared_kernel, dim3{2}, dim3{8}, 8 * sizeof(int), stream, to.data());
    EXPECT_EQ(to.data()[0], 7);
    for (int i = 8; i < 16; ++i) EXPECT_EQ(to.data()[i], -1);
}

TEST(Launcher, BarrierDivergenceIsAFault) {
    Stream stream;
    EXPECT_NO_THROW(GRADSCAPE_LAUNCH(leave_early_kernel, dim3{2}, dim3{8}, 0, stream, 8u));
    EXPECT_THROW(GRADSCAPE_LAUNCH(leave_early_kernel, dim3{2}, dim3{8}, 0, stream, 7u),
                 KernelFault);
    EXPECT_THROW(GRADSCAPE_LAUNCH(two_barriers_kernel, dim3{1}, dim3{8}, 0, stream), KernelFault);
}

TEST(Launcher, DeviceMemoryStartsUndefinedAndEnds) {
    const DeviceBuffer<float> buffer(3);
    EXPECT_NE(buffer.data()[2], buffer.data()[2]);
    const emulation::DeviceMemoryLimit limit(1000);
    EXPECT_THROW(DeviceBuffer<double>(126), OutOfDeviceMemory);
    EXPECT_NO_THROW(DeviceBuffer<double>(120));
}

}  // namespace
}  // namespace gradscape::kernels::emulated_backend
