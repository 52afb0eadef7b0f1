// The words that kernel files are written in, for both of their compilers: nvcc, and the host's,
// where emulation/ stands in for the device. Two macros, for a launch and for dynamic shared
// memory; the rest are CUDA's own names. No warp shuffles, no static __shared__.
// SPDX-License-Identifier: MIT
#pragma once

#if defined(GRADSCAPE_FOR_CUDA)

#define GRADSCAPE_BACKEND cuda_backend
#define GRADSCAPE_KERNEL_SET cuda_kernels
#include "kernels/cuda/runtime.cuh"

#define GRADSCAPE_LAUNCH(kernel, grid, block, shared_bytes, stream, ...)             \
    do {                                                                             \
        kernel<<<grid, block, shared_bytes, (stream).handle()>>>(__VA_ARGS__);       \
        ::gradscape::kernels::cuda_backend::cuda_check(cudaGetLastError(), #kernel); \
    } while (false)
#define GRADSCAPE_SHARED(T, name)                               \
    extern __shared__ __align__(16) unsigned char raw_##name[]; \
    T* const name = reinterpret_cast<T*>(raw_##name)

#else

#define GRADSCAPE_BACKEND emulated_backend
#define GRADSCAPE_KERNEL_SET emulated_kernels
#include "kernels/emulation/runtime.hpp"

#define GRADSCAPE_LAUNCH(kernel, grid, block, shared_bytes, stream, ...) \
    ::gradscape::kernels::emulated_backend::launch_kernel(               \
        stream, grid, block, shared_bytes,                               \
        [](const auto&... arguments) { kernel(arguments...); } __VA_OPT__(, ) __VA_ARGS__)
#define GRADSCAPE_SHARED(T, name) \
    T* const name = static_cast<T*>(::gradscape::emulation::shared_memory())

#endif

#include "gradscape/core/platform.hpp"

namespace gradscape::kernels::GRADSCAPE_BACKEND {

/// `Count` values from an address that is a multiple of 16, as are their bytes: one instruction for
/// 16 bytes.
template <int Count, class T>
GRADSCAPE_HD inline void load_vectors(const T* from, T* to) {
#if defined(__CUDA_ARCH__)
    constexpr int each = 16 / sizeof(T);
    struct alignas(16) Vector {
        T values[each];
    };
    GRADSCAPE_UNROLL
    for (int i = 0; i < Count / each; ++i) {
        const Vector vector = reinterpret_cast<const Vector*>(from)[i];
        GRADSCAPE_UNROLL
        for (int j = 0; j < each; ++j) to[i * each + j] = vector.values[j];
    }
#else
    for (int i = 0; i < Count; ++i) to[i] = from[i];
#endif
}

/// Waits at the end of its scope, however that is left: no memory may go while a device copies from
/// it or to it, or computes with it. Declared after the memory.
class Draining {
public:
    explicit Draining(Stream& stream) : stream_(stream) {}
    ~Draining() { stream_.drain(); }
    Draining(const Draining&) = delete;
    Draining& operator=(const Draining&) = delete;

private:
    Stream& stream_;
};

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
