// One step of every optimiser, written once for a value type V: a double on the host, float or
// double in a CUDA thread, a SIMD pack of starts on the CPU. Only correctly rounded operations, so
// one precision gives the same path everywhere.
//
// A rule turns the gradient of one weight into that weight's change; its State is a plain struct.
// Descent is two rules, one for each weight, behind the clipping of the gradient's norm.
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include "gradscape/core/gradient_rules.hpp"
#include "gradscape/core/ops.hpp"
#include "gradscape/core/rprop_rules.hpp"
#include "gradscape/optimizer.hpp"

namespace gradscape {

/// Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks",
/// algorithm 1: a gradient longer than `threshold` keeps its direction and gets that length.
template <class V, class P>
GRADSCAPE_HD void clip_norm(V& g_x, V& g_rec, P threshold) {
    // Scaled by the larger component: the squares of an exploded gradient would overflow.
    const V largest = larger_of(absolute(g_x), absolute(g_rec));
    const V scale = select(largest > V(0), largest, V(1));
    const V x = g_x / scale, rec = g_rec / scale;
    const V norm = square_root(madd(x, x, rec * rec));  // of the scaled gradient, in [1, √2]
    const auto too_long = norm > V(threshold) / scale;
    g_x = select(too_long, V(threshold) * (x / norm), g_x);
    g_rec = select(too_long, V(threshold) * (rec / norm), g_rec);
}

/// The descent of (w_x, w_rec) by a rule.
template <class V, class Rule>
struct Descent {
    using Parameter = typename Rule::Parameter;  ///< real_of<V>, or V: a value a lane
    Rule rule;
    Parameter threshold;  ///< of the gradient's norm; 0: no clipping

    struct State {
        typename Rule::State x, rec;
        V last_loss;
    };

    template <class Options>
    explicit Descent(const Options& options)
        : rule(options), threshold(parameter_of<Parameter>(options, &TrainingOptions::clip_norm)) {}

    GRADSCAPE_HD State start() const { return {rule.start(), rule.start(), V(0)}; }

    /// Moves the weights, given loss and gradient there.
    GRADSCAPE_HD void step(State& state, V loss, V g_x, V g_rec, V& w_x, V& w_rec) const {
        clip(g_x, g_rec);
        const auto loss_grew = loss > state.last_loss;
        w_x = w_x + rule.change(state.x, g_x, loss_grew);
        w_rec = w_rec + rule.change(state.rec, g_rec, loss_grew);
        state.last_loss = loss;
    }

private:
    GRADSCAPE_HD void clip(V& g_x, V& g_rec) const {
        if constexpr (std::is_same_v<Parameter, real_of<V>>) {
            if (threshold > 0) clip_norm(g_x, g_rec, threshold);
        } else {
            V x = g_x, rec = g_rec;
            clip_norm(x, rec, threshold);
            g_x = select(threshold > V(0), x, g_x);
            g_rec = select(threshold > V(0), rec, g_rec);
        }
    }
};

/// Calls `use(std::type_identity<Rule>{})` with the optimiser's rule for V, its parameters of type
/// P. `use` may be of the host alone, where this is called there.
#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
template <class V, class P = real_of<V>, class Use>
GRADSCAPE_HD inline decltype(auto) with_optimizer(Optimizer optimizer, Use use) {
    switch (optimizer) {
        case Optimizer::rprop_minus:
            return use(std::type_identity<RpropMinus<V, P>>{});
        case Optimizer::rprop_plus:
            return use(std::type_identity<RpropPlus<V, P>>{});
        case Optimizer::irprop_minus:
            return use(std::type_identity<IrpropMinus<V, P>>{});
        case Optimizer::irprop_plus:
            return use(std::type_identity<IrpropPlus<V, P>>{});
        case Optimizer::gd:
            return use(std::type_identity<GradientDescent<V, P>>{});
        case Optimizer::momentum:
            return use(std::type_identity<Momentum<V, P>>{});
        case Optimizer::nesterov:
            return use(std::type_identity<Nesterov<V, P>>{});
        case Optimizer::rmsprop:
            return use(std::type_identity<RmsProp<V, P>>{});
        case Optimizer::adam:
            return use(std::type_identity<Adam<V, P>>{});
        case Optimizer::rprop:
            break;
    }
    return use(std::type_identity<Rprop<V, P>>{});
}

/// Calls `use(descent)` with the chosen optimiser's Descent for V.
template <class V, class Use>
decltype(auto) with_descent(const TrainingOptions& options, Use use) {
    return with_optimizer<V>(options.optimizer, [&](auto rule) -> decltype(auto) {
        return use(Descent<V, typename decltype(rule)::type>(options));
    });
}

/// The same with parameters that differ from lane to lane.
template <class V, class Use>
decltype(auto) with_descent(const VariedOptions<V>& varied, Use use) {
    return with_optimizer<V, V>(varied.options.optimizer, [&](auto rule) -> decltype(auto) {
        return use(Descent<V, typename decltype(rule)::type>(varied));
    });
}

}  // namespace gradscape
