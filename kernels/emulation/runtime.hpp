// The device's names on the host: thread and block indices, __syncthreads, device memory, streams.
// cuda/runtime.cuh is its twin; kernel files include either through device.cuh.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels/emulation/call_site.hpp"
#include "kernels/emulation/execution.hpp"
#include "kernels/emulation/guarded_memory.hpp"
#include "kernels/launch.hpp"

#define __global__
#define __device__
#define __launch_bounds__(...)
#define threadIdx (::gradscape::emulation::thread_index)
#define blockIdx (::gradscape::emulation::block_index)
#define blockDim (::gradscape::emulation::block_size)
#define gridDim (::gradscape::emulation::grid_size)

namespace gradscape::emulated_backend {

using dim3 = emulation::Index3;

inline void __syncthreads(emulation::CallSite where = emulation::CallSite::here()) {
    emulation::barrier(where);
}

struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(16) double2 {
    double x, y;
};

inline std::string device_missing() { return {}; }
inline int device_count() { return 1; }
inline std::vector<std::string> device_names() { return {}; }
inline std::size_t free_device_memory() { return emulation::free_device_memory(); }
inline void use_device(int) {}
inline constexpr std::size_t preferred_strip_cells = 0;

/// Names a piece of work for a profiler.
struct Range {
    explicit Range(const char*) {}
    ~Range() {}
};

/// Work in order; here each piece is done when its call returns.
class Stream {
public:
    void synchronize() {}
    void drain() noexcept {}
    void run(dim3 grid, dim3 block, std::size_t shared_bytes, const std::function<void()>& thread) {
        emulation::launch(grid, block, shared_bytes, thread);
    }
};

/// Device memory, undefined (NaN) until written. The constructor throws OutOfDeviceMemory.
template <class T>
class DeviceBuffer {
public:
    DeviceBuffer() = default;
    explicit DeviceBuffer(std::size_t size)
        : size_(size), memory_(std::make_unique<emulation::DeviceMemory>(size * sizeof(T))) {}

    T* data() const { return memory_ ? static_cast<T*>(memory_->data()) : nullptr; }
    std::size_t size() const { return size_; }
    /// KernelFault when something was written behind it.
    void check() const {
        if (memory_) memory_->check("device memory");
    }

private:
    std::size_t size_ = 0;
    std::unique_ptr<emulation::DeviceMemory> memory_;
};

/// Host memory that the device copies to and from.
template <class T>
class HostBuffer {
public:
    HostBuffer() = default;
    explicit HostBuffer(std::size_t size) : values_(size) {}
    T* data() { return values_.data(); }
    std::size_t size() const { return values_.size(); }

private:
    std::vector<T> values_;
};

template <class T>
void upload(const DeviceBuffer<T>& to, const T* from, std::size_t count, Stream&) {
    if (count > 0) std::memcpy(to.data(), from, count * sizeof(T));
}

/// `rows` rows of `cols` values that lie `pitch` apart on the device and one after the other here.
template <class T>
void download_rows(T* to, const DeviceBuffer<T>& from, std::size_t pitch, std::size_t cols,
                   std::size_t rows, Stream&) {
    from.check();
    for (std::size_t row = 0; row < rows; ++row)
        std::memcpy(to + row * cols, from.data() + row * pitch, cols * sizeof(T));
}

}  // namespace gradscape::emulated_backend
