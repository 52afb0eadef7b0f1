// From an activation's name to its functions.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/cell.hpp"
#include "gradscape/types.hpp"

namespace gradscape {

/// Calls `use(C{})` with the functions of cell.hpp.
template <class Use>
decltype(auto) with_activation(Activation activation, Use use) {
    switch (activation) {
        case Activation::tanh:
            return use(TanhCell{});
        case Activation::relu:
            return use(ReluCell{});
        case Activation::sigmoid:
            return use(SigmoidCell{});
        case Activation::linear:
            break;
    }
    return use(LinearCell{});
}

}  // namespace gradscape
