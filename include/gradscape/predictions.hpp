// What trained weights predict, sequence by sequence, and how far that is from the targets.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"

namespace gradscape {

struct Prediction {
    double target = 0, prediction = 0;
    double rounded = 0;  ///< to the nearest whole number
};

struct Predictions {
    std::vector<Prediction> each;
    double mean_square_error = 0;  ///< weighted as the loss is
};

Predictions predict(const Model& model, Weights at);

/// CSV `sequence,target,prediction,rounded`, sequences counted from 1.
void write_predictions_csv(AtomicFile file, const Predictions& predictions);

}  // namespace gradscape
