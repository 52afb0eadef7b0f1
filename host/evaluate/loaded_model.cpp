// What all loaded models have in common.
// SPDX-License-Identifier: MIT
#include "gradscape/loaded_model.hpp"

#include <fmt/format.h>

#include "gradscape/core/activation.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_model.hpp"
#include "host/training/follow.hpp"

namespace gradscape::evaluate {

/// One training run with the gradients of core/, in double: bit for bit the run that ends in a
/// cell's training fields.
Trajectory shared_path(const PreparedModel& prepared, Weights start,
                       const TrainingOptions& options) {
    constexpr int chunk = 128;  // steps; no result depends on it
    const OrderedSequences<double> data = prepared.ordered<double>();
    std::vector<double> states(static_cast<std::size_t>(checkpoint_count(data.all.length, chunk)));
    return with_activation(prepared.model().activation, [&](auto f) {
        using F = decltype(f);
        return training::follow(start, options, [&](Weights w) {
            return cell_loss_gradient<F, true, chunk, RealInputs>(
                data, w.wx, w.wrec, Checkpoints<double>{states.data()});
        });
    });
}

}  // namespace gradscape::evaluate

namespace gradscape {

std::shared_ptr<const LoadedModel> Evaluator::load(Model model) const {
    const Sequences& s = model.sequences;
    if (s.inputs.size() != s.count * s.length || s.targets.size() != s.count ||
        s.weights.size() != s.count)
        throw InputError(
            fmt::format("{} sequences of length {} have {} inputs, {} targets and {} weights; a "
                        "number for each "
                        "is wanted",
                        s.count, s.length, s.inputs.size(), s.targets.size(), s.weights.size()));
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

std::vector<double> LoadedModel::valley(std::span<const double> wrec) const {
    if (!has_row_form(model().unit()))
        throw InputError(only_linear_text("a valley line", model().unit()));
    const evaluate::RowArrays& data = prepared_->row_data();
    std::vector<Power<double>> scratch(static_cast<std::size_t>(data.count()));
    std::vector<double> valley;
    for (const double r : wrec) {
        check_stop();
        const auto row = row_coefficients(data.view(), r, scratch.data());
        valley.push_back(scaled_by(row.u_star, row.target_exponent - row.p_exponent));
    }
    return valley;
}

}  // namespace gradscape
