// The curvature of the loss at a cell: the eigenvalues of its Hessian over (w_x, w_rec). First and
// second derivatives of the state by both weights are carried along with it (forward accumulation
// twice over; Griewank & Walther, Evaluating Derivatives, 2nd ed., section 13.1): no history is
// needed, whatever T is, and a sequence goes on from the step where it leaves the one before.
// docs/mathematics.md has the recurrences.
//
//     H = (2/M) Σ m (∇y·∇yᵀ + (y − t)·∇²y)
//
// In double on every backend, also for fields in single precision: the smaller eigenvalue is a
// difference, and float would leave nothing of it where the larger is 10⁷ times as large. A value
// that left the range of double is found again in wide arithmetic.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/activation.hpp"
#include "gradscape/core/bptt.hpp"
#include "gradscape/core/each_field.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/core/wide.hpp"
#include "gradscape/field.hpp"

namespace gradscape {

/// The second derivatives of the mean loss.
template <class V>
struct Hessian {
    V wx_wx, wx_wrec, wrec_wrec;
};

/// Largest first.
template <class V>
struct Eigenvalues {
    V largest, smallest;
};

/// Of the symmetric matrix: its mean diagonal ± √(half the diagonal's difference² + H₁₂²).
template <class V>
GRADSCAPE_HD inline Eigenvalues<V> eigenvalues_of(const Hessian<V>& h) {
    const V half(0.5), a = half * h.wx_wx, c = half * h.wrec_wrec;
    const V mean = a + c, radius = norm_of(V(a - c), h.wx_wrec);
    return {mean + radius, mean - radius};
}

/// A state S_k and its derivatives by the weights.
template <class V>
struct StateDerivatives {
    V state, wx, wrec;
    V wx_wx, wx_wrec, wrec_wrec;
    V slope;  ///< f'(a_k)

