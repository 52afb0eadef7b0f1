// One training run from one start, in double, with the reference's gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/optimizer.hpp"

namespace gradscape {

/// The weights after some iterations, with the loss and the gradient there.
struct Iterate {
    double wx = 0, wrec = 0, loss = 0, grad_wx = 0, grad_wrec = 0;
    bool operator==(const Iterate&) const = default;
};

struct Trajectory {
    /// Iterate 0 is the start: iterations + 1 of them, or up to the first whose loss or gradient is
    /// not finite.
    std::vector<Iterate> iterates;
    bool diverged = false;

    /// The first iteration with a loss below `tolerance`, or -1.
    int first_below(double tolerance) const;
};

Trajectory train(const Model& model, Weights start, const TrainingOptions& options);

/// The learning rate beyond which steps of gd, momentum or nesterov grow along the direction of
/// greatest curvature: with λ the sharpness at a point (reference_curvature) and momentum μ, 2/λ,
/// 2(1 + μ)/λ and
/// 2(1 + μ)/((1 + 2μ)λ) (Goh 2017, "Why momentum really works"; O'Donoghue & Candès 2015). Empty
/// for other optimisers, and where no λ > 0 is known.
std::optional<double> largest_stable_rate(const Model& model, Weights at,
                                          const TrainingOptions& options);

/// The curvature that a run met. How near it came to the edge of stability (Cohen et al. 2021,
/// "Gradient descent on neural networks typically occurs at the edge of stability"): the largest
/// quotient of its learning rate and the largest stable one; beyond 1 steps grow. Empty where the
/// optimiser has no such rate.
struct PathCurvature {
    double largest_sharpness = -std::numeric_limits<double>::infinity(), final_sharpness = 0;
    std::optional<double> nearest_to_edge;
};
PathCurvature path_curvature(const Model& model, const Trajectory& run,
                             const TrainingOptions& options);

/// CSV `iteration,w_x,w_rec,loss,grad_wx,grad_wrec`.
void write_trajectory_csv(AtomicFile file, const Trajectory& trajectory);

/// The weights of each line of a CSV with columns w_x and w_rec. InputError naming file:line.
std::vector<Weights> read_trajectory_csv(const std::string& path);

/// The fields of training of a run: the loss after the last iteration and the weights there, +inf
/// when the run diverged; and first_below(options.tolerance), or else -1 (not reached), -2
/// (diverged first).
struct TrainingFields {
    double loss = 0, steps = -1, wx = 0, wrec = 0;
};
TrainingFields training_fields(const Trajectory& trajectory, const TrainingOptions& options);

}  // namespace gradscape
