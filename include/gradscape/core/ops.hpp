// The operations that the shared mathematics is written in, for a scalar value type V = float or
// double. host/evaluate/cpu/pack.hpp gives the same names for SIMD packs. Every one is a correctly
// rounded IEEE operation or a bit operation, so all value types of one precision give the same
// bits. SPDX-License-Identifier: MIT
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

/// 2^n for integral n in the normal range ([-126, 127], [-1022, 1023]). Adding 1.5·2^23 (1.5·2^52)
/// leaves n in the low bits: cheaper than a conversion to an integer, and defined for NaN too.
GRADSCAPE_HD inline float pow2(float n) {
    const auto bits = std::bit_cast<std::uint32_t>(n + 12582912.0f);
    return std::bit_cast<float>((bits << 23) + 0x3f800000u);
}
GRADSCAPE_HD inline double pow2(double n) {
    const auto bits = std::bit_cast<std::uint64_t>(n + 6755399441055744.0);
    return std::bit_cast<double>((bits << 52) + 0x3ff0000000000000u);
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

template <class V>
GRADSCAPE_HD V smaller_of(V a, V b) {
    return select(a < b, a, b);
}
template <class V>
GRADSCAPE_HD V larger_of(V a, V b) {
    return select(a > b, a, b);
}

}  // namespace gradscape
