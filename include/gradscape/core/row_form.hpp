// The row form of the linear cell (docs/mathematics.md): y_i = w_x·p_i(w_rec), so along a grid row
// the loss is a parabola in w_x and its gradients are products of lines. Coefficients are found
// once a row in double; a cell then costs one to three fma per field, whatever N and T are.
//
// Everything is held in units where sequences cannot overflow: p = p̂·2^e, u = w_x·2^e, and with
// δ = u − u*:  L = A·δ² + Lmin,  dL/dw_x = 2·A·δ·2^e,  dL/dw_rec = 2·u·(δ·E + F);  e = 0 unless
// |w_rec|^T is astronomic.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/cell.hpp"
#include "gradscape/core/wide.hpp"

namespace gradscape {

/// Coefficients of one row (V = double) or of a pack of rows.
template <class V>
struct RowCoefficients {
    V A, u_star, loss_min, E, F;
    V exponent;  ///< e ≥ 0, integral
};

/// p, dp/dr and their exponent for one sequence at r = w_rec.
template <class V>
struct Power {
    V p, slope, exponent;
};

/// Horner's rule for p(r) = Σ_k x_k r^(T−k) and its derivative, with the exponent taken out.
template <class V>
GRADSCAPE_HD inline Power<V> evaluate_power(const double* x, int length, V r) {
    V p(0), slope(0), exponent(0), unit(1);
    for (int k = 0; k < length; ++k) {
        slope = madd(r, slope, p);
        p = madd(r, p, V(x[k]) * unit);
        const auto large = (absolute(slope) > V(0x1p256)) | (absolute(p) > V(0x1p256));
        if (!any(large)) continue;
        const V factor = select(large, V(0x1p-256), V(1));
        p = p * factor;
        slope = slope * factor;
        exponent = exponent + select(large, V(256), V(0));
        unit = pow2(clamp_to(-exponent, 1000));
    }
    return {p, slope, exponent};
}

/// Rows per call = lanes of V. `scratch` is indexed like an array of data.count Power<V>;
/// data.inverse_total = 1/M.
template <class V, class Scratch>
GRADSCAPE_HD inline RowCoefficients<V> row_coefficients(const SequenceView<double>& data, V r,
                                                        const Scratch& scratch) {
    V exponent(0);
    for (int i = 0; i < data.count; ++i) {
        scratch[i] = evaluate_power(data.inputs_of(i), data.length, r);
        exponent = select(exponent < scratch[i].exponent, scratch[i].exponent, exponent);
    }
    V pp(0), pt(0);
    for (int i = 0; i < data.count; ++i) {
        Power<V>& s = scratch[i];
        const V factor = pow2(clamp_to(s.exponent - exponent, 1000));
        s.p = s.p * factor;
        s.slope = s.slope * factor;
        const V weighted = V(data.weights[i]) * s.p;
        pp = madd(weighted, s.p, pp);
        pt = madd(weighted, V(data.targets[i]), pt);
    }
    const V u_star = select(pp == V(0), V(0), pt / pp);
    V residual(0), ps(0), rs(0);
    for (int i = 0; i < data.count; ++i) {
        const Power<V>& s = scratch[i];
        const V error = madd(u_star, s.p, V(-data.targets[i]));
        const V weighted = V(data.weights[i]) * error;
        residual = madd(weighted, error, residual);
        rs = madd(weighted, s.slope, rs);
        ps = madd(V(data.weights[i]) * s.p, s.slope, ps);
    }
    const V scale(data.inverse_total);
    return {pp * scale, u_star, residual * scale, ps * scale, rs * scale, exponent};
}

/// One row as a cell of any column reads it. Each line is anchored at the column nearest to its own
/// root, so j − anchor is exact and nothing cancels, in float too.
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
};

/// Column nearest to w_x = value, kept where float counts exactly.
template <class V>
GRADSCAPE_HD inline V anchor_of(V value, const AxisView& axis) {
    if (!(axis.step > 0)) return V(0);
    const V column = clamp_to((value - V(axis.lo)) / V(axis.step), 4e6);
    const V magic(0x1.8p52);  // adding it rounds to an integer
    return (column + magic) - magic;
}

/// Nothing in the row can overflow a number whose largest power of two is 2^127 (float) or 2^1023
/// (double): the lines may be used. Otherwise wide_row_cell.
template <class Real, class V>
GRADSCAPE_HD inline mask_of<V> is_plain(const RowCoefficients<V>& c, const AxisView& axis) {
    const V limit(sizeof(Real) == 4 ? 0x1p120 : 0x1p1000);
    const V low = absolute(V(axis.lo) - c.u_star), high = absolute(V(axis.hi) - c.u_star);
    const V reach = select(low < high, high, low) + V(axis.step);
    const double edge = ::fabs(axis.lo) > ::fabs(axis.hi) ? ::fabs(axis.lo) : ::fabs(axis.hi);
    const V line = madd(absolute(c.E), reach, absolute(c.F));
    return (c.exponent == V(0)) & (madd(c.A * reach, reach, c.loss_min) < limit) &
           (c.A * reach < limit) & (line < limit) & (line * V(edge) < limit);
}

template <class V>
GRADSCAPE_HD inline RowLines<V> row_lines(const RowCoefficients<V>& c, const AxisView& axis) {
    const V step(axis.step), lo(axis.lo), root_A = square_root(c.A), twice_A = c.A + c.A;
    const V anchor = anchor_of(c.u_star, axis);
    const V rest = madd(anchor, step, lo) - c.u_star;
    // The line of dL/dw_rec has its root where δ = −F/E.
    const V root = c.u_star - select(c.E == V(0), V(0), c.F / c.E);
    const V wrec_anchor = anchor_of(root, axis);
    const V wrec_rest = madd(wrec_anchor, step, lo) - c.u_star, half = madd(wrec_rest, c.E, c.F);
    return {anchor,         root_A * step, root_A * rest,      c.loss_min, twice_A * step,
            twice_A * rest, wrec_anchor,   (c.E + c.E) * step, half + half};
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

/// Loss and gradient of one cell of a row that is not plain; V = double or a pack of double.
template <class V>
GRADSCAPE_HD inline WideLossGradient<V> wide_row_cell(const RowCoefficients<double>& c, V wx) {
    const V A(c.A), u_star(c.u_star), E(c.E), exponent(c.exponent), zero(0);
    const V twice = exponent + exponent, twice_wx = wx + wx;
    if (c.exponent <= 256) {
        const V delta = wx - u_star * pow2(-exponent), gradient = A * delta;
        return {add(Wide<V>{gradient * delta, twice}, Wide<V>{V(c.loss_min), zero}),
                {gradient + gradient, twice},
                add(Wide<V>{twice_wx * (delta * E), twice}, Wide<V>{twice_wx * V(c.F), exponent})};
    }
    // u = w_x·2^e is so large that u* and Lmin vanish beside it, except where w_x is 0.
    const auto at_zero = wx == zero;
    const V delta = select(at_zero, -u_star, wx), gradient = A * delta;
    const V shift = select(at_zero, zero, exponent);
    return {{madd(gradient, delta, select(at_zero, V(c.loss_min), zero)), shift + shift},
            {gradient + gradient, shift + exponent},
            {twice_wx * (wx * E), twice}};
}

}  // namespace gradscape
