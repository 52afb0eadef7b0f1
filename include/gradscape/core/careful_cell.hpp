// Cells that plain arithmetic of float or double cannot be trusted with, because something left its
// range on the way. Evaluated again from the exact weights and data, by forward accumulation
// (dS_k/dw along with S_k), so that no history is kept: first in double with running exponents
// beside the states and sensitivities, which takes growth without limit from ordinary numbers;
// where the numbers are not ordinary, in wide arithmetic, which takes anything. One is several
// times, the other some twenty times slower than BPTT. docs/numerics.md tells when.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/wide.hpp"

namespace gradscape {

/// A plain loss below this, if not 0 by cancellation, may have lost digits to underflow: the cell
/// is evaluated again, and the result taken where the true loss is below it, too.
template <class Real>
inline constexpr Real least_plain_loss = sizeof(Real) == 4 ? Real(0x1p-100) : Real(0x1p-900);

/// What a plain evaluation is worth.
enum class Trust : unsigned char { plain, low, broken };

/// The sequences as doubles, for cells that plain arithmetic cannot be trusted with.
struct CarefulData {
    SequenceView<double> sequences;
    bool ordinary;  ///< inputs, S_0 and weights within 2^±200 or 0, targets below 2^200
};
inline constexpr double ordinary_limit = 0x1p200;

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
template <class F, class V>
GRADSCAPE_HD inline void add_sequence_rescaled(const double* x, int length, double initial_state,
                                               double target, double weight, V wx, V wrec,
                                               WideLossGradient<V>& sums) {
    V state(initial_state), d_wx(0), d_wrec(0);
    RunningExponent<V> of_state, of_slopes;
    for (int k = 0; k < length; ++k) {
        const V input(x[k]);
        const V before = state * pow2(clamp_to(of_state.value - of_slopes.value, 1000));
        state = F::f(madd(wrec, state, wx * (input * of_state.unit)));
        const V slope = F::slope(state);
        d_wx = slope * madd(wrec, d_wx, input * of_slopes.unit);
        d_wrec = slope * madd(wrec, d_wrec, before);

        const V a = absolute(d_wx), b = absolute(d_wrec);
        const V factor = of_slopes.follow(select(a < b, b, a));
        d_wx = d_wx * factor;
        d_wrec = d_wrec * factor;
        if constexpr (F::homogeneous) state = state * of_state.follow(absolute(state));
    }
    const V error = state - V(target) * of_state.unit, weighted = V(weight) * error;
    const V g = weighted + weighted, exponent = of_state.value + of_slopes.value;
    sums.loss = add(sums.loss, {weighted * error, of_state.value + of_state.value});
    sums.grad_wx = add(sums.grad_wx, {g * d_wx, exponent});
    sums.grad_wrec = add(sums.grad_wrec, {g * d_wrec, exponent});
}

/// The same in wide arithmetic.
template <class F, class V>
GRADSCAPE_HD inline void add_sequence_wide(const double* x, int length, double initial_state,
                                           double target, double weight, V wx, V wrec,
                                           WideLossGradient<V>& sums) {
    using W = Wide<V>;
    const W w_x(wx), w_rec(wrec);
    W state(initial_state), d_wx, d_wrec;
    for (int k = 0; k < length; ++k) {
        const W input(x[k]);
        d_wrec = madd(w_rec, d_wrec, state);
        d_wx = madd(w_rec, d_wx, input);
        state = F::f(madd(w_rec, state, w_x * input));
        if constexpr (!F::constant_slope) {
            const W slope = F::slope(state);
            d_wx = slope * d_wx;
            d_wrec = slope * d_wrec;
        }
    }
    const W error = state - W(target), weighted = W(weight) * error, g = weighted + weighted;
    sums.loss = madd(weighted, error, sums.loss);
    sums.grad_wx = madd(g, d_wx, sums.grad_wx);
    sums.grad_wrec = madd(g, d_wrec, sums.grad_wrec);
}

template <class F, bool InWide, class V>
GRADSCAPE_HD inline WideLossGradient<V> careful_sums(const SequenceView<double>& data, V wx,
                                                     V wrec) {
    WideLossGradient<V> sums;
    for (int i = 0; i < data.count; ++i) {
        if constexpr (InWide)
            add_sequence_wide<F>(data.inputs_of(i), data.length, data.initial_state,
                                 data.targets[i], data.weights[i], wx, wrec, sums);
        else
            add_sequence_rescaled<F>(data.inputs_of(i), data.length, data.initial_state,
                                     data.targets[i], data.weights[i], wx, wrec, sums);
    }
    const Wide<V> scale(data.inverse_total);
    return {scale * sums.loss, scale * sums.grad_wx, scale * sums.grad_wrec};
}

/// Loss and gradient of one cell, or of a pack of cells, from the exact weights.
template <class F, class V>
GRADSCAPE_HD inline WideLossGradient<V> careful_cell(const CarefulData& data, V wx, V wrec) {
    if (!data.ordinary) return careful_sums<F, true>(data.sequences, wx, wrec);
    const auto is_ordinary = [](V w) {
        const V size = absolute(w);
        return (size == V(0)) | ((size > V(1 / ordinary_limit)) & (size < V(ordinary_limit)));
    };
    const WideLossGradient<V> rescaled = careful_sums<F, false>(data.sequences, wx, wrec);
    const auto good = is_ordinary(wx) & is_ordinary(wrec) &
                      (value_of(rescaled.loss) > V(least_plain_loss<double>));
    if (!any(!good)) return rescaled;
    const WideLossGradient<V> wide = careful_sums<F, true>(data.sequences, wx, wrec);
    return {select(good, rescaled.loss, wide.loss), select(good, rescaled.grad_wx, wide.grad_wx),
            select(good, rescaled.grad_wrec, wide.grad_wrec)};
}

}  // namespace gradscape
