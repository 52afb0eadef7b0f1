// From an activation's name to its functions.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/cell.hpp"
#include "gradscape/types.hpp"

namespace gradscape {

/// Calls `use(C{})` with the functions of cell.hpp.
template <class Use>
decltype(auto) with_cell(Cell cell, Use use) {
    switch (cell) {
        case Cell::tanh:
            return use(TanhCell{});
        case Cell::relu:
            return use(ReluCell{});
        case Cell::sigmoid:
            return use(SigmoidCell{});
        case Cell::linear:
            break;
    }
    return use(LinearCell{});
}

}  // namespace gradscape
