// Training from the start that a grid cell stands for, for the fields of training:
// one start a thread, or a pack of starts on the CPU. host/training/train.cpp is the one-run twin,
// with the reference's gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/bptt.hpp"
#include "gradscape/core/optimizer_step.hpp"
#include "gradscape/field.hpp"

namespace gradscape {

template <class V>
struct TrainedCell {
    V loss;      ///< after the last iteration; +inf where the run diverged
    V steps;     ///< first iteration with loss < tolerance; −1: never, −2: diverged before
    V wx, wrec;  ///< after the last iteration; +inf where the run diverged
};

template <class V>
GRADSCAPE_HD inline mask_of<V> is_finite(V x) {
    return x - x == V(0);
}

/// A run between two of its iterations: what goes on from it gives the bits of one that never
/// stopped.
template <class V, class State>
struct TrainingRun {
    V wx, wrec;
    State state;  ///< the optimiser's
    V loss = V(0), steps = V(-1);
    mask_of<V> running = V(0) == V(0);  ///< has not diverged
};

/// The evaluations `first` to `last`, both included, of a run of `iterations`, each but that
/// numbered `iterations` followed by a step. `gradient(wx, wrec)` is the LossGradient there. A run
/// has diverged when a weight, its loss or its gradient is no longer finite in the precision of V.
template <class V, class State, class Descent, class Gradient>
GRADSCAPE_HD inline void continue_training(TrainingRun<V, State>& run, const Descent& descent,
                                           int first, int last, int iterations,
                                           real_of<V> tolerance, Gradient gradient) {
    for (int iteration = first;; ++iteration) {
        const LossGradient<V> at = gradient(run.wx, run.wrec);
        run.running = run.running & is_finite(run.wx) & is_finite(run.wrec) & is_finite(at.loss) &
                      is_finite(at.grad_wx) & is_finite(at.grad_wrec);
        const auto reached = run.running & (at.loss < V(tolerance)) & (run.steps == V(-1));
        run.steps = select(reached, V(static_cast<real_of<V>>(iteration)), run.steps);
        run.loss = at.loss;
        if (iteration == iterations || !any(run.running)) break;
        descent.step(run.state, at.loss, at.grad_wx, at.grad_wrec, run.wx, run.wrec);
        if (iteration == last) break;
    }
}

template <class V, class State>
GRADSCAPE_HD inline TrainedCell<V> trained_cell(const TrainingRun<V, State>& run) {
    const V infinite = V(static_cast<real_of<V>>(HUGE_VAL)), never(-1);
    return {select(run.running, run.loss, infinite),
            select(run.running, run.steps, select(run.steps == never, V(-2), run.steps)),
            select(run.running, run.wx, infinite), select(run.running, run.wrec, infinite)};
}

/// Calls `put(field, values)` for each field of training: the one line of it that the fast backends
/// need.
template <class V, class Put>
GRADSCAPE_HD inline void put_training_fields(const TrainedCell<V>& trained, Put put) {
    put(Field::train_loss, trained.loss);
    put(Field::train_steps, trained.steps);
    put(Field::train_wx, trained.wx);
    put(Field::train_wrec, trained.wrec);
}

/// A whole run.
template <class V, class Descent, class Gradient>
GRADSCAPE_HD inline TrainedCell<V> train_cell(const Descent& descent, int iterations,
                                              real_of<V> tolerance, V wx, V wrec,
                                              Gradient gradient) {
    TrainingRun<V, decltype(descent.start())> run{wx, wrec, descent.start()};
    continue_training(run, descent, 0, iterations, iterations, tolerance, gradient);
    return trained_cell(run);
}

}  // namespace gradscape
