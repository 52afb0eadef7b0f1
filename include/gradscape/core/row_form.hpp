// The row form of the linear cell (docs/mathematics.md): y_i = w_x·p_i(w_rec), so along a grid row
// the loss is a parabola in w_x and its gradients are products of lines. Coefficients are found
// once a row in double; a cell then costs one to three fma per field, whatever N and T are.
//
// p, dp/dr and the targets t each have a binary exponent of their own, p = p̂·2^e and so on, with
// mantissas near 1: neither the powers of w_rec nor their squares leave double then, upwards or
// downwards. Powers of two are exact, so that bits do not depend on where they were taken out.
// With d = w_x − w*, w* = û·2^(e_t − e_p):
//
//     L = A·d² + Lmin    dL/dw_x = 2·A·d    dL/dw_rec = 2·w_x·(d·E + F) = 2·w_x·(w_x·E − H)
//
// A row whose values all lie well within float or double is `plain`: its cells are lines of the
// column number. All other rows are evaluated cell by cell in wide arithmetic.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>

#include "gradscape/core/bptt.hpp"
#include "gradscape/core/wide.hpp"

namespace gradscape {

/// What was taken out of the sequences of a row form by exact scaling.
struct RowScale {
    double input_exponent, target_exponent;  ///< inputs and targets are held times 2^-exponent
    bool moderate;                           ///< no |x| but 0 outside [2^-200, 2^100]
};
/// Sequences as the row form reads them, `RowArrays` on the host.
struct RowData {
    SequenceView<double> sequences;
    RowScale scale;
};

/// Coefficients of one row (V = double) or of a pack of rows, as mantissas: E in units of
/// 2^(p_exponent + slope_exponent), F and H of 2^(target_exponent + slope_exponent), A of
/// 2^(2·p_exponent), Lmin of 2^(2·target_exponent), w* of 2^(target_exponent − p_exponent).
template <class V>
struct RowCoefficients {
    V A, u_star, loss_min, E, F, H;
    V p_exponent, slope_exponent, target_exponent;

