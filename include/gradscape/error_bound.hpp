// How far rounding alone can move each field from the exact value at its grid point, for every
// method and precision: the tolerance of a comparison that is neither absolute nor relative but
// follows the computation. Derived in docs/numerics.md.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <memory>

#include "gradscape/loaded_model.hpp"
#include "gradscape/reference.hpp"

namespace gradscape::evaluate {
class PlainRange;  // host/evaluate/prepared_data.hpp
}  // namespace gradscape::evaluate

namespace gradscape {

inline double unit_roundoff(Precision precision) {
    return precision == Precision::f32 ? 0x1p-24 : 0x1p-53;
}

/// Of the eigenvalues of the Hessian: how far either may be off, and how large they are; of the
/// condition number: how far it may be off, +inf where the matrix may be singular, and what it
/// exceeds all the same.
struct CurvatureErrorBound {
    double error = std::numeric_limits<double>::quiet_NaN();
    double size = error, condition_error = error;
    double condition_floor = -std::numeric_limits<double>::infinity();
};

/// Bounds of the absolute errors, and of the loss's relative to the loss itself, which is finite
/// where the loss leaves double. NaN or infinite where no bound can be given.
struct PointErrorBound {
    PointGradient absolute;
    double relative_loss = 0;
    CurvatureErrorBound curvature{};  ///< where it is asked for

    bool is_finite() const {
        return std::isfinite(absolute.loss) && std::isfinite(absolute.grad_wx) &&
               std::isfinite(absolute.grad_wrec);
    }
};

/// Of backpropagation through time in any order of summation, each operation and each input being
/// rounded with relative error ≤ `unit_roundoff`. `plain`: or, below the normal numbers of that
/// type, by its smallest; else the exponents have no end.
PointErrorBound bptt_error_bound(const Model& model, double wx, double wrec, double unit_roundoff,
                                 bool plain = true);

/// Along one grid row: the bound at w_x.
using RowErrorBound = std::function<PointErrorBound(double wx)>;

/// Of the row form's coefficients, which are computed in double from merged sequences. What the
/// cells' own rounding adds is proportional to the fields: ErrorBound::of() has it.
RowErrorBound row_form_error_bound(const Sequences& merged, const Axis& wx, double wrec);

/// Of the curvature by second-order recurrences, forwards or over BPTT; `plain` as for BPTT, in
/// double.
CurvatureErrorBound bptt_curvature_bound(const Model& model, double wx, double wrec,
                                         bool plain = true);

/// Along one grid row, of the row form's curvature.
using RowCurvatureBound = std::function<CurvatureErrorBound(double wx)>;
RowCurvatureBound row_curvature_bound(const Sequences& merged, double wrec);

/// How a surface was computed. The reference computes in double whatever its precision.
struct Arithmetic {
    bool reference = false;
    Method method = Method::bptt;  ///< resolved
    Precision precision = Precision::f64;
    bool operator==(const Arithmetic&) const = default;
};

/// The bounds of one arithmetic on one grid.
class ErrorBound {
public:
    /// `fields`: those whose bounds will be asked for.
    ErrorBound(std::shared_ptr<const LoadedModel> model, const Axis& wx, Arithmetic arithmetic,
               FieldSet fields);

    /// Prepares a row of the grid; *this must outlive it.
    RowErrorBound row(double wrec) const;
    /// Of a field whose value is about `value`, given row(…)(w_x). Not for the training fields: the
    /// sign of a tiny gradient decides a path, so no bound of theirs is known.
    double of(Field field, const PointErrorBound& at, double value) const;
    /// Where `of` is infinite: what the value cannot exceed all the same. The logarithm of a loss
    /// that may be nothing but error is below that of loss and error together. +inf: not known.
    double ceiling(Field field, const PointErrorBound& at) const;
    /// Likewise, what the value cannot be below: the condition number of a matrix that may be
    /// singular. −inf: not known.
    double floor(Field field, const PointErrorBound& at) const;

private:
    RowErrorBound plain_row(double wrec) const;
    RowCurvatureBound curvature_row(double wrec) const;
    bool by_rows() const { return arithmetic_.method == Method::rows && !arithmetic_.reference; }
    double smallest() const;  ///< a few of the smallest subnormals

    std::shared_ptr<const LoadedModel> model_;
    std::shared_ptr<const evaluate::PlainRange> plain_;         ///< where BPTT needs no care
    std::shared_ptr<const evaluate::PlainRange> plain_double_;  ///< the same in double: curvature
    FieldSet fields_;
    Axis wx_;
    Arithmetic arithmetic_;
};

}  // namespace gradscape
