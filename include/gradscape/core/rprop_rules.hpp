// The Rprop family: the sign of the gradient of one weight decides the direction, and how long it
// has kept its sign the length, of that weight's step. See optimizer_step.hpp for what a rule is.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/ops.hpp"
#include "gradscape/core/varied_options.hpp"

namespace gradscape {

template <class V>
GRADSCAPE_HD V sign_of(V g) {
    return select(g > V(0), V(1), select(g < V(0), V(-1), V(0)));
}

/// The change of a weight whose gradient has this sign: −sign·length, and 0 for sign 0 even where
/// the length has grown to ∞.
template <class V>
GRADSCAPE_HD V step_against(V sign, V length) {
    return select(sign > V(0), -length, select(sign < V(0), length, V(0)));
}

/// What the Rprop family shares: a step size Δ that grows while the gradient keeps its sign.
template <class V, class P = real_of<V>>
struct RpropSteps {
    using Parameter = P;
    P delta0, eta_plus, eta_minus, delta_min, delta_max;

    template <class Options>
    explicit RpropSteps(const Options& options)
        : delta0(parameter_of<P>(options, &TrainingOptions::delta0)),
          eta_plus(parameter_of<P>(options, &TrainingOptions::eta_plus)),
          eta_minus(parameter_of<P>(options, &TrainingOptions::eta_minus)),
          delta_min(parameter_of<P>(options, &TrainingOptions::delta_min)),
          delta_max(parameter_of<P>(options, &TrainingOptions::delta_max)) {}

    /// Δ after a step whose sign agreed (> 0) or disagreed (< 0) with the one before.
    GRADSCAPE_HD V adapted(V delta, V agreement) const {
        const V factor =
            select(agreement > V(0), V(eta_plus), select(agreement < V(0), V(eta_minus), V(1)));
        return smaller_of(larger_of(delta * factor, V(delta_min)), V(delta_max));
    }
};

/// The article's Rprop: Δ·=η⁺ if sign(g) equals the previous sign, else Δ·=η⁻ (the first step, with
/// previous sign 0, included); w −= sign(g)·Δ. No bounds, no backtracking. A gradient of exactly 0
/// has a sign that can differ from the previous one, but none to keep: it never lets Δ grow.
template <class V, class P = real_of<V>>
struct Rprop : RpropSteps<V, P> {
    using RpropSteps<V, P>::RpropSteps;
    struct State {
        V delta, sign;
    };
    GRADSCAPE_HD State start() const { return {V(this->delta0), V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        const V sign = sign_of(g);
        const V kept = select(sign == V(0), V(1), V(this->eta_plus));
        state.delta = state.delta * select(sign == state.sign, kept, V(this->eta_minus));
        state.sign = sign;
        return step_against(sign, state.delta);
    }
};

/// Rprop without weight-backtracking: Riedmiller & Braun 1993 as simplified in Riedmiller 1994;
/// Igel & Hüsken 2000, "Improving the Rprop learning algorithm", algorithm 2 (Rprop⁻).
template <class V, class P = real_of<V>>
struct RpropMinus : RpropSteps<V, P> {
    using RpropSteps<V, P>::RpropSteps;
    struct State {
        V delta, sign;
    };
    GRADSCAPE_HD State start() const { return {V(this->delta0), V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        const V sign = sign_of(g);
        state.delta = this->adapted(state.delta, sign * state.sign);
        state.sign = sign;
        return step_against(sign, state.delta);
    }
};

/// Rprop with weight-backtracking: Riedmiller & Braun 1993, "A direct adaptive method for faster
/// backpropagation learning"; Igel & Hüsken 2000, algorithm 1 (Rprop⁺). Where the sign changes,
/// the last change is taken back.
template <class V, class P = real_of<V>>
struct RpropPlus : RpropSteps<V, P> {
    using RpropSteps<V, P>::RpropSteps;
    struct State {
        V delta, sign, last_change;
    };
    GRADSCAPE_HD State start() const { return {V(this->delta0), V(0), V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        const V sign = sign_of(g), agreement = sign * state.sign;
        state.delta = this->adapted(state.delta, agreement);
        state.last_change =
            select(agreement < V(0), -state.last_change, step_against(sign, state.delta));
        state.sign = select(agreement < V(0), V(0), sign);
        return state.last_change;
    }
};

/// Igel & Hüsken 2000, algorithm 4 (iRprop⁻): where the sign changes, only Δ shrinks and the weight
/// rests for one step. The same as torch.optim.Rprop.
template <class V, class P = real_of<V>>
struct IrpropMinus : RpropSteps<V, P> {
    using RpropSteps<V, P>::RpropSteps;
    struct State {
        V delta, sign;
    };
    GRADSCAPE_HD State start() const { return {V(this->delta0), V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V>) const {
        const V sign = sign_of(g), agreement = sign * state.sign;
        state.delta = this->adapted(state.delta, agreement);
        state.sign = select(agreement < V(0), V(0), sign);
        return step_against(state.sign, state.delta);
    }
};

/// Igel & Hüsken 2000, algorithm 3 (iRprop⁺): where the sign changes, the last change is taken back
/// only if the loss has grown.
template <class V, class P = real_of<V>>
struct IrpropPlus : RpropSteps<V, P> {
    using RpropSteps<V, P>::RpropSteps;
    struct State {
        V delta, sign, last_change;
    };
    GRADSCAPE_HD State start() const { return {V(this->delta0), V(0), V(0)}; }
    GRADSCAPE_HD V change(State& state, V g, mask_of<V> loss_grew) const {
        const V sign = sign_of(g), agreement = sign * state.sign;
        const V back = select(loss_grew, -state.last_change, V(0));
        state.delta = this->adapted(state.delta, agreement);
        state.last_change = select(agreement < V(0), back, step_against(sign, state.delta));
        state.sign = select(agreement < V(0), V(0), sign);
        return state.last_change;
    }
};

}  // namespace gradscape