    /// Value by value: as one block, compilers keep it in memory, and a step waits for its stores.
    GRADSCAPE_HD StateDerivatives& operator=(const StateDerivatives& other) {
        state = other.state, wx = other.wx, wrec = other.wrec;
        wx_wx = other.wx_wx, wx_wrec = other.wx_wrec, wrec_wrec = other.wrec_wrec;
        slope = other.slope;
        return *this;
    }
};

/// Of S_0; the slope is that of a state which zeros leave as it is.
template <class F, class V>
GRADSCAPE_HD inline StateDerivatives<V> initial_derivatives(double initial_state) {
    const V zero(0.0), state(initial_state);
    return {state, zero, zero, zero, zero, zero, F::slope(state)};
}

/// One step, of input x. V = double, a pack of double, or Wide of either.
template <class F, class V>
GRADSCAPE_HD inline void advance(StateDerivatives<V>& s, const V& x, const V& wx, const V& wrec) {
    // Of a_k; d²a/dw_x² is w_rec·d²S_k-1/dw_x² alone.
    const V a_wx = madd(wrec, s.wx, x), a_wrec = madd(wrec, s.wrec, s.state);
    const V a_wx_wrec = madd(wrec, s.wx_wrec, s.wx);
    const V a_wrec_wrec = madd(wrec, s.wrec_wrec, s.wrec + s.wrec);
    s.state = F::f(madd(wrec, s.state, wx * x));
    if constexpr (F::constant_slope) {
        s.wx = a_wx, s.wrec = a_wrec;
        s.wx_wrec = a_wx_wrec, s.wrec_wrec = a_wrec_wrec;
    } else {
        s.slope = F::slope(s.state);
        if constexpr (F::homogeneous) {  // f'' = 0
            s.wx_wrec = s.slope * a_wx_wrec, s.wrec_wrec = s.slope * a_wrec_wrec;
        } else {
            const V bend = F::bend(s.state);
            const V bent_wx = bend * a_wx, bent_wrec = bend * a_wrec;
            s.wx_wx = s.slope * madd(bent_wx, a_wx, wrec * s.wx_wx);
            s.wx_wrec = s.slope * madd(bent_wx, a_wrec, a_wx_wrec);
            s.wrec_wrec = s.slope * madd(bent_wrec, a_wrec, a_wrec_wrec);
        }
        s.wx = s.slope * a_wx, s.wrec = s.slope * a_wrec;
    }
}

/// m·(∇y·∇yᵀ + (y − t)·∇²y), half of a sequence's part of H.
template <class F, class V>
GRADSCAPE_HD inline Hessian<V> half_hessian(const StateDerivatives<V>& y, const V& target,
                                            const V& weight) {
    const V error = y.state - target;
    V wx_wx = y.wx * y.wx;
    if constexpr (!F::homogeneous) wx_wx = madd(error, y.wx_wx, wx_wx);
    const V wx_wrec = madd(error, y.wx_wrec, y.wx * y.wrec);
    const V wrec_wrec = madd(error, y.wrec_wrec, y.wrec * y.wrec);
    return {weight * wx_wx, weight * wx_wrec, weight * wrec_wrec};
}

/// The Hessian, and the largest f'(a_T) of any sequence: 0 where it is exactly 0, since every last
/// state is saturated or dead.
template <class V>
struct MeanHessian {
    Hessian<V> hessian;
    V steepest;
};

/// `Shares`: the derivatives of a sequence's steps are kept for those that begin alike, which takes
/// most_shared_steps of them; else each begins anew. The same bits either way.
template <class F, bool Shares, class V>
GRADSCAPE_HD inline MeanHessian<V> mean_hessian(const OrderedSequences<double>& data, const V& wx,
                                                const V& wrec) {
    const SequenceView<double>& all = data.all;
    const bool shares = Shares && all.length <= most_shared_steps;
    StateDerivatives<V> steps[Shares ? most_shared_steps + 1 : 1];
    steps[0] = initial_derivatives<F, V>(all.initial_state);
    CompensatedSum<V> wx_wx, wx_wrec, wrec_wrec;
    V steepest(0.0);
    for (int first = 0; first < all.count; first += sequence_block) {
        const int end = first + sequence_block < all.count ? first + sequence_block : all.count;
        Hessian<V> block{V(0.0), V(0.0), V(0.0)};
        for (int i = first; i < end; ++i) {
            const SequencePlace& place = data.order[i];
            const double* const x = all.inputs_of(place.sequence) + place.zeros;
            const int length = all.length - place.zeros, from = shares ? place.shared : 0;
            StateDerivatives<V> s;
            s = steps[from];
            for (int k = from; k < length; ++k) {
                advance<F>(s, V(x[k]), wx, wrec);
                if (shares) steps[k + 1] = s;
            }
            const Hessian<V> part =
                half_hessian<F>(s, V(all.targets[place.sequence]), V(all.weights[place.sequence]));
            block.wx_wx = block.wx_wx + part.wx_wx;
            block.wx_wrec = block.wx_wrec + part.wx_wrec;
            block.wrec_wrec = block.wrec_wrec + part.wrec_wrec;
            steepest = select(s.slope > steepest, s.slope, steepest);
        }
        wx_wx.add(block.wx_wx), wx_wrec.add(block.wx_wrec), wrec_wrec.add(block.wrec_wrec);
    }
    const V scale(2 * all.inverse_total);
    return {{wx_wx.total() * scale, wx_wrec.total() * scale, wrec_wrec.total() * scale}, steepest};
}

/// The sequences, and the weights for which plain double arithmetic does (PlainRange): magnitudes,
/// besides 0. `held`: any.
struct CurvatureData {
    OrderedSequences<double> sequences;
    bool held;
    double least_wx, largest_wx, least_wrec, largest_wrec;
};

template <class V>
struct PlainEigenvalues {
    Eigenvalues<V> values;
    mask_of<V> trusted;  ///< nothing left the range of double on the way
};

template <class F, bool Shares, class V>
GRADSCAPE_HD inline PlainEigenvalues<V> plain_eigenvalues(const CurvatureData& data, V wx, V wrec) {
    const auto in_range = [](V w, double least, double largest) {
        const V size = absolute(w);
        return (size == V(0.0)) | ((size >= V(least)) & (size <= V(largest)));
    };
    const auto finite = [](V x) { return x - x == V(0.0); };
    const auto [h, steepest] = mean_hessian<F, Shares>(data.sequences, wx, wrec);
    const V size = absolute(h.wx_wx) + absolute(h.wrec_wrec);
    // Where all is tiny, underflow may have taken digits.
    const auto large = (size >= V(0x1p-900)) | (steepest == V(0.0));
    const mask_of<V> trusted = (V(data.held ? 1.0 : 0.0) > V(0.0)) &
                               in_range(wx, data.least_wx, data.largest_wx) &
                               in_range(wrec, data.least_wrec, data.largest_wrec) &
                               finite(h.wx_wx) & finite(h.wx_wrec) & finite(h.wrec_wrec) & large;
    return {eigenvalues_of(h), trusted};
}

/// The same where plain arithmetic cannot be trusted; some twenty times slower.
template <class F, bool Shares, class V>
GRADSCAPE_HD inline Eigenvalues<Wide<V>> wide_eigenvalues(const CurvatureData& data, V wx, V wrec) {
    return eigenvalues_of(
        mean_hessian<F, Shares>(data.sequences, Wide<V>(wx), Wide<V>(wrec)).hessian);
}

/// By the row form, y = w_x·p(w_rec), along a row w_rec = r:
///
///     H₁₁ = 2A    H₁₂ = 2(2·w_x·E − H)    H₂₂ = 2·w_x·(w_x·D − G)
///
/// with A = mean p², E = mean p·p', H = mean t·p', D = mean (p'² + p·p''), G = mean t·p''.
template <class V>
struct RowHessian {
    V A, E, H, D, G;

