// The gradient over time of one point, for the fast evaluators: Σ m_i G_i,k for k = T…0, in double
// with binary exponents beside states and gradients (wide.hpp), so that only a result that is
// itself beyond double is infinite. host/reference/reference.cpp is the independent second text.
// Cost per sequence and step: 2 fma, 4 multiplications and a dozen comparisons.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/cell.hpp"
#include "gradscape/core/wide.hpp"

namespace gradscape {

/// An exponent, a multiple of 256, that follows a gradient both ways: what vanishes has a size,
/// too.
template <class V>
struct TraceExponent {
    V value{V(0)};

    /// The factor to apply to a gradient of this size, now that the exponent has followed it.
    GRADSCAPE_HD V follow(V size) {
        const auto shrink = size > V(0x1p256);
        const auto grow = (size < V(0x1p-128)) & (size > V(0));
        if (!any(shrink | grow)) return V(1);
        value = value + select(shrink, V(256), select(grow, V(-256), V(0)));
        return select(shrink, V(0x1p-256), select(grow, V(0x1p256), V(1)));
    }
};

/// a + b; a sum that is still 0 takes over the exponent of what is added.
template <class V>
GRADSCAPE_HD inline Wide<V> added(const Wide<V>& a, const Wide<V>& b) {
    const V top = select(b.mantissa == V(0), a.exponent,
                         select(a.mantissa == V(0), b.exponent, larger_of(a.exponent, b.exponent)));
    return {madd(a.mantissa, pow2(clamp_to(a.exponent - top, 1000)),
                 b.mantissa * pow2(clamp_to(b.exponent - top, 1000))),
            top};
}

/// Adds one sequence to sums[0…T]. `states` and `sums` are indexed like arrays of T values and of
/// T + 1 Wide<V>.
template <class C, class V, class States, class Sums>
GRADSCAPE_HD inline void add_trace(const double* x, int length, double target, double weight, V wx,
                                   V wrec, const States& states, const Sums& sums) {
    V state(0);
    RunningExponent<V> of_state;
    TraceExponent<V> of_gradient;
    for (int k = 0; k < length; ++k) {
        state = C::f(madd(wrec, state, wx * (V(x[k]) * of_state.unit)));
        if constexpr (C::homogeneous) state = state * of_state.follow(absolute(state));
        states[k] = state;  // a homogeneous cell's slope needs only its sign
    }
    const V error = state - V(target) * of_state.unit;
    V g = error + error;  // G_T
    for (int k = length;; --k) {
        sums[k] = added(sums[k], Wide<V>{V(weight) * g, of_state.value + of_gradient.value});
        if (k == 0) return;
        if constexpr (!C::constant_slope) g = g * C::slope(states[k - 1]);
        g = g * wrec;
        g = g * of_gradient.follow(absolute(g));
    }
}

/// The whole trace: gradients[k] = Σ m_i G_i,k for k = 0…T, and log10 of their magnitudes, which
/// stay finite where the gradients leave the range of double.
template <class C, class V, class States, class Sums, class Gradients>
GRADSCAPE_HD inline void trace_point(const SequenceView<double>& data, V wx, V wrec,
                                     const States& states, const Sums& sums,
                                     const Gradients& gradients, const Gradients& logarithms) {
    for (int k = 0; k <= data.length; ++k) sums[k] = {};
    for (int i = 0; i < data.count; ++i)
        add_trace<C>(data.inputs_of(i), data.length, data.targets[i], data.weights[i], wx, wrec,
                     states, sums);
    for (int k = 0; k <= data.length; ++k) {
        gradients[k] = value_of(sums[k]);
        logarithms[k] = log10_of(sums[k]);
    }
}

}  // namespace gradscape
