// The fields of a plain row as the span kernels see them: the value of a column, with the very
// operations of the per-cell kernels, and bounds of all values between two columns. Bounds are
// proven: fma, multiplication and comparison round monotonically, so a computed line is monotone
// and a computed product lies between those of its factors' ends; log10 and the norm, whose
// rounding is not monotone, are widened by more than the error that they can have.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>

#include "gradscape/core/field_value.hpp"
#include "host/evaluate/cpu/span_kernels.hpp"

namespace gradscape::evaluate {
namespace {

template <class Real>
struct Bounds {
    Real lo, hi;
};

template <class Real>
Bounds<Real> ordered(Real a, Real b) {
    return a < b ? Bounds<Real>{a, b} : Bounds<Real>{b, a};
}
template <class Real>
Bounds<Real> absolute_of(Bounds<Real> b) {
    const bool spans_zero = b.lo <= 0 && b.hi >= 0;
    const Bounds<Real> ends = ordered(absolute(b.lo), absolute(b.hi));
    return {spans_zero ? Real(0) : ends.lo, ends.hi};
}
/// 16 ulp: several times the error of log10_of and norm_of.
template <class Real>
constexpr Real margin = 16 * std::numeric_limits<Real>::epsilon();

template <class Real>
struct LossField {
    const RowLines<Real>& lines;
    Real value(int j) const { return row_loss(lines, static_cast<Real>(j)); }
    /// The root of the parabola is where this line changes its sign.
    Real line(int j) const {
        return madd(static_cast<Real>(j) - lines.loss_anchor, lines.loss_slope, lines.loss_offset);
    }
    Bounds<Real> bounds(int first, int last) const {
        const Bounds<Real> ends = ordered(value(first), value(last));
        const bool has_root = line(first) <= 0 && line(last) >= 0;
        return {has_root ? lines.loss_min : ends.lo, ends.hi};
    }
};

template <class Real>
struct LogLossField {
    LossField<Real> loss;
    Real value(int j) const { return log10_of(loss.value(j)); }
    Bounds<Real> bounds(int first, int last) const {
        const Bounds<Real> b = loss.bounds(first, last);
        const Real lo = log10_of(b.lo), hi = log10_of(b.hi);
        return {lo - margin<Real> * (1 + absolute(lo)), hi + margin<Real> * (1 + absolute(hi))};
    }
};

template <class Real>
struct WxField {
    const RowLines<Real>& lines;
    Real value(int j) const { return row_grad_wx(lines, static_cast<Real>(j)); }
    Bounds<Real> bounds(int first, int last) const { return {value(first), value(last)}; }
};

template <class Real>
struct WrecField {
    const RowLines<Real>& lines;
    const Real* wx;
    Real value(int j) const { return row_grad_wrec(lines, static_cast<Real>(j), wx[j]); }
    Bounds<Real> bounds(int first, int last) const {
        const auto line = [this](int j) {
            return row_grad_wrec(lines, static_cast<Real>(j), Real(1));
        };
        const Real a = line(first), b = line(last);
        const Bounds<Real> left = ordered(wx[first] * a, wx[first] * b);
        const Bounds<Real> right = ordered(wx[last] * a, wx[last] * b);
        return {ordered(left.lo, right.lo).lo, ordered(left.hi, right.hi).hi};
    }
};

template <class Real>
struct NormField {
    WxField<Real> of_wx;
    WrecField<Real> of_wrec;
    Real value(int j) const { return norm_of(of_wx.value(j), of_wrec.value(j)); }
    Bounds<Real> bounds(int first, int last) const {
        constexpr Real tiny = std::numeric_limits<Real>::min();  // below, errors are absolute
        const Bounds<Real> a = absolute_of(of_wx.bounds(first, last)),
                           b = absolute_of(of_wrec.bounds(first, last));
        return {norm_of(a.lo, b.lo) * (1 - margin<Real>)-tiny,
                norm_of(a.hi, b.hi) * (1 + margin<Real>)+tiny};
    }
};

/// Goes over the columns from left to right. `accept(begin, end, bounds)` may take a block of
/// columns from its bounds alone; of a block that it declines, the halves are offered, and of small
/// blocks each cell.
template <class RowField, class Accept, class Cell>
void explore(const RowField& field, int cols, Accept accept, Cell cell) {
    constexpr int small = 8;
    int ends[32], depth = 0;
    for (int begin = 0, end = cols;;) {
        if (end - begin <= small) {
            for (int j = begin; j < end; ++j) cell(j, field.value(j));
        } else if (!accept(begin, end, field.bounds(begin, end - 1))) {
            ends[depth++] = end;
            end = begin + (end - begin) / 2;
            continue;
        }
        if (depth == 0) return;
        begin = end;
        end = ends[--depth];
    }
}

template <Field field, class Real>
auto row_field(const RowLines<Real>& lines, const Real* wx) {
    if constexpr (field == Field::loss) return LossField<Real>{lines};
    if constexpr (field == Field::grad_wx) return WxField<Real>{lines};
    if constexpr (field == Field::grad_wrec) return WrecField<Real>{lines, wx};
    if constexpr (field == Field::grad_norm) return NormField<Real>{{lines}, {lines, wx}};
    if constexpr (field == Field::log10_loss) return LogLossField<Real>{{lines}};
}

/// Calls `use(row_field)` with the field of a row, one of span_fields.
template <class Real, class Use>
void with_field(Field field, const RowLines<Real>& lines, const Real* wx, Use use) {
    for_each_plain_field([&](auto each) {
        constexpr Field f = decltype(each)::value;
        if constexpr (span_fields.has(f))
            if (field == f) use(row_field<f>(lines, wx));
    });
}

}  // namespace
}  // namespace gradscape::evaluate
