// Picks the instruction set at run time.
// SPDX-License-Identifier: MIT
#include "host/evaluate/cpu/simd_kernels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "gradscape/error.hpp"

namespace gradscape::evaluate {

extern const SimdKernels simd_kernels_baseline;
#if defined(GRADSCAPE_X86_SETS)
extern const SimdKernels simd_kernels_avx2, simd_kernels_avx512;
#endif

namespace {

/// The widest set that may be used.
std::string_view simd_limit() {
    constexpr std::array<std::string_view, 3> sets{"baseline", "avx2", "avx512"};
    const char* const text = std::getenv("GRADSCAPE_SIMD");
    const std::string_view asked = text ? text : "";
    if (asked.empty()) return sets.back();
    if (std::ranges::find(sets, asked) == sets.end())
        throw InputError(fmt::format("GRADSCAPE_SIMD={}: unknown; choose one of {}", asked,
                                     fmt::join(sets, ", ")));
    return asked;
}

}  // namespace

const SimdKernels& simd_kernels() {
    [[maybe_unused]] const std::string_view limit = simd_limit();
#if defined(GRADSCAPE_X86_SETS)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512bw");
    if (avx512 && limit == "avx512") return simd_kernels_avx512;
    if (avx2 && limit != "baseline") return simd_kernels_avx2;
#endif
    return simd_kernels_baseline;
}

}  // namespace gradscape::evaluate
