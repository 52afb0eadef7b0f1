// All optimisers in one type, chosen at run time by a switch that all threads take alike: so the
// ten share one kernel and the code of its gradient. A state is kept as plain values, whichever
// optimiser it belongs to; on the device they are registers.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include "gradscape/core/optimizer_step.hpp"

namespace gradscape {

template <class V>
class AnyDescent {
public:
    struct State {
        V values[11];  // Adam's: five for each weight, and the last loss
    };

    explicit AnyDescent(const TrainingOptions& options)
        : which_(options.optimizer),
          rprop_(options),
          rprop_minus_(options),
          rprop_plus_(options),
          irprop_minus_(options),
          irprop_plus_(options),
          gradient_descent_(options),
          momentum_(options),
          nesterov_(options),
          rms_prop_(options),
          adam_(options) {}

    GRADSCAPE_HD State start() const {
        State state;
        visit([&](const auto& descent) { put(descent.start(), state); });
        return state;
    }
    GRADSCAPE_HD void step(State& state, V loss, V g_x, V g_rec, V& w_x, V& w_rec) const {
        visit([&](const auto& descent) {
            auto own = descent.start();
            std::memcpy(&own, state.values, sizeof own);
            descent.step(own, loss, g_x, g_rec, w_x, w_rec);
            put(own, state);
        });
    }

private:
    template <class Own>
    GRADSCAPE_HD static void put(const Own& own, State& state) {
        static_assert(sizeof own <= sizeof state && std::is_trivially_copyable_v<Own>);
        std::memcpy(state.values, &own, sizeof own);
    }

    template <class Use>
    GRADSCAPE_HD void visit(Use use) const {
        switch (which_) {
            case Optimizer::rprop:
                return use(rprop_);
            case Optimizer::rprop_minus:
                return use(rprop_minus_);
            case Optimizer::rprop_plus:
                return use(rprop_plus_);
            case Optimizer::irprop_minus:
                return use(irprop_minus_);
            case Optimizer::irprop_plus:
                return use(irprop_plus_);
            case Optimizer::gd:
                return use(gradient_descent_);
            case Optimizer::momentum:
                return use(momentum_);
            case Optimizer::nesterov:
                return use(nesterov_);
            case Optimizer::rmsprop:
                return use(rms_prop_);
            case Optimizer::adam:
                return use(adam_);
        }
    }

    Optimizer which_;
    Descent<V, Rprop<V>> rprop_;
    Descent<V, RpropMinus<V>> rprop_minus_;
    Descent<V, RpropPlus<V>> rprop_plus_;
    Descent<V, IrpropMinus<V>> irprop_minus_;
    Descent<V, IrpropPlus<V>> irprop_plus_;
    Descent<V, GradientDescent<V>> gradient_descent_;
    Descent<V, Momentum<V>> momentum_;
    Descent<V, Nesterov<V>> nesterov_;
    Descent<V, RmsProp<V>> rms_prop_;
    Descent<V, Adam<V>> adam_;
};

}  // namespace gradscape
