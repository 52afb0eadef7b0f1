// The reference on the cells of a strip, one after another.
// SPDX-License-Identifier: MIT
#include <cmath>

#include "gradscape/reference.hpp"
#include "host/evaluate/evaluators.hpp"

namespace gradscape::reference {
namespace {

/// The view's fields at one point; others may be left at 0.
FieldArray<double> fields_at(const Model& model, const View& view, Weights w) {
    FieldArray<double> values;
    if (view.fields.any_plain()) {
        const PointGradient point = reference_gradient(model, w.wx, w.wrec);
        values[Field::loss] = point.loss;
        values[Field::grad_wx] = point.grad_wx;
        values[Field::grad_wrec] = point.grad_wrec;
        values[Field::grad_norm] = std::hypot(point.grad_wx, point.grad_wrec);
    }
    if (view.fields.has(Field::log10_loss))
        values[Field::log10_loss] = reference_log10_loss(model, w.wx, w.wrec);
    if (view.fields.any_curvature()) {
        const PointCurvature curvature = reference_curvature(model, w.wx, w.wrec);
        values[Field::sharpness] = curvature.sharpness;
        values[Field::curvature_min] = curvature.curvature_min;
        values[Field::condition] = curvature.condition;
    }
    if (view.fields.any_training()) {
        TrainingOptions training = view.training;
        if (view.parameters) w = view.parameters->set(w, training);
        const auto trained = training_fields(train(model, w, training), training);
        values[Field::train_loss] = trained.loss;
        values[Field::train_steps] = trained.steps;
        values[Field::train_wx] = trained.wx;
        values[Field::train_wrec] = trained.wrec;
    }
    return values;
}

template <class Real>
void fill(const Model& model, const View& view, const Strip& strip) {
    std::size_t cell = 0;
    for (std::size_t row = 0; row < strip.rows; ++row)
        for (std::size_t column = 0; column < view.grid.cols(); ++column, ++cell) {
            const Weights w{view.grid.wx.at(column), view.grid.wrec.at(strip.first_row + row)};
            const FieldArray<double> values = fields_at(model, view, w);
            for (Field field : view.fields)
                strip.field<Real>(field)[cell] = static_cast<Real>(values[field]);
        }
}

class ReferenceModel : public LoadedModel {
public:
    using LoadedModel::LoadedModel;

    StripFiller values(const View& view) const override {
        return [prepared = prepared_, this_model = &model(), view](const Strip& strip) {
            with_real(view.precision,
                      [&](auto real) { fill<decltype(real)>(*this_model, view, strip); });
        };
    }
    std::vector<Trace> traces(std::span<const Weights> points) const override {
        std::vector<Trace> all;
        for (const Weights& at : points) all.push_back(trace_at(model(), at));
        return all;
    }
    Trajectory path(Weights start, const TrainingOptions& options) const override {
        return train(model(), start, options);
    }
};

}  // namespace
}  // namespace gradscape::reference

namespace gradscape {

evaluate::SharedLoaded evaluate::load_reference(SharedPrepared prepared) {
    return std::make_shared<reference::ReferenceModel>(std::move(prepared));
}

}  // namespace gradscape
