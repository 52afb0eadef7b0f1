// tanh, the logistic function and log10, written only with the operations of ops.hpp: no branch on
// a value, no table, no libm. So a CPU lane, a CUDA thread and an emulated one give the same bits.
// Coefficients: tools/elementary_coefficients.py. The errors stated are the largest found
// over every float (f32) and 10^8 random doubles (f64); tests/core/elementary_test.cpp samples
// them.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>

#include "gradscape/core/ops.hpp"

namespace gradscape {

/// Σ c_j·Scale^(j+1)·x^j by Horner's rule; powers of two scale the coefficients exactly.
template <int Scale, int Power = Scale, class V, class Real>
GRADSCAPE_HD inline V horner(V, Real last) {
    return V(last * Power);
}
template <int Scale, int Power = Scale, class V, class Real, class... Rest>
GRADSCAPE_HD inline V horner(V x, Real first, Rest... rest) {
    return madd(horner<Scale, Power * Scale>(x, rest...), x, V(first * Power));
}

/// Constants of one precision, high and low parts together good to twice its digits.
template <class Real>
struct ElementaryConstants;

template <>
struct ElementaryConstants<float> {
    static constexpr float round = 12582912.0f;  ///< 1.5·2^23: adding it rounds to an integer
    static constexpr float log2e = 1.44269502f;
    static constexpr float ln2 = 0.693147182f, ln2_low = -1.90465430e-9f;
    static constexpr float log10e = 0.434294492f, log10e_low = -1.01030501e-8f;
    static constexpr float log10_2 = 0.301030010f, log10_2_low = -1.43209889e-8f;
    static constexpr float tanh_limit = 10;
    static constexpr float sigmoid_low = -40, sigmoid_high = 104, sigmoid_scale = 60;
    static constexpr float subnormal_exponent = 25;
    /// exp(r) = 1 + r + r²·exp_tail(r) on |r| ≤ ln2/2, and 2·exp_tail(2r) for tanh
    template <int Scale, class V>
    static GRADSCAPE_HD V exp_tail(V r) {
        return horner<Scale>(r, 0.5f, 0.16666539f, 0.041667603f, 0.0083674183f, 0.0013859896f);
    }
    /// 2·atanh(s) = 2s + s³·log_tail(s²) for (1 + s)/(1 − s) in [√½, √2]
    template <class V>
    static GRADSCAPE_HD V log_tail(V z) {
        return horner<1>(z, 0.66666776f, 0.39977589f, 0.29870573f);
    }
};

template <>
struct ElementaryConstants<double> {
    static constexpr double round = 6755399441055744.0;  // 1.5·2^52
    static constexpr double log2e = 1.4426950408889634;
    static constexpr double ln2 = 0.6931471805599453, ln2_low = 2.3190468138462996e-17;
    static constexpr double log10e = 0.4342944819032518, log10e_low = 1.098319650216765e-17;
    static constexpr double log10_2 = 0.3010299956639812, log10_2_low = -2.8037281277851704e-18;
    static constexpr double tanh_limit = 20;
    static constexpr double sigmoid_low = -80, sigmoid_high = 746, sigmoid_scale = 500;
    static constexpr double subnormal_exponent = 54;
    template <int Scale, class V>
    static GRADSCAPE_HD V exp_tail(V r) {
        return horner<Scale>(r, 0.5000000000000006, 0.16666666666666602, 0.04166666666657392,
                             0.008333333333381647, 0.0013888888932249966, 0.0001984126973571791,
                             2.480150461554659e-05, 2.75573929647509e-06, 2.7626257010035394e-07,
                             2.5058286683046416e-08);
    }
    template <class V>
    static GRADSCAPE_HD V log_tail(V z) {
        return horner<1>(z, 0.6666666666666736, 0.39999999999405483, 0.28571428744061894,
                         0.22222198426151224, 0.18183571057432849, 0.15313895728652202,
                         0.1479736350587642);
    }
};

/// tanh through H = (e^2a − 1)/2 as H/(H + 1), a = |x|, where an error of H shrinks as tanh
/// nears 1. With a = n·(ln2/2) + r: H = 2^n·(e^2r − 1)/2 + (2^n − 1)/2; ln2 needs no low part here.
/// Near 0 (n = 0) −a takes the place of a: then H + 1 ≤ 1 is rounded twice as finely as 1 + H > 1.
/// Cost f32 (f64): 8 (13) madd, 5 add or multiply, 1 division, 6 comparisons, selects, bit
/// operations. Error: f32 1.95 ulp, f64 2.3 ulp. Odd, ±0 and NaN kept, ±1 at infinity.
template <class V>
GRADSCAPE_HD inline V tanh_numerator(V x) {
    using Real = real_of<V>;
    using C = ElementaryConstants<Real>;
    const V rounding(exponent_rounding<Real>);
    const V a = smaller_of(V(C::tanh_limit), absolute(x));
    const V sum = madd(a, V(2 * C::log2e), rounding), n = sum - rounding;
    const V r = negate_where(n == V(Real(0)), madd(n, V(-C::ln2 / 2), a));
    const V power = pow2_of_rounded(sum);
    const V scaled = power * r;  // exact, and so is their sum where it is small
    const V rest = scaled + madd(power, V(Real(0.5)), V(Real(-0.5)));
    return madd(scaled * r, C::template exp_tail<2>(r), rest);
}
template <class V>
GRADSCAPE_HD inline V tanh_of(V x) {
    const V H = tanh_numerator(x);
    return copy_sign(ordinary_quotient(H, H + V(real_of<V>(1))), x);
}

/// 1/(1 + e^y), y = −x = n·ln2 + r, as 1/((2^n·(e^r − 1) + 1) + 2^n): only the denominator's two
/// additions and the division round noticeably. Both sides are held times 2^-60 (2^-500), so that
/// subnormal results, too, are rounded once.
/// Cost f32 (f64): 9 (14) madd, 4 add or multiply, 1 division, 4 selects, negations, bit
/// operations. Error: f32 2.00 ulp, f64 2.0 ulp. 0 and 1 at ∓infinity, NaN kept.
template <class V>
GRADSCAPE_HD inline V sigmoid_denominator(V x) {
    using Real = real_of<V>;
    using C = ElementaryConstants<Real>;
    const V y = larger_of(V(C::sigmoid_low), smaller_of(V(C::sigmoid_high), -x));
    const V rounding(exponent_rounding<Real> - C::sigmoid_scale);  // power holds the scale
    const V sum = madd(y, V(C::log2e), rounding), n = sum - rounding;
    const V r = madd(n, V(-C::ln2_low), madd(n, V(-C::ln2), y));
    const V h = madd(r * r, C::template exp_tail<1>(r), r);
    const V power = pow2_of_rounded(sum);
    return madd(power, h, V(pow2(-C::sigmoid_scale))) + power;
}
template <class V>
GRADSCAPE_HD inline V sigmoid_of(V x) {
    using Real = real_of<V>;
    const V unit(pow2(-ElementaryConstants<Real>::sigmoid_scale));
    return ordinary_quotient(unit, sigmoid_denominator(x));
}

/// log10(m·2^e) for m in [√½, √2) and integral e; with f = m − 1, s = f/(2 + f):
/// log m = f − f²/2 + s·(f²/2 + s²·log_tail(s²)).
template <class V>
GRADSCAPE_HD inline V log10_of_scaled(V m, V e) {
    using Real = real_of<V>;
    using C = ElementaryConstants<Real>;
    const V f = m - V(Real(1));
    const V s = f / (f + V(Real(2)));
    const V z = s * s;
    const V half_square = f * f * V(Real(0.5));
    const V tail = madd(s, madd(z, C::log_tail(z), half_square), -half_square);
    const V low = madd(e, V(C::log10_2_low), madd(f, V(C::log10e_low), tail * V(C::log10e)));
    return madd(e, V(C::log10_2), madd(f, V(C::log10e), low));
}

/// log10. Cost f32 (f64): 8 (12) madd, 8 add or multiply, 1 division, 11 selects and bit
/// operations. Error: f32 1.02 ulp, f64 0.97 ulp. log10(0) = −inf, subnormals too, NaN below 0.
template <class V>
GRADSCAPE_HD inline V log10_of(V x) {
    using Real = real_of<V>;
    using C = ElementaryConstants<Real>;
    using Limits = std::numeric_limits<Real>;
    const V zero(Real(0)), infinity(Limits::infinity());
    const auto subnormal = x < V(Limits::min());
    const V normal = x * select(subnormal, V(pow2(C::subnormal_exponent)), V(Real(1)));
    V m(zero);
    const V exponent = split_exponent(normal, m);
    const V e = exponent - select(subnormal, V(C::subnormal_exponent), zero);
    const V log = log10_of_scaled(m, e);
    const V below = select(x == zero, -infinity, V(Limits::quiet_NaN()));
    return select(x > zero, select(x < infinity, log, x), below);
}

}  // namespace gradscape
