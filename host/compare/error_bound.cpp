// What the cells' own roundings add to the bound of a method, in units of u·|value|.
// SPDX-License-Identifier: MIT
#include "gradscape/error_bound.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "host/evaluate/prepared_data.hpp"

namespace gradscape::compare {
namespace {

/// Roundings of a row form's cell: its lines' coefficients, one or two fma, the product with w_x.
constexpr double rows_loss = 10, rows_grad_wx = 5, rows_grad_wrec = 7;
/// Of grad-norm and log10-loss, from the fields that they are made of.
constexpr double derived = 4;

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

ErrorBound::ErrorBound(std::shared_ptr<const LoadedModel> model, const Axis& wx,
                       Arithmetic arithmetic)
    : model_(std::move(model)),
      plain_(std::make_shared<const evaluate::PlainRange>(
          evaluate::DataRange(model_->merged()),
          arithmetic.reference ? Precision::f64 : arithmetic.precision)),
      wx_(wx),
      arithmetic_(arithmetic) {}

RowErrorBound ErrorBound::row(double wrec) const {
    if (arithmetic_.method == Method::rows && !arithmetic_.reference)
        return row_form_error_bound(model_->merged(), wx_, wrec);
    const double u = unit_roundoff(arithmetic_.reference ? Precision::f64 : arithmetic_.precision);
    return [this, wrec, u](double wx) {
        const Model& model = model_->model();
        return plain_->has_wx(wx) && plain_->has_wrec(wrec)
                   ? bptt_error_bound(model, wx, wrec, u)
                   : bptt_error_bound(model, wx, wrec, unit_roundoff(Precision::f64), false);
    };
}

double ErrorBound::smallest() const {
    return arithmetic_.precision == Precision::f32 ? 0x1p-145 : 0x1p-1070;
}

double ErrorBound::of(Field field, const PointErrorBound& at, double value) const {
    const double u = unit_roundoff(arithmetic_.precision), size = std::abs(value);
    const bool rows = arithmetic_.method == Method::rows && !arithmetic_.reference;
    const auto cell = [&](double roundings) {
        return (rows ? roundings : 1) * u * size + smallest();
    };
    switch (field) {
        case Field::loss:
            return at.absolute.loss + cell(compare::rows_loss);
        case Field::grad_wx:
            return at.absolute.grad_wx + cell(compare::rows_grad_wx);
        case Field::grad_wrec:
            return at.absolute.grad_wrec + cell(compare::rows_grad_wrec);
        case Field::grad_norm:
            return std::hypot(at.absolute.grad_wx, at.absolute.grad_wrec) +
                   cell(compare::rows_grad_wrec + compare::derived) + compare::derived * u * size;
        case Field::log10_loss: {
            const double relative = at.relative_loss + (rows ? compare::rows_loss : 1) * u;
            // Where the error may be as large as the loss, its logarithm may be anything.
            return relative < 1
                       ? -std::log1p(-relative) / std::log(10.0) + compare::derived * u * size
                       : std::numeric_limits<double>::infinity();
        }
        default:
            return std::numeric_limits<double>::quiet_NaN();
    }
}

double ErrorBound::ceiling(Field field, const PointErrorBound& at) const {
    constexpr double none = std::numeric_limits<double>::infinity();
    if (field != Field::log10_loss || at.relative_loss < 0.5) return none;
    // loss ≤ 2·error, so that loss + error is below 4·error; of 0/0 the loss is nothing at all.
    return std::log10(at.absolute.loss + smallest()) + std::log10(4.0);
}

}  // namespace gradscape
