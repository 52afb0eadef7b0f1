// The rules that step by the gradient's value: steepest descent, momentum and adaptive rates. See
// optimizer_step.hpp for what a rule is.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/ops.hpp"
#include "gradscape/optimizer.hpp"

namespace gradscape {

/// a / b, and 0 for 0 / 0: with ε = 0 a gradient of exactly 0 moves nothing, too.
template <class V>
GRADSCAPE_HD V quotient(V a, V b) {
    return select(a == V(0), V(0), a / b);
}

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

/// A running mean of squares that no gradient overflows: it is that of g·unit, where unit is 1 but
/// while the gradients' squares leave the range of V, and then a power of two. So the bits are
/// those of the plain mean wherever that exists, and √q is right as long as g is finite.
template <class V>
struct MeanSquare {
    V mean{V(0)}, unit{V(1)};

    /// q ← decay·q + (1 − decay)·g²
    GRADSCAPE_HD void add(real_of<V> decay, V g) {
        const V size = absolute(g);
        if (any((size > V(largest)) | (size < V(1 / largest)) | (unit != V(1))))
            choose_unit(decay, size);
        const V scaled = g * unit;
        mean = madd(V(decay), mean, V(1 - decay) * (scaled * scaled));
    }
    /// √(q / correction)
    GRADSCAPE_HD V root(V correction = V(1)) const { return square_root(mean / correction) / unit; }

private:
    static constexpr bool is_float = sizeof(real_of<V>) == sizeof(float);
    // A size beyond 2^±45 (2^±450) is squared after multiplication by 2^∓80 (2^∓700).
    static constexpr real_of<V> largest = static_cast<real_of<V>>(is_float ? 0x1p45 : 0x1p450);
    static constexpr real_of<V> step = static_cast<real_of<V>>(is_float ? 0x1p80 : 0x1p700);

    GRADSCAPE_HD void choose_unit(real_of<V> decay, V size) {
        if (decay == 0) mean = V(0);  // it has no say in what follows
        size = larger_of(size, square_root(mean) / unit);
        const V next = select(size > V(largest), V(1 / step),
                              select((size < V(1 / largest)) & (size > V(0)), V(step), V(1)));
        mean = select(next == unit, mean, mean / unit / unit * next * next);
        unit = next;
    }
};

/// Tieleman & Hinton 2012, "Neural networks for machine learning", lecture 6.5:
/// q ← ρ·q + (1 − ρ)·g²; w −= α·g/(√q + ε).
template <class V>
struct RmsProp {
    real_of<V> rate, decay, epsilon;
    struct State {
        MeanSquare<V> square;
    };
    explicit RmsProp(const TrainingOptions& options)
        : rate(static_cast<real_of<V>>(options.learning_rate)),
          decay(static_cast<real_of<V>>(options.rms_decay)),
          epsilon(static_cast<real_of<V>>(options.epsilon)) {}
    GRADSCAPE_HD State start() const { return {}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.square.add(decay, g);
        return -V(rate) * quotient(g, state.square.root() + V(epsilon));
    }
};

/// Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1.
template <class V>
struct Adam {
    real_of<V> rate, beta1, beta2, epsilon;
    struct State {
        V mean;
        MeanSquare<V> square;
        real_of<V> beta1_power, beta2_power;
    };
    explicit Adam(const TrainingOptions& options)
        : rate(static_cast<real_of<V>>(options.learning_rate)),
          beta1(static_cast<real_of<V>>(options.beta1)),
          beta2(static_cast<real_of<V>>(options.beta2)),
          epsilon(static_cast<real_of<V>>(options.epsilon)) {}
    GRADSCAPE_HD State start() const { return {V(0), {}, 1, 1}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.mean = madd(V(beta1), state.mean, V(1 - beta1) * g);
        state.square.add(beta2, g);
        state.beta1_power = state.beta1_power * beta1;
        state.beta2_power = state.beta2_power * beta2;
        const V mean = state.mean / V(1 - state.beta1_power);
        return -V(rate) * quotient(mean, state.square.root(V(1 - state.beta2_power)) + V(epsilon));
    }
};

}  // namespace gradscape
