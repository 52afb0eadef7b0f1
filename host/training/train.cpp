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
    const auto gradient = [&](double wx, double wrec) {
        return reference_gradient(model, wx, wrec);
    };
    // the step that balances the errors of rounding and of the third derivative
    const auto step = [](double w) { return 6e-6 * std::max(1.0, std::abs(w)); };
    const double hx = step(at.wx), hrec = step(at.wrec);
    const auto left = gradient(at.wx - hx, at.wrec), right = gradient(at.wx + hx, at.wrec);
    const auto below = gradient(at.wx, at.wrec - hrec), above = gradient(at.wx, at.wrec + hrec);
    const double xx = (right.grad_wx - left.grad_wx) / (2 * hx);
    const double rr = (above.grad_wrec - below.grad_wrec) / (2 * hrec);
    const double xr = (right.grad_wrec - left.grad_wrec) / (4 * hx) +
                      (above.grad_wx - below.grad_wx) / (4 * hrec);
    const double largest = (xx + rr) / 2 + std::hypot((xx - rr) / 2, xr);
    if (!std::isfinite(largest) || largest <= 0) return std::nullopt;
    return limit / largest;
}

TrainingFields training_fields(const Trajectory& trajectory, const TrainingOptions& options) {
    const int reached = trajectory.first_below(options.tolerance);
    if (trajectory.diverged)
        return {std::numeric_limits<double>::infinity(), reached < 0 ? -2.0 : reached};
    return {trajectory.iterates.back().loss, static_cast<double>(reached)};
}

}  // namespace gradscape
