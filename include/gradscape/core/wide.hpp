// Cells whose float or double evaluation overflows on the way. The same network in double with
// binary exponents carried beside the states and sensitivities, and the gradient by forward
// accumulation (dS_k/dw along with S_k), so that no history is kept. Several times slower than
// BPTT; used only for cells where that gave something non-finite.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/cell.hpp"

namespace gradscape {

template <class V>
GRADSCAPE_HD inline V clamp_to(V x, double bound) {
    x = select(x > V(bound), V(bound), x);
    return select(x < V(-bound), V(-bound), x);
}

/// mantissa · 2^exponent, V double or a pack of double; the exponent is integral and far from 2^53.
template <class V>
struct Wide {
    static constexpr double lowest_exponent = -0x1p60;
    V mantissa{V(0.0)}, exponent{V(lowest_exponent)};
};

/// The same value with a mantissa in ±[√½, √2), or 0 with the lowest exponent.
template <class V>
GRADSCAPE_HD inline Wide<V> normalized(const Wide<V>& w) {
    const V size = absolute(w.mantissa);
    const auto regular = (size > V(0.0)) & (size < V(HUGE_VAL)), tiny = size < V(0x1p-900);
    V m(0.0);
    const V e = split_exponent(size * select(tiny, V(0x1p200), V(1.0)), m);
    return {select(regular, copy_sign(m, w.mantissa), w.mantissa),
            select(regular, w.exponent + (e - select(tiny, V(200.0), V(0.0))),
                   V(Wide<V>::lowest_exponent))};
}

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

/// log10 |w|.
template <class V>
GRADSCAPE_HD inline V log10_of(const Wide<V>& w) {
    return madd(w.exponent, V(0.30102999566398119521), log10_of(absolute(w.mantissa)));
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
    const V top = select(a.exponent < b.exponent, b.exponent, a.exponent);
    return {madd(a.mantissa, aligned(a.exponent, top), b.mantissa * aligned(b.exponent, top)), top};
}

template <class V>
struct WideLossGradient {
    Wide<V> loss, grad_wx, grad_wrec;
};

/// An exponent, a multiple of 256, that follows the size of the values it scales, up and down.
template <class V>
struct RunningExponent {
    V value{V(0)}, unit{V(1)};  ///< unit = 2^-value

    /// The factor to apply to values of this size, now that the exponent has followed them.
    GRADSCAPE_HD V follow(V size) {
        const auto shrink = size > V(0x1p256);
        const auto grow = (size < V(0x1p-128)) & (value > V(0));
        if (!any(shrink | grow)) return V(1);
        value = value + select(shrink, V(256), select(grow, V(-256), V(0)));
        unit = pow2(clamp_to(-value, 1000));
        return select(shrink, V(0x1p-256), select(grow, V(0x1p256), V(1)));
    }
};

/// Adds one sequence. The sensitivities are held as value · 2^-exponent, and so is the state of a
/// homogeneous cell, with an exponent of its own.
template <class C, class V>
GRADSCAPE_HD inline void add_sequence_carefully(const double* x, int length, double target,
                                                double weight, V wx, V wrec,
                                                WideLossGradient<V>& sums) {
    V state(0), d_wx(0), d_wrec(0);
    RunningExponent<V> of_state, of_slopes;
    for (int k = 0; k < length; ++k) {
        const V input(x[k]);
        const V before = state * pow2(clamp_to(of_state.value - of_slopes.value, 1000));
        state = C::f(madd(wrec, state, wx * (input * of_state.unit)));
        const V slope = C::slope(state);
        d_wx = slope * madd(wrec, d_wx, input * of_slopes.unit);
        d_wrec = slope * madd(wrec, d_wrec, before);

        const V a = absolute(d_wx), b = absolute(d_wrec);
        const V factor = of_slopes.follow(select(a < b, b, a));
        d_wx = d_wx * factor;
        d_wrec = d_wrec * factor;
        if constexpr (C::homogeneous) state = state * of_state.follow(absolute(state));
    }
    const V error = state - V(target) * of_state.unit, weighted = V(weight) * error;
    const V g = weighted + weighted, exponent = of_state.value + of_slopes.value;
    sums.loss = add(sums.loss, {weighted * error, of_state.value + of_state.value});
    sums.grad_wx = add(sums.grad_wx, {g * d_wx, exponent});
    sums.grad_wrec = add(sums.grad_wrec, {g * d_wrec, exponent});
}

template <class C, class V>
GRADSCAPE_HD inline WideLossGradient<V> careful_cell(const SequenceView<double>& data, V wx,
                                                     V wrec) {
    WideLossGradient<V> sums;
    for (int i = 0; i < data.count; ++i)
        add_sequence_carefully<C>(data.inputs_of(i), data.length, data.targets[i], data.weights[i],
                                  wx, wrec, sums);
    const V scale(data.inverse_total);
    sums.loss.mantissa = sums.loss.mantissa * scale;
    sums.grad_wx.mantissa = sums.grad_wx.mantissa * scale;
    sums.grad_wrec.mantissa = sums.grad_wrec.mantissa * scale;
    return sums;
}

}  // namespace gradscape
