// The gradient over time of one point, for the fast evaluators: Σ m_i G_i,k for k = T…0, in double
// with binary exponents beside states and gradients (wide.hpp), so that only a result that is
// itself beyond double is infinite. host/reference/reference.cpp is the independent second text.
// Cost per sequence and step: 2 fma, 4 multiplications and a dozen comparisons.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/cell.hpp"
#include "gradscape/core/wide.hpp"

namespace gradscape {

/// Adds one sequence to sums[0…T]. `states` and `sums` are indexed like arrays of T values and of
/// T + 1 Wide<V>.
template <class C, class V, class States, class Sums>
GRADSCAPE_HD inline void add_trace(const double* x, int length, double target, double weight, V wx,
                                   V wrec, const States& states, const Sums& sums) {
    V state(0);
    RunningExponent<V> of_state, of_gradient;
    for (int k = 0; k < length; ++k) {
        state = C::f(madd(wrec, state, wx * (V(x[k]) * of_state.unit)));
        if constexpr (C::homogeneous) state = state * of_state.follow(absolute(state));
        states[k] = state;  // a homogeneous cell's slope needs only its sign
    }
    const V error = state - V(target) * of_state.unit;
    V g = error + error;  // G_T
    for (int k = length;; --k) {
        sums[k] = add(sums[k], Wide<V>{V(weight) * g, of_state.value + of_gradient.value});
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
