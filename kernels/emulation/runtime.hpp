// The device's names on the host: thread and block indices, __syncthreads, device memory, streams.
// cuda/runtime.cuh is its twin; kernel files include either through
// device/runtime.cuh.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/emulation/call_site.hpp"
#include "kernels/emulation/execution.hpp"
#include "kernels/emulation/machine.hpp"
#include "kernels/emulation/memory.hpp"
#include "kernels/emulation/stream.hpp"
#include "kernels/launch.hpp"

#define __global__
#define __device__
#define __launch_bounds__(...)
#define threadIdx (::gradscape::emulation::thread_index)
#define blockIdx (::gradscape::emulation::block_index)
#define blockDim (::gradscape::emulation::block_size)
#define gridDim (::gradscape::emulation::grid_size)

namespace gradscape::kernels::emulated_backend {

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
inline int device_count() { return emulation::machine().devices; }
inline std::vector<std::string> device_names() { return {}; }
inline std::size_t free_device_memory() { return emulation::free_device_memory(); }
inline void use_device(int device) { emulation::use_device(device); }
inline constexpr std::size_t preferred_strip_cells = 0;
inline constexpr unsigned least_threads = 64;  ///< so that small grids have both kinds
/// Sequences times steps that one launch should take at most.
inline double most_launch_steps() { return emulation::machine().launch_steps; }

/// Names a piece of work for a profiler.
struct Range {
    explicit Range(const char*) {}
    ~Range() {}
};

using emulation::Stream;

#if defined(__has_builtin)
#define GRADSCAPE_CLEARS_PADDING __has_builtin(__builtin_clear_padding)
#else
#define GRADSCAPE_CLEARS_PADDING 0
#endif
/// Whether launches are searched for memory that they may not use: where the compiler (GCC) tells
/// what of an argument is padding.
inline constexpr bool sees_arguments = GRADSCAPE_CLEARS_PADDING;

/// The words of a launch's arguments that may be addresses.
template <class... Arguments>
std::vector<const void*> words_of_arguments(const Arguments&... arguments) {
    std::vector<const void*> words;
    [[maybe_unused]] const auto add = [&](auto argument) {
        static_assert(std::is_trivially_copyable_v<decltype(argument)>);
#if GRADSCAPE_CLEARS_PADDING
        __builtin_clear_padding(&argument);  // where stale addresses may lie
#endif
        const auto* bytes = reinterpret_cast<const unsigned char*>(&argument);
        for (std::size_t at = 0; at + sizeof(void*) <= sizeof argument; at += sizeof(void*)) {
            const void* word = nullptr;
            std::memcpy(&word, bytes + at, sizeof word);
            words.push_back(word);
        }
    };
    if (sees_arguments && emulation::wants_arguments()) (add(arguments), ...);
    return words;
}

/// A launch with its arguments' values of now.
template <class Kernel, class... Arguments>
void launch_kernel(Stream& stream, dim3 grid, dim3 block, std::size_t shared_bytes, Kernel kernel,
                   const Arguments&... arguments) {
    stream.run(
        grid, block, shared_bytes, [=] { kernel(arguments...); }, words_of_arguments(arguments...));
}

/// Device memory, undefined (NaN) until written. The constructor throws OutOfDeviceMemory.
template <class T>
class DeviceBuffer {
public:
    DeviceBuffer() = default;
    explicit DeviceBuffer(std::size_t size) : size_(size) {
        if (size > 0) memory_ = emulation::Memory::on_device(size * sizeof(T));
    }

    T* data() const { return static_cast<T*>(memory_.data()); }
    std::size_t size() const { return size_; }
    /// KernelFault when something was written behind it.
    void check() const { memory_.check(); }

private:
    std::size_t size_ = 0;
    emulation::Memory memory_;
};

/// Pinned host memory, undefined until written, that the device copies to and from.
template <class T>
class HostBuffer {
public:
    HostBuffer() = default;
    explicit HostBuffer(std::size_t size) : size_(size) {
        if (size > 0) memory_ = emulation::Memory::of_host(size * sizeof(T));
    }
    T* data() const { return static_cast<T*>(memory_.data()); }
    std::size_t size() const { return size_; }

private:
    std::size_t size_ = 0;
    emulation::Memory memory_;
};

template <class T>
void upload(const DeviceBuffer<T>& to, const T* from, std::size_t count, Stream& stream) {
    const std::size_t bytes = count * sizeof(T);
    if (count > 0) stream.copy({to.data(), from, bytes, bytes, bytes, 1});
}

/// `rows` rows of `cols` values that lie `pitch` apart on the device and one after the other here.
template <class T>
void download_rows(T* to, const DeviceBuffer<T>& from, std::size_t pitch, std::size_t cols,
                   std::size_t rows, Stream& stream) {
    const std::size_t width = cols * sizeof(T);
    from.check();
    stream.copy({to, from.data(), width, pitch * sizeof(T), width, rows});
}

}  // namespace gradscape::kernels::emulated_backend
