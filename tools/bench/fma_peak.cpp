// Picks the peak's kernels by the instruction set of the cpu evaluator.
// SPDX-License-Identifier: MIT
#include "tools/bench/fma_peak.hpp"

#include "gradscape/system_info.hpp"

namespace gradscape::bench {

extern const FmaPeak fma_peak_baseline;
#if defined(GRADSCAPE_X86_SETS)
extern const FmaPeak fma_peak_avx2, fma_peak_avx512;
#endif

const FmaPeak& fma_peak() {
#if defined(GRADSCAPE_X86_SETS)
    const auto set = system_info().simd;
    if (set == "avx512") return fma_peak_avx512;
    if (set == "avx2") return fma_peak_avx2;
#endif
    return fma_peak_baseline;
}

}  // namespace gradscape::bench