    template <class To, class Convert>
    GRADSCAPE_HD RowCoefficients<To> as(Convert convert) const {
        return {convert(A),
                convert(u_star),
                convert(loss_min),
                convert(E),
                convert(F),
                convert(H),
                convert(p_exponent),
                convert(slope_exponent),
                convert(target_exponent)};
    }
};

/// p, dp/dr and their exponents for one sequence at r = w_rec.
template <class V>
struct Power {
    V p, slope, exponent, slope_exponent;
};

/// Steps of Horner's rule that change the size of a moderate sequence's p by less than 2^±300, all
/// lanes' together; 0 where r itself is beyond that.
template <class V>
GRADSCAPE_HD inline int unchecked_steps(V r, int length) {
    V mantissa(0);
    const V log2 = absolute(split_exponent(absolute(r), mantissa)) + V(0.5);
    int steps = length;
    while (steps > 0 && any(log2 * V(static_cast<double>(steps)) > V(300))) steps /= 2;
    return steps;
}

/// Horner's rule for p(r) = Σ_k x_k r^(T−k) and its derivative. `unchecked` steps may be taken
/// between two looks at the exponents (0: none).
template <class V>
GRADSCAPE_HD inline Power<V> evaluate_power(const double* x, int length, V r, int unchecked) {
    V p(0), slope(0);
    if (unchecked >= length) {
        for (int k = 0; k < length; ++k) {
            slope = madd(r, slope, p);
            p = madd(r, p, V(x[k]));
        }
        return {p, slope, V(0), V(0)};
    }
    const Wide<V> wide_r = normalized(Wide<V>{r, V(0)});
    Wide<V> wide_p, wide_slope;
    int k = 0;
    while (k < length && x[k] == 0) ++k;
    while (k < length) {
        const V gap = wide_p.exponent - wide_slope.exponent;
        if (unchecked > 0 && !any((wide_p.exponent < V(-100)) | (absolute(gap) > V(100)))) {
            const V ratio = pow2(gap), unit = pow2(-clamp_to(wide_p.exponent, 800));
            const int end = length - k < unchecked ? length : k + unchecked;
            p = wide_p.mantissa, slope = wide_slope.mantissa;
            for (; k < end; ++k) {
                slope = madd(r, slope, p * ratio);
                p = madd(r, p, V(x[k]) * unit);
            }
            wide_slope = normalized(Wide<V>{slope, wide_slope.exponent});
            wide_p = normalized(Wide<V>{p, wide_p.exponent});
        } else {
            wide_slope = madd(wide_r, wide_slope, wide_p);
            wide_p = madd(wide_r, wide_p, normalized(Wide<V>{V(x[k]), V(0)}));
            ++k;
        }
    }
    return {wide_p.mantissa, wide_slope.mantissa, wide_p.exponent, wide_slope.exponent};
}

/// Gives all of a row's p one exponent, with the largest p near 1, and the slopes theirs.
template <class V, class Scratch>
GRADSCAPE_HD inline void share_exponents(const Scratch& scratch, int count, V& p_exponent,
                                         V& slope_exponent) {
    const V none(Wide<V>::lowest_exponent);
    p_exponent = slope_exponent = none;
    for (int i = 0; i < count; ++i) {
        Power<V>& s = scratch[i];
        const Wide<V> p = normalized(Wide<V>{s.p, s.exponent}),
                      slope = normalized(Wide<V>{s.slope, s.slope_exponent});
        s = {p.mantissa, slope.mantissa, p.exponent, slope.exponent};
        p_exponent = larger_of(p_exponent, p.exponent);
        slope_exponent = larger_of(slope_exponent, slope.exponent);
    }
    const auto factor = [](V exponent, V largest) {
        const V shift = exponent - largest;
        return select(shift < V(-1000), V(0), pow2(clamp_to(shift, 1000)));
    };
    for (int i = 0; i < count; ++i) {
        Power<V>& s = scratch[i];
        s.p = s.p * factor(s.exponent, p_exponent);
        s.slope = s.slope * factor(s.slope_exponent, slope_exponent);
    }
    p_exponent = select(p_exponent == none, V(0), p_exponent);
    slope_exponent = select(slope_exponent == none, V(0), slope_exponent);
}

/// Rows per call = lanes of V. `scratch` is indexed like an array of as many Power<V> as there are
/// sequences.
template <class V, class Scratch>
GRADSCAPE_HD inline RowCoefficients<V> row_coefficients(const RowData& row_data, V r,
                                                        const Scratch& scratch) {
    const SequenceView<double>& data = row_data.sequences;
    const int unchecked = row_data.scale.moderate ? unchecked_steps(r, data.length) : 0;
    V largest_p(0), largest_slope(0);
    for (int i = 0; i < data.count; ++i) {
        scratch[i] = evaluate_power(data.inputs_of(i), data.length, r, unchecked);
        largest_p = larger_of(largest_p, absolute(scratch[i].p));
        largest_slope = larger_of(largest_slope, absolute(scratch[i].slope));
    }
    const auto far_from_1 = [](V size) {
        return ((size < V(0x1p-100)) & (size > V(0))) | (size > V(0x1p100));
    };
    V p_exponent(0), slope_exponent(0);
    if (unchecked < data.length || any(far_from_1(largest_p) | far_from_1(largest_slope)))
        share_exponents(scratch, data.count, p_exponent, slope_exponent);

    V pp(0), pt(0);
    for (int i = 0; i < data.count; ++i) {
        const Power<V>& s = scratch[i];
        const V weighted = V(data.weights[i]) * s.p;
        pp = madd(weighted, s.p, pp);
        pt = madd(weighted, V(data.targets[i]), pt);
    }
    const V u_star = select(pp == V(0), V(0), pt / pp);
    V residual(0), ps(0), rs(0), ts(0);
    for (int i = 0; i < data.count; ++i) {
        const Power<V>& s = scratch[i];
        const V error = madd(u_star, s.p, V(-data.targets[i]));
        const V weighted = V(data.weights[i]) * error;
        residual = madd(weighted, error, residual);
        rs = madd(weighted, s.slope, rs);
        ps = madd(V(data.weights[i]) * s.p, s.slope, ps);
        ts = madd(V(data.weights[i] * data.targets[i]), s.slope, ts);
    }
    const V scale(data.inverse_total), input_exponent(row_data.scale.input_exponent);
    return {pp * scale,
            u_star,
            residual * scale,
            ps * scale,
            rs * scale,
            ts * scale,
            p_exponent + input_exponent,
            slope_exponent + input_exponent,
            V(row_data.scale.target_exponent)};
}

/// Exponents with which no coefficient leaves double when they are put back into the mantissas.
template <class V>
GRADSCAPE_HD inline mask_of<V> has_moderate_exponents(const RowCoefficients<V>& c) {
    const V limit(256);
    return (absolute(c.p_exponent) <= limit) & (absolute(c.slope_exponent) <= limit) &
           (absolute(c.target_exponent) <= limit);
}

/// The coefficients with their exponents put back, where those are moderate.
template <class V>
GRADSCAPE_HD inline RowCoefficients<V> put_back(const RowCoefficients<V>& c) {
    const V p = c.p_exponent, slope = c.slope_exponent, target = c.target_exponent, zero(0);
    if (!any((p != zero) | (slope != zero) | (target != zero))) return c;
    const auto times = [](V x, V exponent) { return x * pow2(clamp_to(exponent, 1000)); };
    return {times(c.A, p + p),
            times(c.u_star, target - p),
            times(c.loss_min, target + target),
            times(c.E, p + slope),
            times(c.F, target + slope),
            times(c.H, target + slope),
            zero,
            zero,
            zero};
}

/// One segment of a row as a cell of any column reads it. Each line is anchored at the column
/// nearest to its own root, so j − anchor is exact and nothing cancels, in float too.
template <class V>
struct RowLines {
    V loss_anchor, loss_slope, loss_offset, loss_min;  ///< L = (slope·(j−anchor)+offset)² + min
    V wx_slope, wx_offset;                             ///< dL/dw_x, anchored as the loss
    V wrec_anchor, wrec_slope, wrec_offset;            ///< dL/dw_rec = w_x·(line)

