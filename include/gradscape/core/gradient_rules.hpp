// The rules that step by the gradient's value: steepest descent, momentum and adaptive rates. See
// optimizer_step.hpp for what a rule is.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/ops.hpp"
#include "gradscape/optimizer.hpp"

namespace gradscape {

/// Steepest descent: w −= α·g (Cauchy 1847).
template <class V>
struct GradientDescent {
    real_of<V> rate;
    struct State {};

    explicit GradientDescent(const TrainingOptions& options)
        : rate(static_cast<real_of<V>>(options.learning_rate)) {}
    GRADSCAPE_HD State start() const { return {}; }
    GRADSCAPE_HD V change(State&, V g, mask_of<V>) const { return -V(rate) * g; }
};

/// Polyak 1964, "Some methods of speeding up the convergence of iteration methods" (heavy ball):
/// v ← μ·v + g; w −= α·v.
template <class V>
struct Momentum {
    real_of<V> rate, momentum;
    struct State {
        V velocity;
    };
    explicit Momentum(const TrainingOptions& options)
        : rate(static_cast<real_of<V>>(options.learning_rate)),
          momentum(static_cast<real_of<V>>(options.momentum)) {}
    GRADSCAPE_HD State start() const { return {V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.velocity = madd(V(momentum), state.velocity, g);
        return -V(rate) * state.velocity;
    }
};

/// Nesterov 1983 in the form of Bengio, Boulanger-Lewandowski & Pascanu 2013, "Advances in
/// optimizing recurrent networks", equation 7, whose weights are the points of look-ahead:
/// v ← μ·v + g; w −= α·(g + μ·v).
template <class V>
struct Nesterov {
    real_of<V> rate, momentum;
    struct State {
        V velocity;
    };
    explicit Nesterov(const TrainingOptions& options)
        : rate(static_cast<real_of<V>>(options.learning_rate)),
          momentum(static_cast<real_of<V>>(options.momentum)) {}
    GRADSCAPE_HD State start() const { return {V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.velocity = madd(V(momentum), state.velocity, g);
        return -V(rate) * madd(V(momentum), state.velocity, g);
    }
};

/// Tieleman & Hinton 2012, "Neural networks for machine learning", lecture 6.5:
/// q ← ρ·q + (1 − ρ)·g²; w −= α·g/(√q + ε).
template <class V>
struct RmsProp {
    real_of<V> rate, decay, epsilon;
    struct State {
        V mean_square;
    };
    explicit RmsProp(const TrainingOptions& options)
        : rate(static_cast<real_of<V>>(options.learning_rate)),
          decay(static_cast<real_of<V>>(options.rms_decay)),
          epsilon(static_cast<real_of<V>>(options.epsilon)) {}
    GRADSCAPE_HD State start() const { return {V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.mean_square = madd(V(decay), state.mean_square, V(1 - decay) * (g * g));
        return -V(rate) * (g / (square_root(state.mean_square) + V(epsilon)));
    }
};

/// Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1.
template <class V>
struct Adam {
    real_of<V> rate, beta1, beta2, epsilon;
    struct State {
        V mean, mean_square;
        real_of<V> beta1_power, beta2_power;
    };
    explicit Adam(const TrainingOptions& options)
        : rate(static_cast<real_of<V>>(options.learning_rate)),
          beta1(static_cast<real_of<V>>(options.beta1)),
          beta2(static_cast<real_of<V>>(options.beta2)),
          epsilon(static_cast<real_of<V>>(options.epsilon)) {}
    GRADSCAPE_HD State start() const { return {V(0), V(0), 1, 1}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.mean = madd(V(beta1), state.mean, V(1 - beta1) * g);
        state.mean_square = madd(V(beta2), state.mean_square, V(1 - beta2) * (g * g));
        state.beta1_power = state.beta1_power * beta1;
        state.beta2_power = state.beta2_power * beta2;
        const V mean = state.mean / V(1 - state.beta1_power);
        const V mean_square = state.mean_square / V(1 - state.beta2_power);
        return -V(rate) * (mean / (square_root(mean_square) + V(epsilon)));
    }
};

}  // namespace gradscape
