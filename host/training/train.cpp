// SPDX-License-Identifier: MIT
#include "gradscape/train.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "gradscape/reference.hpp"
#include "host/training/follow.hpp"

namespace gradscape::training {
namespace {

/// Weights that a step has thrown out of double have no gradient to speak of.
PointGradient gradient_at(const Model& model, Weights w) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (!std::isfinite(w.wx) || !std::isfinite(w.wrec)) return {infinity, infinity, infinity};
    return reference_gradient(model, w.wx, w.wrec);
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

int Trajectory::first_below(double tolerance) const {
    for (std::size_t i = 0; i < iterates.size(); ++i)
        if (iterates[i].loss < tolerance) return static_cast<int>(i);
    return -1;
}

Trajectory train(const Model& model, Weights start, const TrainingOptions& options) {
    return training::follow(start, options,
                            [&](Weights w) { return training::gradient_at(model, w); });
}

std::optional<double> largest_stable_rate(const Model& model, Weights at,
                                          const TrainingOptions& options) {
    const double mu = options.momentum;
    double limit = 2;  // of rate·λ
    if (options.optimizer == Optimizer::momentum)
        limit = 2 * (1 + mu);
    else if (options.optimizer == Optimizer::nesterov)
        limit = 2 * (1 + mu) / (1 + 2 * mu);
    else if (options.optimizer != Optimizer::gd)
        return std::nullopt;
    const double largest = reference_curvature(model, at.wx, at.wrec).sharpness;
    if (!std::isfinite(largest) || largest <= 0) return std::nullopt;
    return limit / largest;
}

PathCurvature path_curvature(const Model& model, const Trajectory& run,
                             const TrainingOptions& options) {
    PathCurvature found;
    for (const Iterate& at : run.iterates) {
        if (!std::isfinite(at.wx) || !std::isfinite(at.wrec)) break;
        found.final_sharpness = reference_curvature(model, at.wx, at.wrec).sharpness;
        found.largest_sharpness = std::max(found.largest_sharpness, found.final_sharpness);
        const auto stable = largest_stable_rate(model, {at.wx, at.wrec}, options);
        if (stable)
            found.nearest_to_edge =
                std::max(found.nearest_to_edge.value_or(0), options.learning_rate / *stable);
    }
    return found;
}

TrainingFields training_fields(const Trajectory& trajectory, const TrainingOptions& options) {
    const int reached = trajectory.first_below(options.tolerance);
    constexpr double infinite = std::numeric_limits<double>::infinity();
    if (trajectory.diverged) return {infinite, reached < 0 ? -2.0 : reached, infinite, infinite};
    const Iterate& last = trajectory.iterates.back();
    return {last.loss, static_cast<double>(reached), last.wx, last.wrec};
}

}  // namespace gradscape
