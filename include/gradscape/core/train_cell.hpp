// Training from the start that a grid cell stands for, for the fields train-loss and train-steps:
// one start a thread, or a pack of starts on the CPU. host/training/train.cpp is the one-run twin,
// with the reference's gradients. SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/cell.hpp"
#include "gradscape/core/optimizer_step.hpp"

namespace gradscape {

template <class V>
struct TrainedCell {
    V loss;   ///< after the last iteration; +inf where the run diverged
    V steps;  ///< first iteration with loss < tolerance; −1: never, −2: diverged before
};

template <class V>
GRADSCAPE_HD inline mask_of<V> is_finite(V x) {
    return x - x == V(0);
}

/// `gradient(wx, wrec)` is the LossGradient there. A run has diverged when its loss or gradient is
/// no longer finite in the precision of V.
template <class V, class Descent, class Gradient>
GRADSCAPE_HD inline TrainedCell<V> train_cell(const Descent& descent, int iterations,
                                              real_of<V> tolerance, V wx, V wrec,
                                              Gradient gradient) {
    auto state = descent.start();
    const V never(-1);
    V steps = never, loss(0);
    auto running = loss == loss;
    for (int iteration = 0;; ++iteration) {
        const LossGradient<V> at = gradient(wx, wrec);
        running = running & is_finite(at.loss) & is_finite(at.grad_wx) & is_finite(at.grad_wrec);
        const auto first = running & (at.loss < V(tolerance)) & (steps == never);
        steps = select(first, V(static_cast<real_of<V>>(iteration)), steps);
        loss = at.loss;
        if (iteration == iterations || !any(running)) break;
        descent.step(state, at.loss, at.grad_wx, at.grad_wrec, wx, wrec);
    }
    const V infinite = V(static_cast<real_of<V>>(HUGE_VAL));
    return {select(running, loss, infinite),
            select(running, steps, select(steps == never, V(-2), steps))};
}

}  // namespace gradscape
