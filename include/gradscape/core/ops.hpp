// The operations that the shared mathematics is written in, for a scalar value type V = float or
// double. host/evaluate/cpu/pack.hpp gives the same names for SIMD packs. Every one is a correctly
// rounded IEEE operation or a bit operation, so all value types of one precision give the same
// bits.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "gradscape/core/platform.hpp"

namespace gradscape {

template <class V>
struct ValueTraits;  // Real: the lane type; Mask: the result of a comparison; lanes

template <>
struct ValueTraits<float> {
    using Real = float;
    using Mask = bool;
    static constexpr int lanes = 1;
};
template <>
struct ValueTraits<double> {
    using Real = double;
    using Mask = bool;
    static constexpr int lanes = 1;
};
template <class V>
using real_of = typename ValueTraits<V>::Real;
template <class V>
using mask_of = typename ValueTraits<V>::Mask;

/// a·b + c, rounded once.
GRADSCAPE_HD inline float madd(float a, float b, float c) { return ::fmaf(a, b, c); }
GRADSCAPE_HD inline double madd(double a, double b, double c) { return ::fma(a, b, c); }

GRADSCAPE_HD inline float select(bool mask, float a, float b) { return mask ? a : b; }
GRADSCAPE_HD inline double select(bool mask, double a, double b) { return mask ? a : b; }

GRADSCAPE_HD inline float absolute(float a) { return ::fabsf(a); }
GRADSCAPE_HD inline double absolute(double a) { return ::fabs(a); }
GRADSCAPE_HD inline float square_root(float a) { return ::sqrtf(a); }
GRADSCAPE_HD inline double square_root(double a) { return ::sqrt(a); }

GRADSCAPE_HD inline bool any(bool mask) { return mask; }

/// The magnitude of a with the sign of b.
GRADSCAPE_HD inline float copy_sign(float a, float b) { return ::copysignf(a, b); }
GRADSCAPE_HD inline double copy_sign(double a, double b) { return ::copysign(a, b); }

GRADSCAPE_HD inline float negate_where(bool mask, float a) { return mask ? -a : a; }
GRADSCAPE_HD inline double negate_where(bool mask, double a) { return mask ? -a : a; }

/// Adding 1.5·2^23 (1.5·2^52) rounds to an integer and leaves it in the low bits: cheaper than a
/// conversion, and defined for NaN too. With the exponent's bias beside it, those are 2^n's
/// exponent.
template <class Real>
inline constexpr Real exponent_rounding = sizeof(Real) == 4 ? Real(0x1.8p23 + 127)
                                                            : Real(0x1.8p52 + 1023);

/// 2^n from n + exponent_rounding, n in the normal range ([-126, 127], [-1022, 1023]).
GRADSCAPE_HD inline float pow2_of_rounded(float sum) {
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(sum) << 23);
}
GRADSCAPE_HD inline double pow2_of_rounded(double sum) {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) << 52);
}
/// 2^n for integral n in the normal range.
template <class V>
GRADSCAPE_HD inline V pow2(V n) {
    return pow2_of_rounded(n + V(exponent_rounding<real_of<V>>));
}

/// The exponent e of a positive normal x = m·2^e with m in [√½, √2), and m.
GRADSCAPE_HD inline float split_exponent(float x, float& m) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const auto e = static_cast<std::int32_t>(bits - 0x3f3504f3u) >> 23;  // bits of √½
    m = std::bit_cast<float>(bits - (static_cast<std::uint32_t>(e) << 23));
    return static_cast<float>(e);
}
GRADSCAPE_HD inline double split_exponent(double x, double& m) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto e = static_cast<std::int64_t>(bits - 0x3fe6a09e667f3bcdu) >> 52;  // bits of √½
    m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(e) << 52));
    return static_cast<double>(e);
}

/// n/d, rounded once, of operands that tanh and the logistic function have; anywhere else write /.
template <class V>
GRADSCAPE_HD inline V ordinary_quotient(V n, V d) {
    return n / d;
}
#if defined(__CUDA_ARCH__)
/// What nvcc makes of / where its test finds nothing extraordinary, without that test and its
/// branch: a sixth of a tanh. The approximate reciprocal is made exact by two steps of Newton's.
/// tests/kernels/cuda/quotient_test.cu compares all floats.
GRADSCAPE_HD inline float ordinary_quotient(float n, float d) {
    float reciprocal;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(reciprocal) : "f"(d));
    reciprocal = madd(reciprocal, madd(-d, reciprocal, 1.0f), reciprocal);
    const float nearly = n * reciprocal;
    return madd(reciprocal, madd(-d, nearly, n), nearly);
}
#endif

/// One instruction of x86 each: b where either is NaN.
template <class V>
GRADSCAPE_HD V smaller_of(V a, V b) {
    return select(a < b, a, b);
}
template <class V>
GRADSCAPE_HD V larger_of(V a, V b) {
    return select(a > b, a, b);
}

}  // namespace gradscape
