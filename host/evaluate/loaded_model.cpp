// What all loaded models have in common.
// SPDX-License-Identifier: MIT
#include "gradscape/loaded_model.hpp"

#include "gradscape/error.hpp"
#include "host/evaluate/prepared_model.hpp"

namespace gradscape {

std::shared_ptr<const LoadedModel> Evaluator::load(Model model) const {
    return load_prepared(std::make_shared<const evaluate::PreparedModel>(std::move(model)));
}
std::shared_ptr<const LoadedModel> Evaluator::load(const LoadedModel& other) const {
    return load_prepared(other.prepared_);
}

LoadedModel::LoadedModel(std::shared_ptr<const evaluate::PreparedModel> prepared)
    : prepared_(std::move(prepared)) {}

const Model& LoadedModel::model() const { return prepared_->model(); }
const Sequences& LoadedModel::merged() const { return prepared_->merged(); }

ColorFiller LoadedModel::colors(const View&, Field, const ColorMap&) const { return {}; }

FieldArray<double> LoadedModel::point(Weights at, FieldSet fields,
                                      const TrainingOptions& training) const {
    const View view{{{at.wx, at.wx, 1}, {at.wrec, at.wrec, 1}},
                    fields,
                    Method::automatic,
                    Precision::f64,
                    training};
    FieldArray<double> values;
    Strip strip{0, 1, {}};
    for (Field field : fields) strip.data[field] = &values[field];
    this->values(view)(strip);
    return values;
}

Trace LoadedModel::trace(Weights at) const { return traces({&at, 1}).front(); }

}  // namespace gradscape
