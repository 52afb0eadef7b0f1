// "How significant a change is observed by the introduction of Rprop?": every optimiser from the
// same start, gradient descent at learning rates around the limit beyond which it diverges, with
// and without clipping of the gradient's norm.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/train.hpp"

namespace gradscape {

struct StudyRun {
    TrainingOptions options;
    Trajectory trajectory;
    PathCurvature curvature;
};

/// Where gradient descent starts to diverge: `stable` converges or crawls, the slightly larger
/// `unstable` diverges. Both 0 when no rate up to 1 diverges; only `stable` when all rates do.
struct RateLimit {
    double stable = 0, unstable = 0;
};

struct OptimizerStudy {
    Weights start;
    RateLimit limit;
    std::vector<StudyRun> runs;
};

RateLimit find_rate_limit(const Model& model, Weights start, int iterations);

OptimizerStudy study_optimizers(const Model& model, Weights start, int iterations);

/// CSV, one run a line: `optimizer,learning_rate,clip_norm,iterations,diverged,final_w_x,
/// final_w_rec,final_loss,iterations_to_1e-3,iterations_to_1e-5,nearest_to_edge,
/// largest_sharpness,final_sharpness`. The rate is empty for the Rprop family, nearest_to_edge for
/// all but gd, momentum and nesterov; -1: not reached.
void write_study_csv(AtomicFile file, const OptimizerStudy& study);

}  // namespace gradscape
