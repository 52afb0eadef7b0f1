// Ten chains of multiply-adds, enough to hide their latency and few enough for sixteen registers.
// Compiled once for each instruction set (GRADSCAPE_SIMD_SET names it).
// SPDX-License-Identifier: MIT
#include "host/evaluate/cpu/pack.hpp"
#include "host/evaluate/cpu/simd/set_name.hpp"
#include "tools/bench/fma_peak.hpp"

namespace gradscape::bench {
namespace {

#if !defined(GRADSCAPE_FLATTEN)
#define GRADSCAPE_FLATTEN __attribute__((flatten))
#endif

template <class Real>
GRADSCAPE_FLATTEN double run(long rounds) {
    using V = evaluate::Pack<Real, 10 * evaluate::register_bytes / static_cast<int>(sizeof(Real))>;
    // |a·x + c| stays near 1, and unknown to the compiler.
    volatile Real factor = Real(0.5), term = Real(0.5), sink = 0;
    const V a(factor), c(term);
    V x(Real(1));
    for (long round = 0; round < rounds; ++round) x = madd(x, a, c);
    Real sum = 0;
    for (int lane = 0; lane < V::lanes; ++lane) sum += x[lane];
    sink = sum;
    static_cast<void>(sink);
    return 2.0 * static_cast<double>(rounds) * V::lanes;
}

}  // namespace

extern const FmaPeak GRADSCAPE_SET_NAMED(fma_peak_);
const FmaPeak GRADSCAPE_SET_NAMED(fma_peak_){run<float>, run<double>};

}  // namespace gradscape::bench