    /// Each coefficient through `convert`.
    template <class To, class Convert>
    GRADSCAPE_HD RowHessian<To> as(Convert convert) const {
        return {convert(A), convert(E), convert(H), convert(D), convert(G)};
    }
};

template <class V>
GRADSCAPE_HD inline Hessian<V> row_cell_hessian(const RowHessian<V>& c, const V& wx) {
    const V wx_wrec = madd(wx, c.E + c.E, -c.H), wrec_wrec = wx * madd(wx, c.D, -c.G);
    return {c.A + c.A, wx_wrec + wx_wrec, wrec_wrec + wrec_wrec};
}

/// The sums of a row, in the units of the data as they are held; V = a pack of double or Wide.
template <class V>
GRADSCAPE_HD inline RowHessian<V> row_sums(const SequenceView<double>& data, const V& r) {
    RowHessian<V> sums{V(0.0), V(0.0), V(0.0), V(0.0), V(0.0)};
    for (int i = 0; i < data.count; ++i) {
        const double* const x = data.inputs_of(i);
        V p(0.0), slope(0.0), bend(0.0);  // p, dp/dr, d²p/dr²
        for (int k = 0; k < data.length; ++k) {
            bend = madd(r, bend, slope + slope);
            slope = madd(r, slope, p);
            p = madd(r, p, V(x[k]));
        }
        const V weight(data.weights[i]), of_p = weight * p, of_slope = weight * slope;
        const V of_target = weight * V(data.targets[i]);
        sums.A = madd(of_p, p, sums.A);
        sums.E = madd(of_p, slope, sums.E);
        sums.H = madd(of_target, slope, sums.H);
        sums.D = madd(of_slope, slope, madd(of_p, bend, sums.D));
        sums.G = madd(of_target, bend, sums.G);
    }
    return sums;
}

/// Rows per call = lanes of V.
template <class V>
GRADSCAPE_HD inline RowHessian<Wide<V>> row_hessian(const RowData& row_data, V r) {
    const SequenceView<double>& data = row_data.sequences;
    const bool plain = row_data.scale.moderate && unchecked_steps(r, data.length) >= data.length;
    const auto widen = [](const V& x) { return Wide<V>(x); };
    const RowHessian<Wide<V>> sums =
        plain ? row_sums(data, r).template as<Wide<V>>(widen) : row_sums(data, Wide<V>(r));
    const double input = row_data.scale.input_exponent, target = row_data.scale.target_exponent;
    const auto scaled = [&](const Wide<V>& sum, double exponent) {
        return Wide<V>(V(data.inverse_total)) * Wide<V>{sum.mantissa, sum.exponent + V(exponent)};
    };
    return {scaled(sums.A, 2 * input), scaled(sums.E, 2 * input), scaled(sums.H, input + target),
            scaled(sums.D, 2 * input), scaled(sums.G, input + target)};
}

/// No cell of the row can leave the range of double: its coefficients may be doubles.
template <class V>
GRADSCAPE_HD inline mask_of<V> is_plain(const RowHessian<Wide<V>>& c, const AxisView& axis) {
    const auto moderate = [](const Wide<V>& w) {
        return (w.mantissa == V(0.0)) | (absolute(w.exponent) < V(300.0));
    };
    const bool near =
        ::fabs(axis.lo) < 0x1p200 && ::fabs(axis.hi) < 0x1p200 && axis.smallest > 0x1p-200;
    return moderate(c.A) & moderate(c.E) & moderate(c.H) & moderate(c.D) & moderate(c.G) &
           (V(near ? 1.0 : 0.0) > V(0.0));
}

template <class V>
GRADSCAPE_HD inline V plain_value(const V& x) {
    return x;
}
template <class V>
GRADSCAPE_HD inline V plain_value(const Wide<V>& x) {
    return value_of(x);
}
/// a/b of magnitudes; +∞ for b = 0, whatever a is.
template <class V>
GRADSCAPE_HD inline V quotient_of(const V& a, const V& b) {
    return select(b == V(0.0), V(HUGE_VAL), a / b);
}
template <class V>
GRADSCAPE_HD inline V quotient_of(const Wide<V>& a, const Wide<V>& b) {
    return select(b.mantissa == V(0.0), V(HUGE_VAL),
                  value_of(Wide<V>{a.mantissa / b.mantissa, a.exponent - b.exponent}));
}

/// A curvature field; V as for StateDerivatives. The condition number of a flat place is +∞.
template <Field field, class V>
GRADSCAPE_HD inline auto curvature_value(const Eigenvalues<V>& at) {
    static_assert(row_of(field).kind == FieldKind::curvature);
    if constexpr (field == Field::sharpness) return plain_value(at.largest);
    if constexpr (field == Field::curvature_min) return plain_value(at.smallest);
    if constexpr (field == Field::condition) {
        const V a = absolute(at.largest), b = absolute(at.smallest);
        const auto swapped = b > a;
        return quotient_of(select(swapped, b, a), select(swapped, a, b));
    }
}

}  // namespace gradscape
