// The rules that step by the gradient's value: steepest descent, momentum and adaptive rates. See
// optimizer_step.hpp for what a rule is.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/ops.hpp"
#include "gradscape/core/varied_options.hpp"

namespace gradscape {

/// a / b, and 0 for 0 / 0: with ε = 0 a gradient of exactly 0 moves nothing, too.
template <class V>
GRADSCAPE_HD V quotient(V a, V b) {
    return select(a == V(0), V(0), a / b);
}

/// Steepest descent: w −= α·g (Cauchy 1847).
template <class V, class P = real_of<V>>
struct GradientDescent {
    using Parameter = P;
    P rate;
    struct State {};

    template <class Options>
    explicit GradientDescent(const Options& options)
        : rate(parameter_of<P>(options, &TrainingOptions::learning_rate)) {}
    GRADSCAPE_HD State start() const { return {}; }
    GRADSCAPE_HD V change(State&, V g, mask_of<V>) const { return -V(rate) * g; }
};

/// Polyak 1964, "Some methods of speeding up the convergence of iteration methods" (heavy ball):
/// v ← μ·v + g; w −= α·v.
template <class V, class P = real_of<V>>
struct Momentum {
    using Parameter = P;
    P rate, momentum;
    struct State {
        V velocity;
    };
    template <class Options>
    explicit Momentum(const Options& options)
        : rate(parameter_of<P>(options, &TrainingOptions::learning_rate)),
          momentum(parameter_of<P>(options, &TrainingOptions::momentum)) {}
    GRADSCAPE_HD State start() const { return {V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.velocity = madd(V(momentum), state.velocity, g);
        return -V(rate) * state.velocity;
    }
};

/// Nesterov 1983 in the form of Bengio, Boulanger-Lewandowski & Pascanu 2013, "Advances in
/// optimizing recurrent networks", equation 7, whose weights are the points of look-ahead:
/// v ← μ·v + g; w −= α·(g + μ·v).
template <class V, class P = real_of<V>>
struct Nesterov {
    using Parameter = P;
    P rate, momentum;
    struct State {
        V velocity;
    };
    template <class Options>
    explicit Nesterov(const Options& options)
        : rate(parameter_of<P>(options, &TrainingOptions::learning_rate)),
          momentum(parameter_of<P>(options, &TrainingOptions::momentum)) {}
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
    template <class P>
    GRADSCAPE_HD void add(P decay, V g) {
        const V size = absolute(g);
        if (any((size > V(largest)) | (size < V(1 / largest)) | (unit != V(1))))
            choose_unit(decay, size);
        const V scaled = g * unit;
        mean = madd(V(decay), mean, V(P(1) - decay) * (scaled * scaled));
    }
    /// √(q / correction)
    GRADSCAPE_HD V root(V correction = V(1)) const { return square_root(mean / correction) / unit; }

private:
    static constexpr bool is_float = sizeof(real_of<V>) == sizeof(float);
    // A size beyond 2^±45 (2^±450) is squared after multiplication by 2^∓80 (2^∓700).
    static constexpr real_of<V> largest = static_cast<real_of<V>>(is_float ? 0x1p45 : 0x1p450);
    static constexpr real_of<V> step = static_cast<real_of<V>>(is_float ? 0x1p80 : 0x1p700);

    template <class P>
    GRADSCAPE_HD void choose_unit(P decay, V size) {
        mean = select(V(decay) == V(0), V(0), mean);  // where it has no say in what follows
        size = larger_of(size, square_root(mean) / unit);
        const V next = select(size > V(largest), V(1 / step),
                              select((size < V(1 / largest)) & (size > V(0)), V(step), V(1)));
        mean = select(next == unit, mean, mean / unit / unit * next * next);
        unit = next;
    }
};

/// Tieleman & Hinton 2012, "Neural networks for machine learning", lecture 6.5:
/// q ← ρ·q + (1 − ρ)·g²; w −= α·g/(√q + ε).
template <class V, class P = real_of<V>>
struct RmsProp {
    using Parameter = P;
    P rate, decay, epsilon;
    struct State {
        MeanSquare<V> square;
    };
    template <class Options>
    explicit RmsProp(const Options& options)
        : rate(parameter_of<P>(options, &TrainingOptions::learning_rate)),
          decay(parameter_of<P>(options, &TrainingOptions::rms_decay)),
          epsilon(parameter_of<P>(options, &TrainingOptions::epsilon)) {}
    GRADSCAPE_HD State start() const { return {}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.square.add(decay, g);
        return -V(rate) * quotient(g, state.square.root() + V(epsilon));
    }
};

/// Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1.
template <class V, class P = real_of<V>>
struct Adam {
    using Parameter = P;
    P rate, beta1, beta2, epsilon;
    struct State {
        V mean;
        MeanSquare<V> square;
        P beta1_power, beta2_power;
    };
    template <class Options>
    explicit Adam(const Options& options)
        : rate(parameter_of<P>(options, &TrainingOptions::learning_rate)),
          beta1(parameter_of<P>(options, &TrainingOptions::beta1)),
          beta2(parameter_of<P>(options, &TrainingOptions::beta2)),
          epsilon(parameter_of<P>(options, &TrainingOptions::epsilon)) {}
    GRADSCAPE_HD State start() const { return {V(0), {}, P(1), P(1)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        state.mean = madd(V(beta1), state.mean, V(P(1) - beta1) * g);
        state.square.add(beta2, g);
        state.beta1_power = state.beta1_power * beta1;
        state.beta2_power = state.beta2_power * beta2;
        const V mean = state.mean / V(P(1) - state.beta1_power);
        return -V(rate) *
               quotient(mean, state.square.root(V(P(1) - state.beta2_power)) + V(epsilon));
    }
};

}  // namespace gradscape
