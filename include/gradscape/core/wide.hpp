// A number whose binary exponent is a value of its own, so that no product or power leaves its
// range: what the fast evaluators turn to where float or double would. It has the operations of
// ops.hpp and elementary.hpp that the network needs, so bptt.hpp's cells run on it as they are.
// Rounding is that of V, once an operation.
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include "gradscape/core/bptt.hpp"

namespace gradscape {

template <class V>
GRADSCAPE_HD inline V clamp_to(V x, double bound) {
    x = select(x > V(bound), V(bound), x);
    return select(x < V(-bound), V(-bound), x);
}

/// mantissa · 2^exponent, V double or a pack of double; the exponent is integral and far from 2^53.
/// What an operation returns has a mantissa in [√½, √2), or 0 with the lowest exponent.
template <class V>
struct Wide {
    static constexpr double lowest_exponent = -0x1p60;
    V mantissa{V(0)}, exponent{V(lowest_exponent)};

    Wide() = default;
    /// As they are: `mantissa` may be any double.
    GRADSCAPE_HD Wide(V m, V e) : mantissa(m), exponent(e) {}
    GRADSCAPE_HD explicit Wide(V value);
    GRADSCAPE_HD explicit Wide(double value) requires(!std::is_same_v<V, double>)
        : Wide(V(value)) {}
};

template <class V>
struct ValueTraits<Wide<V>> {
    using Real = real_of<V>;
    using Mask = mask_of<V>;
    static constexpr int lanes = ValueTraits<V>::lanes;
};

/// The same value with a mantissa in ±[√½, √2), or 0 with the lowest exponent.
template <class V>
GRADSCAPE_HD inline Wide<V> normalized(const Wide<V>& w) {
    const V size = absolute(w.mantissa);
    const auto regular = (size > V(0.0)) & (size < V(HUGE_VAL));
    const auto tiny = size < V(0x1p-900);
    V m(0.0);
    const V e = split_exponent(size * select(tiny, V(0x1p200), V(1.0)), m);
    return {select(regular, copy_sign(m, w.mantissa), w.mantissa),
            select(regular, w.exponent + (e - select(tiny, V(200.0), V(0.0))),
                   V(Wide<V>::lowest_exponent))};
}
template <class V>
GRADSCAPE_HD inline Wide<V>::Wide(V value) : Wide(normalized(Wide{value, V(0.0)})) {}

/// x · 2^n for integral n; saturates to ±inf or 0 as the true value does.
template <class V>
GRADSCAPE_HD inline V scaled_by(V x, V n) {
    for (int part = 0; part < 3; ++part) {
        const V now = clamp_to(n, 1000);
        x = x * pow2(now);
        n = n - now;
    }
    return x;
}

template <class V>
GRADSCAPE_HD inline V value_of(const Wide<V>& w) {
    return scaled_by(w.mantissa, w.exponent);
}

template <class V>
GRADSCAPE_HD inline Wide<V> operator-(const Wide<V>& a) {
    return {-a.mantissa, a.exponent};
}
template <class V>
GRADSCAPE_HD inline Wide<V> operator*(const Wide<V>& a, const Wide<V>& b) {
    return normalized(Wide<V>{a.mantissa * b.mantissa, a.exponent + b.exponent});
}
/// 2^(e − top) for e ≤ top; what it would shrink below 2^-1000 no sum of doubles notices.
template <class V>
GRADSCAPE_HD inline V aligned(V e, V top) {
    const V shift = e - top;
    return pow2(select(shift < V(-1000.0), V(-1000.0), shift));
}
/// a·b + c, rounded once, of normalized numbers.
template <class V>
GRADSCAPE_HD inline Wide<V> madd(const Wide<V>& a, const Wide<V>& b, const Wide<V>& c) {
    const V product = a.exponent + b.exponent;
    const V top = select(product < c.exponent, c.exponent, product);
    return normalized(Wide<V>{
        madd(a.mantissa * aligned(product, top), b.mantissa, c.mantissa * aligned(c.exponent, top)),
        top});
}
template <class V>
GRADSCAPE_HD inline Wide<V> add(const Wide<V>& a, const Wide<V>& b) {
    const Wide<V> x = normalized(a), y = normalized(b);
    const V top = select(x.exponent < y.exponent, y.exponent, x.exponent);
    return normalized(Wide<V>{
        madd(x.mantissa, aligned(x.exponent, top), y.mantissa * aligned(y.exponent, top)), top});
}
template <class V>
GRADSCAPE_HD inline Wide<V> operator+(const Wide<V>& a, const Wide<V>& b) {
    return add(a, b);
}
template <class V>
GRADSCAPE_HD inline Wide<V> operator-(const Wide<V>& a, const Wide<V>& b) {
    return add(a, -b);
}

template <class V>
GRADSCAPE_HD inline Wide<V> absolute(const Wide<V>& a) {
    return {absolute(a.mantissa), a.exponent};
}

template <class V>
GRADSCAPE_HD inline mask_of<V> operator>(const Wide<V>& a, const Wide<V>& b) {
    return (a - b).mantissa > V(0.0);
}
template <class V>
GRADSCAPE_HD inline Wide<V> select(const mask_of<V>& mask, const Wide<V>& a, const Wide<V>& b) {
    return {select(mask, a.mantissa, b.mantissa), select(mask, a.exponent, b.exponent)};
}

/// √w of w ≥ 0: half of an even exponent, and the odd one in the mantissa.
template <class V>
GRADSCAPE_HD inline Wide<V> square_root(const Wide<V>& w) {
    const V magic(0x1.8p52);  // adding it rounds to an integer
    const V half = (w.exponent * V(0.5) + magic) - magic;
    const V odd = clamp_to(w.exponent - (half + half), 1);
    return normalized(Wide<V>{square_root(w.mantissa * pow2(odd)), half});
}
/// √(a² + b²).
template <class V>
GRADSCAPE_HD inline Wide<V> norm_of(const Wide<V>& a, const Wide<V>& b) {
    return square_root(madd(a, a, b * b));
}

/// log10 |w|.
template <class V>
GRADSCAPE_HD inline V log10_of(const Wide<V>& w) {
    const V size = absolute(w.mantissa);
    const Wide<V> n = normalized(Wide<V>{size, w.exponent});
    const V infinity(HUGE_VAL);
    const V log = log10_of_scaled(n.mantissa, n.exponent);
    return select(size == V(0.0), -infinity, select(size < infinity, log, size));
}

/// tanh(a) = a where a³/3 is below half an ulp of a.
template <class V>
GRADSCAPE_HD inline Wide<V> tanh_of(const Wide<V>& a) {
    return select(a.exponent < V(-30.0), a, Wide<V>(tanh_of(value_of(a))));
}

/// With −a = n·ln2 + r: σ(a) = 2^-n/(e^r + 2^-n), in the range of double for a > −500 only.
template <class V>
GRADSCAPE_HD inline Wide<V> sigmoid_of(const Wide<V>& a) {
    using C = ElementaryConstants<double>;
    const V x = value_of(a), y = select(x < V(-0x1p40), V(0x1p40), -x);
    const V n = madd(y, V(C::log2e), V(C::round)) - V(C::round);
    const V r = madd(n, V(-C::ln2_low), madd(n, V(-C::ln2), y));
    const V power = V(1.0) + madd(r * r, C::template exp_tail<1>(r), r);
    return select(y > V(500.0), normalized(Wide<V>{V(1.0) / power, -n}), Wide<V>(sigmoid_of(x)));
}

template <class V>
using WideLossGradient = LossGradient<Wide<V>>;

}  // namespace gradscape