    /// The same lines in another type, each value through `convert`.
    template <class To, class Convert>
    GRADSCAPE_HD RowLines<To> as(Convert convert) const {
        return {convert(loss_anchor), convert(loss_slope), convert(loss_offset),
                convert(loss_min),    convert(wx_slope),   convert(wx_offset),
                convert(wrec_anchor), convert(wrec_slope), convert(wrec_offset)};
    }
};

/// The axis w_x as the lines see it.
struct AxisView {
    double lo, hi, step;
    double smallest;  ///< the smallest |w_x| on it but 0, or +inf
    bool even;        ///< columns are lo + j·step: no step is rounded among the subnormal numbers
};

/// Lines serve this many columns; wider rows have lines by the segment, whose columns are counted
/// from its first. So anchors and columns count exactly in float, however wide a row is.
inline constexpr long long segment_cols = 1LL << 22;

/// Column nearest to w_x = value, counted from `first`, kept where float counts exactly.
template <class V>
GRADSCAPE_HD inline V anchor_of(V value, const AxisView& axis, V first) {
    if (!(axis.step > 0)) return V(0);
    const V column =
        clamp_to((value - V(axis.lo)) / V(axis.step) - first, static_cast<double>(segment_cols));
    const V magic(0x1.8p52);  // adding it rounds to an integer
    return (column + magic) - magic;
}

/// Where |w_x| is below this part of |w*|, d·E + F loses digits that w_x·E − H keeps.
inline constexpr double near_zero = 0x1p-20;

/// The lines of a plain row for the segment that begins at column `first`.
template <class V>
GRADSCAPE_HD inline RowLines<V> row_lines(const RowCoefficients<V>& coefficients,
                                          const AxisView& axis, long long first_col = 0) {
    const RowCoefficients<V> c = put_back(coefficients);
    const V step(axis.step), lo(axis.lo), root_A = square_root(c.A), twice_A = c.A + c.A;
    const V first(static_cast<double>(first_col));
    const V anchor = anchor_of(c.u_star, axis, first);
    const V rest = madd(anchor + first, step, lo) - c.u_star;
    // The line of dL/dw_rec has its root where d = −F/E, or w_x = H/E. The second way is taken
    // where the first would lose digits only: at a root near 0, in windows or columns as near.
    const V near = V(near_zero) * absolute(c.u_star);
    const auto no_E = c.E == V(0), fine = step < near;
    const V by_H = select(no_E, V(0), c.H / c.E);
    const auto root_near_0 = absolute(by_H) < near;
    const V by_F = c.u_star - select(no_E, V(0), c.F / c.E);
    const V wrec_anchor = anchor_of(select(fine & root_near_0, by_H, by_F), axis, first);
    const V wx = madd(wrec_anchor + first, step, lo);
    const auto from_0 = root_near_0 & (absolute(wx) < near) & (fine | (wx != V(0)));
    const V half = select(from_0, madd(wx, c.E, -c.H), madd(wx - c.u_star, c.E, c.F));
    return {anchor,         root_A * step, root_A * rest,      c.loss_min, twice_A * step,
            twice_A * rest, wrec_anchor,   (c.E + c.E) * step, half + half};
}

/// Nothing in the row can leave the normal range of Real but values that are to be ±0: the lines
/// may be used, wherever a segment begins. Otherwise wide_row_cell.
template <class Real, class V>
GRADSCAPE_HD inline mask_of<V> is_plain(const RowCoefficients<V>& coefficients,
                                        const AxisView& axis) {
    constexpr bool is_float = sizeof(Real) == 4;
    const RowCoefficients<V> c = put_back(coefficients);
    const V limit(is_float ? 0x1p120 : 0x1p1000), zero(0), step(axis.step);
    const double smallest = static_cast<double>(std::numeric_limits<Real>::min());
    const V low = absolute(V(axis.lo) - c.u_star), high = absolute(V(axis.hi) - c.u_star);
    const V reach = larger_of(low, high) + step;
    const double edge = ::fabs(axis.lo) > ::fabs(axis.hi) ? ::fabs(axis.lo) : ::fabs(axis.hi);
    const V line = madd(absolute(c.E), reach, absolute(c.F));
    const auto held = (madd(c.A * reach, reach, c.loss_min) < limit) & (c.A * reach < limit) &
                      (line < limit) & (line * V(edge) < limit) & (V(edge) < limit);

    // A slope that is subnormal has lost digits, and so has a line that w_x multiplies where its
    // slope is so small that a subnormal offset matters beside it. One value is the offset alone.
    const auto at_least = [&](V x, double least) {
        return (x == zero) | (absolute(x) >= V(least));
    };
    const V root_A = square_root(c.A);
    const V only = madd(V(axis.lo) - c.u_star, c.E, c.F);
    const auto one_value = (c.E == zero) | (step == zero);
    const double least = smallest * 0x1p26;
    const auto sloped = at_least(root_A * step, smallest) & at_least(c.A * step, smallest) &
                        at_least(c.E * step, least) & (at_least(only, least) | !one_value);
    // w_x in float has lost digits where it is subnormal.
    const auto wx_held = (V(axis.smallest) >= V(is_float ? smallest : 0.0)) | (line < V(32));
    // log10 L is finite for losses that underflow: the least of the row, at its column nearest to
    // the root and beside it, must be normal or 0.
    const V anchor = select(step > zero, (c.u_star - V(axis.lo)) / step, zero), magic(0x1.8p52);
    const V column = (clamp_to(anchor, 0x1p51) + magic) - magic;
    const V rest = root_A * (madd(column, step, V(axis.lo)) - c.u_star), half = root_A * step;
    const auto square_held = [&](V x) { return x * x >= V(4 * smallest); };
    const auto least_held = (c.loss_min >= V(smallest)) |
                            ((square_held(rest) | ((rest == zero) & (c.loss_min == zero))) &
                             (square_held(half * V(0.5)) | (half == zero)));
    return has_moderate_exponents(coefficients) & held & sloped & wx_held & least_held &
           (V(axis.even ? 0.0 : 1.0) == zero);
}

/// The fields of column j of a plain row. V = float or double or a pack; `column` = V(j).
template <class V>
GRADSCAPE_HD inline V row_loss(const RowLines<real_of<V>>& lines, V column) {
    const V e = madd(column - V(lines.loss_anchor), V(lines.loss_slope), V(lines.loss_offset));
    return madd(e, e, V(lines.loss_min));
}
template <class V>
GRADSCAPE_HD inline V row_grad_wx(const RowLines<real_of<V>>& lines, V column) {
    return madd(column - V(lines.loss_anchor), V(lines.wx_slope), V(lines.wx_offset));
}
template <class V>
GRADSCAPE_HD inline V row_grad_wrec(const RowLines<real_of<V>>& lines, V column, V wx) {
    return wx * madd(column - V(lines.wrec_anchor), V(lines.wrec_slope), V(lines.wrec_offset));
}

/// The coefficients of a row that is not plain; V = double.
template <class V>
struct WideRow {
    Wide<V> A, u_star, loss_min, E, F, H;

