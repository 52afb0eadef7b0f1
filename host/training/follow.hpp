// The loop of a training run in double, wherever its gradients come from.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include "gradscape/core/optimizer_step.hpp"
#include "gradscape/stop.hpp"
#include "gradscape/train.hpp"

namespace gradscape::training {

/// `gradient(Weights)` has loss, grad_wx and grad_wrec there. Ends where one, or a weight, is not
/// finite.
template <class Gradient>
Trajectory follow(Weights start, const TrainingOptions& options, Gradient gradient) {
    return with_descent<double>(options, [&](const auto& descent) {
        Trajectory trajectory;
        Weights w = start;
        auto state = descent.start();
        for (int iteration = 0;; ++iteration) {
            check_stop();
            const auto g = gradient(w);
            trajectory.iterates.push_back({w.wx, w.wrec, g.loss, g.grad_wx, g.grad_wrec});
            trajectory.diverged =
                !(std::isfinite(w.wx) && std::isfinite(w.wrec) && std::isfinite(g.loss) &&
                  std::isfinite(g.grad_wx) && std::isfinite(g.grad_wrec));
            if (trajectory.diverged || iteration == options.iterations) return trajectory;
            descent.step(state, g.loss, g.grad_wx, g.grad_wrec, w.wx, w.wrec);
        }
    });
}

}  // namespace gradscape::training
