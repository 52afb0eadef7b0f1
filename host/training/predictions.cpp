// SPDX-License-Identifier: MIT
#include "gradscape/predictions.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <utility>

#include "gradscape/atomic_file.hpp"
#include "gradscape/reference.hpp"

namespace gradscape {

Predictions predict(const Model& model, Weights at) {
    Predictions predictions;
    const auto outputs = reference_outputs(model, at.wx, at.wrec);
    for (std::size_t i = 0; i < outputs.size(); ++i)
        predictions.each.push_back(
            {model.sequences.targets[i], outputs[i], std::nearbyint(outputs[i]) + 0.0});
    if (!outputs.empty())
        predictions.mean_square_error = reference_gradient(model, at.wx, at.wrec).loss;
    return predictions;
}

void write_predictions_csv(AtomicFile file, const Predictions& predictions) {
    std::string text = "sequence,target,prediction,rounded\n";
    for (std::size_t i = 0; i < predictions.each.size(); ++i) {
        const Prediction& p = predictions.each[i];
        fmt::format_to(std::back_inserter(text), "{},{},{},{}\n", i + 1, p.target, p.prediction,
                       p.rounded);
    }
    write_file(std::move(file), text);
}

}  // namespace gradscape
