// SPDX-License-Identifier: MIT
#include "gradscape/trace_spread.hpp"

#include <algorithm>
#include <utility>

#include "gradscape/reference.hpp"

namespace gradscape::training {
namespace {

/// A value with its weight.
using Weighted = std::pair<double, double>;

/// The first value up to which lies at least this part of the weight.
double quantile(const std::vector<Weighted>& ordered, double total, double part) {
    double sum = 0;
    for (const auto& [value, weight] : ordered)
        if ((sum += weight) >= part * total) return value;
    return ordered.back().first;
}

Quartiles quartiles_of(std::vector<Weighted>& values, double total) {
    std::ranges::sort(values);
    return {values.front().first, quantile(values, total, 0.25), quantile(values, total, 0.5),
            quantile(values, total, 0.75), values.back().first};
}

Model only(const Model& model, std::size_t sequence) {
    const Sequences& all = model.sequences;
    const auto inputs = all.inputs_of(sequence);
    return {{1, all.length, {inputs.begin(), inputs.end()}, {all.targets[sequence]}, {1}},
            model.activation,
            model.initial_state};
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

std::vector<Quartiles> trace_spread(const Model& model, Weights at) {
    const Sequences& sequences = model.sequences;
    std::vector<std::vector<training::Weighted>> of_state(sequences.length + 1);
    for (std::size_t i = 0; i < sequences.count; ++i) {
        const auto single =
            reference_scaled_state_gradients(training::only(model, i), at.wx, at.wrec);
        for (std::size_t k = 0; k < of_state.size(); ++k)
            of_state[k].emplace_back(single.log10_magnitudes[k], sequences.weights[i]);
    }
    std::vector<Quartiles> spread;
    for (auto& values : of_state)
        spread.push_back(training::quartiles_of(values, sequences.total_weight()));
    return spread;
}

}  // namespace gradscape
