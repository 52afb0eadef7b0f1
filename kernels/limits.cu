// What a device does at most, by the smallest kernels that do nothing else: store, read, multiply
// and add, and copies over the link to the host. gradscape-bench states shares of these.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <string>

#include "gradscape/core/ops.hpp"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

constexpr int tries = 5;
constexpr int chains = 8;  // independent, so that the latency of an fma does not count
constexpr unsigned most_read_blocks = 1024;

__global__ void __launch_bounds__(block_threads)
    store_kernel(float4* to, std::size_t count, float value) {
    const std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
    if (i < count) to[i] = float4{value, value, value, value};
}

/// Each thread's sum of every so-many-th element.
__global__ void __launch_bounds__(block_threads)
    read_kernel(const float4* from, std::size_t count, float* sums) {
    const std::size_t first = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
    const std::size_t stride = std::size_t{gridDim.x} * blockDim.x;
    float a = 0, b = 0, c = 0, d = 0;
    for (std::size_t i = first; i < count; i += stride) {
        const float4 value = from[i];
        a += value.x, b += value.y, c += value.z, d += value.w;
    }
    sums[first] = (a + b) + (c + d);
}

/// x = x·factor + 1 so many times in each chain; their sum.
template <class Real>
__global__ void __launch_bounds__(block_threads) fma_kernel(Real factor, int rounds, Real* sums) {
    Real x[chains];
    GRADSCAPE_UNROLL
    for (int c = 0; c < chains; ++c) x[c] = Real(c);
    for (int round = 0; round < rounds; ++round) {
        GRADSCAPE_UNROLL
        for (int c = 0; c < chains; ++c) x[c] = madd(x[c], factor, Real(1));
    }
    Real sum(0);
    GRADSCAPE_UNROLL
    for (int c = 0; c < chains; ++c) sum = sum + x[c];
    sums[std::size_t{blockIdx.x} * blockDim.x + threadIdx.x] = sum;
}

/// Of the best of some runs; the first one, which also loads the kernel, does not count.
template <class Run>
double best_seconds(Stream& stream, const Run& run) {
    using Clock = std::chrono::steady_clock;
    double best = 1e300;
    for (int i = 0; i <= tries; ++i) {
        const auto start = Clock::now();
        run();
        stream.synchronize();
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        if (i > 0) best = std::min(best, seconds);
    }
    return best;
}

template <class Real>
void expect(const DeviceBuffer<Real>& found, std::size_t count, Real value, const char* what,
            Stream& stream) {
    HostBuffer<Real> host(count);
    const Draining draining(stream);
    download_rows(host.data(), found, count, count, 1, stream);
    stream.synchronize();
    for (std::size_t i = 0; i < count; ++i)
        if (host.data()[i] != value)
            throw RunError(std::string("the device's limit was measured by a wrong result: ") +
                           what);
}

template <class Real>
double flop_rate(const LimitsTask& task, Stream& stream) {
    const std::size_t threads = std::size_t{task.blocks} * block_threads;
    const DeviceBuffer<Real> sums(threads);
    // With the factor 0 a chain is 1 after its first step.
    const double seconds = best_seconds(stream, [&] {
        GRADSCAPE_LAUNCH((fma_kernel<Real>), dim3{task.blocks}, dim3{block_threads}, 0, stream,
                         Real(0), task.rounds, sums.data());
    });
    expect(sums, threads, Real(chains), "multiply-add", stream);
    return 2.0 * chains * task.rounds * static_cast<double>(threads) / seconds;
}

/// Bytes a second: of half ones, which read_rate() then finds.
double store_rate(const DeviceBuffer<float4>& memory, std::size_t count, Stream& stream) {
    const double seconds = best_seconds(stream, [&] {
        GRADSCAPE_LAUNCH(store_kernel, dim3{blocks_for(count)}, dim3{block_threads}, 0, stream,
                         memory.data(), count, 0.5f);
    });
    return static_cast<double>(count * sizeof(float4)) / seconds;
}

/// Of memory that store_rate() has filled.
double read_rate(const DeviceBuffer<float4>& memory, std::size_t count, Stream& stream) {
    // As many elements for each thread, so that all sums are alike.
    const unsigned blocks = std::min(most_read_blocks, std::max(blocks_for(count) / 4, 1u));
    const std::size_t readers = std::size_t{blocks} * block_threads;
    const std::size_t each = count / readers;
    const DeviceBuffer<float> sums(readers);
    const double seconds = best_seconds(stream, [&] {
        GRADSCAPE_LAUNCH(read_kernel, dim3{blocks}, dim3{block_threads}, 0, stream, memory.data(),
                         each * readers, sums.data());
    });
    expect(sums, readers, 2.0f * static_cast<float>(each), "read", stream);
    return static_cast<double>(each * readers * sizeof(float4)) / seconds;
}

/// Over the link, both ways.
void measure_copies(const DeviceBuffer<float4>& memory, std::size_t count, Stream& stream,
                    DeviceLimits& limits) {
    constexpr std::size_t most_pinned_bytes = 1 << 26;  // the link is as fast with more
    const std::size_t moved = std::min(count, most_pinned_bytes / sizeof(float4));
    const auto bytes = static_cast<double>(moved * sizeof(float4));
    HostBuffer<float4> host(moved);
    const Draining draining(stream);
    std::fill_n(host.data(), moved, float4{1, 1, 1, 1});
    limits.to_device =
        bytes / best_seconds(stream, [&] { upload(memory, host.data(), moved, stream); });
    limits.from_device = bytes / best_seconds(stream, [&] {
                             download_rows(host.data(), memory, moved, moved, 1, stream);
                         });
}

DeviceLimits measure(const LimitsTask& task) {
    Stream stream;
    const std::size_t count = task.bytes / sizeof(float4);
    const DeviceBuffer<float4> memory(count);
    DeviceLimits limits;
    limits.store = store_rate(memory, count, stream);
    limits.read = read_rate(memory, count, stream);
    limits.flop_f32 = flop_rate<float>(task, stream);
    limits.flop_f64 = flop_rate<double>(task, stream);
    measure_copies(memory, count, stream, limits);
    return limits;
}

}  // namespace

DeviceLimits measure_limits(LimitsTask task) {
    constexpr std::size_t least_bytes = 1 << 20;  // less measures the launch, not the memory
    const Range range("limits");
    use_device(0);
    while (true) try {
            return measure(task);
        } catch (const OutOfDeviceMemory&) {
            if (task.bytes / 2 < least_bytes) throw;
            task.bytes /= 2;
        }
}

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
