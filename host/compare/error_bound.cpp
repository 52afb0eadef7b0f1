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

/// A value of an arithmetic with unit roundoff u.
struct Computed {
    const PointErrorBound& at;
    double size, u, smallest;
    bool rows;

    /// Of the cell's own operations, so many in a row form.
    double rounding(double roundings) const { return (rows ? roundings : 1) * u * size + smallest; }
};

struct FieldBound {
    Field field;
    double (*of)(const Computed&);
    double (*floor)(const PointErrorBound&) = nullptr;  ///< where `of` is infinite
};
/// A field that is not here has no known bound.
constexpr FieldBound field_bounds[]{
    {Field::loss, [](const Computed& v) { return v.at.absolute.loss + v.rounding(rows_loss); }},
    {Field::grad_wx,
     [](const Computed& v) { return v.at.absolute.grad_wx + v.rounding(rows_grad_wx); }},
    {Field::grad_wrec,
     [](const Computed& v) { return v.at.absolute.grad_wrec + v.rounding(rows_grad_wrec); }},
    {Field::grad_norm,
     [](const Computed& v) {
         return std::hypot(v.at.absolute.grad_wx, v.at.absolute.grad_wrec) +
                v.rounding(rows_grad_wrec + derived) + derived * v.u * v.size;
     }},
    {Field::log10_loss,
     [](const Computed& v) {
         const double relative = v.at.relative_loss + (v.rows ? rows_loss : 1) * v.u;
         // Where the error may be as large as the loss, its logarithm may be anything.
         return relative < 1 ? -std::log1p(-relative) / std::log(10.0) + derived * v.u * v.size
                             : std::numeric_limits<double>::infinity();
     }},
    {Field::sharpness, [](const Computed& v) { return v.at.curvature.error + v.rounding(1); }},
    {Field::curvature_min, [](const Computed& v) { return v.at.curvature.error + v.rounding(1); }},
    {Field::condition,
     [](const Computed& v) { return v.at.curvature.condition_error + derived * v.u * v.size; },
     [](const PointErrorBound& at) { return at.curvature.condition_floor; }},
};

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

ErrorBound::ErrorBound(std::shared_ptr<const LoadedModel> model, const Axis& wx,
                       Arithmetic arithmetic, FieldSet fields)
    : model_(std::move(model)), fields_(fields), wx_(wx), arithmetic_(arithmetic) {
    const evaluate::DataRange range(model_->merged(), model_->model().initial_state);
    plain_ = std::make_shared<const evaluate::PlainRange>(
        range, arithmetic.reference ? Precision::f64 : arithmetic.precision);
    plain_double_ = std::make_shared<const evaluate::PlainRange>(range, Precision::f64);
}

RowErrorBound ErrorBound::row(double wrec) const {
    if (!fields_.any_curvature()) return plain_row(wrec);
    return [plain = plain_row(wrec), curvature = curvature_row(wrec)](double wx) {
        PointErrorBound bound = plain(wx);
        bound.curvature = curvature(wx);
        return bound;
    };
}

RowCurvatureBound ErrorBound::curvature_row(double wrec) const {
    if (by_rows()) return row_curvature_bound(model_->merged(), wrec);
    return [this, wrec](double wx) {
        return bptt_curvature_bound(model_->model(), wx, wrec,
                                    plain_double_->has_wx(wx) && plain_double_->has_wrec(wrec));
    };
}

RowErrorBound ErrorBound::plain_row(double wrec) const {
    if (by_rows()) return row_form_error_bound(model_->merged(), wx_, wrec);
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
    const compare::Computed computed{at, std::abs(value), unit_roundoff(arithmetic_.precision),
                                     smallest(), by_rows()};
    for (const compare::FieldBound& bound : compare::field_bounds)
        if (bound.field == field) return bound.of(computed);
    return std::numeric_limits<double>::quiet_NaN();
}

double ErrorBound::floor(Field field, const PointErrorBound& at) const {
    for (const compare::FieldBound& bound : compare::field_bounds)
        if (bound.field == field && bound.floor) return bound.floor(at);
    return -std::numeric_limits<double>::infinity();
}

double ErrorBound::ceiling(Field field, const PointErrorBound& at) const {
    constexpr double none = std::numeric_limits<double>::infinity();
    if (field != Field::log10_loss || at.relative_loss < 0.5) return none;
    // loss ≤ 2·error, so that loss + error is below 4·error; of 0/0 the loss is nothing at all.
    return std::log10(at.absolute.loss + smallest()) + std::log10(4.0);
}

}  // namespace gradscape
