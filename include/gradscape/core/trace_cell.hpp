// The gradient over time of one point, for the fast evaluators: Σ m_i G_i,k for k = T…0, in double
// with binary exponents beside states and gradients (wide.hpp), so that only a result that is
// itself beyond double is infinite. host/reference/reference.cpp is the independent second text.
// Cost per sequence and step: 3 wide operations and as many for the gradient, 20 to 30 flop each.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/bptt.hpp"
#include "gradscape/core/wide.hpp"

namespace gradscape {

/// Adds one sequence to sums[0…T]. `states` and `sums` are indexed like arrays of T values and of
/// T + 1 Wide<V>.
template <class F, class V, class States, class Sums>
GRADSCAPE_HD inline void add_trace(const double* x, int length, double initial_state, double target,
                                   double weight, const Wide<V>& wx, const Wide<V>& wrec,
                                   const States& states, const Sums& sums) {
    using W = Wide<V>;
    W state(initial_state);
    for (int k = 0; k < length; ++k) {
        state = F::f(madd(wrec, state, wx * W(x[k])));
        // A homogeneous cell's slope needs only its sign.
        states[k] = F::homogeneous ? state.mantissa : value_of(state);
    }
    const W error = state - W(target), m(weight);
    W g = error + error;  // G_T
    for (int k = length;; --k) {
        sums[k] = sums[k] + m * g;
        if (k == 0) return;
        if constexpr (!F::constant_slope) g = g * W(F::slope(states[k - 1]));
        g = g * wrec;
    }
}

/// For trace_point, where nobody asks for anything between two sequences.
struct GoOn {
    GRADSCAPE_HD void operator()() const {}
};

/// The whole trace: gradients[k] = Σ m_i G_i,k for k = 0…T, m_i = weight · 2^weight_exponent, and
/// log10 of their magnitudes, which stay finite where the gradients leave the range of double.
/// Calls `between` before each sequence.
template <class F, class V, class States, class Sums, class Gradients, class Between = GoOn>
GRADSCAPE_HD inline void trace_point(const SequenceView<double>& data, int weight_exponent, V wx,
                                     V wrec, const States& states, const Sums& sums,
                                     const Gradients& gradients, const Gradients& logarithms,
                                     Between&& between = {}) {
    for (int k = 0; k <= data.length; ++k) sums[k] = {};
    for (int i = 0; i < data.count; ++i) {
        between();
        add_trace<F>(data.inputs_of(i), data.length, data.initial_state, data.targets[i],
                     data.weights[i], Wide<V>(wx), Wide<V>(wrec), states, sums);
    }
    for (int k = 0; k <= data.length; ++k) {
        sums[k] = Wide<V>{sums[k].mantissa, sums[k].exponent + V(weight_exponent)};
        gradients[k] = value_of(sums[k]);
        logarithms[k] = log10_of(sums[k]);
    }
}

}  // namespace gradscape
