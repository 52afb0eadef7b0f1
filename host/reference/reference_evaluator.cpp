// The reference on the cells of a strip, one after another.
// SPDX-License-Identifier: MIT
#include <cmath>

#include "gradscape/reference.hpp"
#include "host/evaluate/evaluators.hpp"

namespace gradscape::reference {
namespace {

template <class Real>
void fill(const Model& model, const View& view, const Strip& strip) {
    const auto put = [&](Field field, std::size_t cell, double value) {
        if (view.fields.has(field)) strip.field<Real>(field)[cell] = static_cast<Real>(value);
    };
    std::size_t cell = 0;
    for (std::size_t row = 0; row < strip.rows; ++row)
        for (std::size_t column = 0; column < view.grid.cols(); ++column, ++cell) {
            const Weights w{view.grid.wx.at(column), view.grid.wrec.at(strip.first_row + row)};
            const PointGradient point = reference_gradient(model, w.wx, w.wrec);
            put(Field::loss, cell, point.loss);
            put(Field::grad_wx, cell, point.grad_wx);
            put(Field::grad_wrec, cell, point.grad_wrec);
            put(Field::grad_norm, cell, std::hypot(point.grad_wx, point.grad_wrec));
            if (view.fields.has(Field::log10_loss))
                put(Field::log10_loss, cell, reference_log10_loss(model, w.wx, w.wrec));
            if (!view.fields.any_training()) continue;
            const auto trained = training_fields(train(model, w, view.training), view.training);
            put(Field::train_loss, cell, trained.loss);
            put(Field::train_steps, cell, trained.steps);
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
