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
template <class V>
GRADSCAPE_HD void clip_norm(V& g_x, V& g_rec, real_of<V> threshold) {
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
    Rule rule;
    real_of<V> threshold;  ///< of the gradient's norm; 0: no clipping

    struct State {
        typename Rule::State x, rec;
        V last_loss;
    };

    explicit Descent(const TrainingOptions& options)
        : rule(options), threshold(static_cast<real_of<V>>(options.clip_norm)) {}

    GRADSCAPE_HD State start() const { return {rule.start(), rule.start(), V(0)}; }

    /// Moves the weights, given loss and gradient there.
    GRADSCAPE_HD void step(State& state, V loss, V g_x, V g_rec, V& w_x, V& w_rec) const {
        if (threshold > 0) clip_norm(g_x, g_rec, threshold);
        const auto loss_grew = loss > state.last_loss;
        w_x = w_x + rule.change(state.x, g_x, loss_grew);
        w_rec = w_rec + rule.change(state.rec, g_rec, loss_grew);
        state.last_loss = loss;
    }
};

/// Calls `use(std::type_identity<Rule>{})` with the optimiser's rule for V. `use` may be of the
/// host alone, where this is called there.
#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
template <class V, class Use>
GRADSCAPE_HD inline decltype(auto) with_optimizer(Optimizer optimizer, Use use) {
    switch (optimizer) {
        case Optimizer::rprop_minus:
            return use(std::type_identity<RpropMinus<V>>{});
        case Optimizer::rprop_plus:
            return use(std::type_identity<RpropPlus<V>>{});
        case Optimizer::irprop_minus:
            return use(std::type_identity<IrpropMinus<V>>{});
        case Optimizer::irprop_plus:
            return use(std::type_identity<IrpropPlus<V>>{});
        case Optimizer::gd:
            return use(std::type_identity<GradientDescent<V>>{});
        case Optimizer::momentum:
            return use(std::type_identity<Momentum<V>>{});
        case Optimizer::nesterov:
            return use(std::type_identity<Nesterov<V>>{});
        case Optimizer::rmsprop:
            return use(std::type_identity<RmsProp<V>>{});
        case Optimizer::adam:
            return use(std::type_identity<Adam<V>>{});
        case Optimizer::rprop:
            break;
    }
    return use(std::type_identity<Rprop<V>>{});
}

/// Calls `use(descent)` with the chosen optimiser's Descent for V.
template <class V, class Use>
decltype(auto) with_descent(const TrainingOptions& options, Use use) {
    return with_optimizer<V>(options.optimizer, [&](auto rule) -> decltype(auto) {
        return use(Descent<V, typename decltype(rule)::type>(options));
    });
}

}  // namespace gradscape
