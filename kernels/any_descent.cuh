// All optimisers in one type, chosen at run time by a switch that all threads take alike: so the
// ten share one kernel and the code of its gradient. A state is kept as plain values, whichever
// optimiser it belongs to; on the device they are registers.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include "gradscape/core/optimizer_step.hpp"

namespace gradscape::kernels {

template <class V>
class AnyDescent {
    template <class Rule>
    using Own = Descent<V, typename Rule::type>;

public:
    struct State {
        V values[11];  // Adam's: five for each weight, and the last loss
    };

    explicit AnyDescent(const TrainingOptions& options) : which_(options.optimizer) {
        with_optimizer<V>(which_, [&](auto rule) {
            const Own<decltype(rule)> own(options);
            static_assert(sizeof own <= sizeof parameters_);
            std::memcpy(parameters_, &own, sizeof own);
        });
    }

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
    template <class OwnState>
    GRADSCAPE_HD static void put(const OwnState& own, State& state) {
        static_assert(sizeof own <= sizeof state && std::is_trivially_copyable_v<OwnState>);
        std::memcpy(state.values, &own, sizeof own);
    }

    template <class Use>
    GRADSCAPE_HD void visit(Use use) const {
        with_optimizer<V>(which_, [&](auto rule) {
            static_assert(std::is_trivially_copyable_v<Own<decltype(rule)>>);
            use(*reinterpret_cast<const Own<decltype(rule)>*>(parameters_));
        });
    }

    Optimizer which_;
    V parameters_[6]{};  ///< the Descent, which is values of V alone
};

}  // namespace gradscape::kernels
