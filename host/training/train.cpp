// SPDX-License-Identifier: MIT
#include "gradscape/train.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <limits>

#include "gradscape/atomic_file.hpp"
#include "gradscape/reference.hpp"
#include "host/training/follow.hpp"

namespace gradscape {
namespace {

/// Weights that a step has thrown out of double have no gradient to speak of.
PointGradient gradient_at(const Problem& problem, Weights w) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (!std::isfinite(w.wx) || !std::isfinite(w.wrec)) return {infinity, infinity, infinity};
    return reference_gradient(problem, w.wx, w.wrec);
}

}  // namespace

int Trajectory::first_below(double tolerance) const {
    for (std::size_t i = 0; i < iterates.size(); ++i)
        if (iterates[i].loss < tolerance) return static_cast<int>(i);
    return -1;
}

Trajectory train(const Problem& problem, Weights start, const TrainingOptions& options) {
    return follow(start, options, [&](Weights w) { return gradient_at(problem, w); });
}

TrainingFields training_fields(const Trajectory& trajectory, const TrainingOptions& options) {
    const int reached = trajectory.first_below(options.tolerance);
    if (trajectory.diverged)
        return {std::numeric_limits<double>::infinity(), reached < 0 ? -2.0 : reached};
    return {trajectory.iterates.back().loss, static_cast<double>(reached)};
}

void write_trajectory_csv(const std::string& path, const Trajectory& trajectory) {
    std::string text = "iteration,w_x,w_rec,loss,grad_wx,grad_wrec\n";
    for (std::size_t i = 0; i < trajectory.iterates.size(); ++i) {
        const Iterate& at = trajectory.iterates[i];
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", i, at.wx, at.wrec, at.loss,
                       at.grad_wx, at.grad_wrec);
    }
    write_file(path, text);
}

}  // namespace gradscape
