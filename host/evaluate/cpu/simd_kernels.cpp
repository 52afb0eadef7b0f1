// Picks the instruction set at run time.
// SPDX-License-Identifier: MIT
#include "host/evaluate/cpu/simd_kernels.hpp"

#include <cstdlib>
#include <string_view>

namespace gradscape {

extern const SimdKernels simd_kernels_baseline;
#if defined(GRADSCAPE_X86_SETS)
extern const SimdKernels simd_kernels_avx2, simd_kernels_avx512;
#endif

const SimdKernels& simd_kernels() {
#if defined(GRADSCAPE_X86_SETS)
    const char* asked = std::getenv("GRADSCAPE_SIMD");
    const std::string_view limit = asked ? asked : "avx512";
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512bw");
    if (avx512 && limit == "avx512") return simd_kernels_avx512;
    if (avx2 && limit != "baseline") return simd_kernels_avx2;
#endif
    return simd_kernels_baseline;
}

}  // namespace gradscape