    template <class To>
    GRADSCAPE_HD WideRow<To> to() const {
        const auto all = [](const Wide<V>& w) { return Wide<To>{To(w.mantissa), To(w.exponent)}; };
        return {all(A), all(u_star), all(loss_min), all(E), all(F), all(H)};
    }
};

GRADSCAPE_HD inline WideRow<double> wide_row(const RowCoefficients<double>& c) {
    const double p = c.p_exponent, slope = c.slope_exponent, target = c.target_exponent;
    const auto wide = [](double x, double e) { return normalized(Wide<double>{x, e}); };
    return {wide(c.A, p + p),     wide(c.u_star, target - p), wide(c.loss_min, target + target),
            wide(c.E, p + slope), wide(c.F, target + slope),  wide(c.H, target + slope)};
}

/// Loss and gradient of one cell of a row that is not plain; V = double or a pack of double.
template <class V>
GRADSCAPE_HD inline WideLossGradient<V> wide_row_cell(const WideRow<double>& row, V w_x) {
    const WideRow<V> c = row.to<V>();
    const Wide<V> wx = normalized(Wide<V>{w_x, V(0)}), two{V(1), V(1)};
    const Wide<V> d = normalized(add(wx, -c.u_star)), gradient = c.A * d;
    // Near w_x = 0, d·E + F would lose digits that w_x·E − H keeps.
    const Wide<V> scaled = wx * two;
    const auto from_0 = wx.exponent < c.u_star.exponent - V(20);
    const Wide<V> factor{select(from_0, wx.mantissa, d.mantissa),
                         select(from_0, wx.exponent, d.exponent)};
    const Wide<V> offset{select(from_0, -c.H.mantissa, c.F.mantissa),
                         select(from_0, c.H.exponent, c.F.exponent)};
    return {normalized(add(gradient * d, c.loss_min)), gradient * two,
            normalized(add(scaled * (factor * c.E), scaled * offset))};
}

}  // namespace gradscape
