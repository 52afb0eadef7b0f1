// The device as the launch code sees it, on CUDA: errors as exceptions, memory and streams that
// free themselves, copies. emulation/runtime.hpp is its twin; kernel files include either through
// device/runtime.cuh.
// SPDX-License-Identifier: MIT
#pragma once

#include <cuda_runtime.h>
#include <nvtx3/nvToolsExt.h>

#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "kernels/launch.hpp"

namespace gradscape::kernels::cuda_backend {

/// RunError, or OutOfDeviceMemory, naming what failed, where and why.
inline void cuda_check(cudaError_t error, const char* what,
                       std::source_location where = std::source_location::current()) {
    if (error == cudaSuccess) return;
    const std::string text = std::string("cuda: ") + what + ": " + cudaGetErrorName(error) + " (" +
                             cudaGetErrorString(error) + ") at " + where.file_name() + ":" +
                             std::to_string(where.line());
    if (error != cudaErrorMemoryAllocation) throw RunError(text);
    cudaGetLastError();  // not sticky: smaller pieces may fit
    throw OutOfDeviceMemory(text);
}

// Of the devices that can run the kernels, numbered from 0; found in devices.cu.
std::string device_missing();  ///< why there are none; empty where there is one
int device_count();
std::vector<std::string> device_names();  ///< those that are left out, too, with the reason
void use_device(int device);

/// Bytes, on the current device.
inline std::size_t free_device_memory() {
    std::size_t free = 0, total = 0;
    cuda_check(cudaMemGetInfo(&free, &total), "ask for the free memory");
    return free;
}
/// Two pieces or so: a device wants thousands of cells a multiprocessor.
inline constexpr std::size_t preferred_strip_cells = std::size_t{1} << 21;
/// Below, a thread takes one cell and not several: a large device would have idle multiprocessors.
inline constexpr unsigned least_threads = 1u << 16;
/// Sequences times steps that one launch should take at most: some milliseconds of a large GPU, and
/// less than a second where a small one drives a display, whose driver ends a kernel after two.
inline double most_launch_steps() { return 0x1p31; }

/// Names a piece of work for a profiler.
struct Range {
    explicit Range(const char* name) { nvtxRangePushA(name); }
    ~Range() { nvtxRangePop(); }
    Range(const Range&) = delete;
    Range& operator=(const Range&) = delete;
};

/// Work in order, beside other streams; on the device current at construction.
class Stream {
public:
    Stream() { cuda_check(cudaStreamCreateWithFlags(&handle_, cudaStreamNonBlocking), "stream"); }
    ~Stream() {
        if (handle_) cudaStreamDestroy(handle_);
    }
    Stream(Stream&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Stream& operator=(Stream&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    cudaStream_t handle() const { return handle_; }
    void synchronize() { cuda_check(cudaStreamSynchronize(handle_), "kernel or copy"); }
    /// Waits; what failed no longer matters.
    void drain() noexcept { cudaStreamSynchronize(handle_); }

private:
    cudaStream_t handle_ = nullptr;
};

/// Device memory, undefined until written. The constructor throws OutOfDeviceMemory.
template <class T>
class DeviceBuffer {
public:
    DeviceBuffer() = default;
    explicit DeviceBuffer(std::size_t size) : size_(size) {
        if (size > 0) cuda_check(cudaMalloc(&data_, size * sizeof(T)), "allocate device memory");
    }
    ~DeviceBuffer() {
        if (data_) cudaFree(data_);
    }
    DeviceBuffer(DeviceBuffer&& other) noexcept
        : size_(std::exchange(other.size_, 0)), data_(std::exchange(other.data_, nullptr)) {}
    DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
        std::swap(size_, other.size_);
        std::swap(data_, other.data_);
        return *this;
    }
    T* data() const { return data_; }
    std::size_t size() const { return size_; }
    void check() const {}  // compute-sanitizer does

private:
    std::size_t size_ = 0;
    T* data_ = nullptr;
};

/// Pinned host memory, which the device copies to while others compute.
template <class T>
class HostBuffer {
public:
    HostBuffer() = default;
    explicit HostBuffer(std::size_t size) : size_(size) {
        if (size > 0) cuda_check(cudaMallocHost(&data_, size * sizeof(T)), "pin host memory");
    }
    ~HostBuffer() {
        if (data_) cudaFreeHost(data_);
    }
    HostBuffer(HostBuffer&& other) noexcept
        : size_(std::exchange(other.size_, 0)), data_(std::exchange(other.data_, nullptr)) {}
    HostBuffer& operator=(HostBuffer&& other) noexcept {
        std::swap(size_, other.size_);
        std::swap(data_, other.data_);
        return *this;
    }
    T* data() const { return data_; }
    std::size_t size() const { return size_; }

private:
    std::size_t size_ = 0;
    T* data_ = nullptr;
};

template <class T>
void upload(const DeviceBuffer<T>& to, const T* from, std::size_t count, Stream& stream) {
    if (count == 0) return;
    cuda_check(cudaMemcpyAsync(to.data(), from, count * sizeof(T), cudaMemcpyHostToDevice,
                               stream.handle()),
               "copy to the device");
}

/// `rows` rows of `cols` values that lie `pitch` apart on the device and one after the other here.
template <class T>
void download_rows(T* to, const DeviceBuffer<T>& from, std::size_t pitch, std::size_t cols,
                   std::size_t rows, Stream& stream) {
    const std::size_t width = cols * sizeof(T);
    const cudaError_t error =
        pitch == cols ? cudaMemcpyAsync(to, from.data(), width * rows, cudaMemcpyDeviceToHost,
                                        stream.handle())
                      : cudaMemcpy2DAsync(to, width, from.data(), pitch * sizeof(T), width, rows,
                                          cudaMemcpyDeviceToHost, stream.handle());
    cuda_check(error, "copy from the device");
}

}  // namespace gradscape::kernels::cuda_backend
