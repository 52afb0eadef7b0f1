// The activations f of the recurrent unit, written once for all value types V of the fast backends.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "gradscape/core/elementary.hpp"
#include "gradscape/core/ops.hpp"
#include "gradscape/types.hpp"

namespace gradscape {

/// f, and f' as a function of the state S = f(a): no history of a is needed. `back` is g·f'(a), of
/// a finite g.
/// `bend` is f''/f' from the state, where that is not 0 everywhere.
/// `homogeneous`: f(c·a) = c·f(a) for c > 0, so states may be rescaled. `keeps_zero`: f(0) = 0.
/// `flop` is the cost of f, `slope_flop` that of f' and of its product with a gradient:
/// multiply-adds count twice, additions, multiplications and divisions once; selects and bit
/// operations not at all.
struct Linear {
    static constexpr bool homogeneous = true, keeps_zero = true, constant_slope = true;
    template <class Real>
    static constexpr int flop = 0;
    static constexpr int slope_flop = 0;
    template <class V>
    GRADSCAPE_HD static V f(V a) {
        return a;
    }
    template <class V>
    GRADSCAPE_HD static V slope(V) {
        return V(1);
    }
    template <class V>
    GRADSCAPE_HD static V back(V g, V) {
        return g;
    }
};
struct Tanh {
    static constexpr bool homogeneous = false, keeps_zero = true, constant_slope = false;
    template <class Real>
    static constexpr int flop = 2 * (sizeof(Real) == 4 ? 8 : 13) + 6 + 1;
    static constexpr int slope_flop = 3;
    template <class V>
    GRADSCAPE_HD static V f(V a) {
        return tanh_of(a);
    }
    template <class V>
    GRADSCAPE_HD static V slope(V s) {
        return madd(-s, s, V(1));
    }
    template <class V>
    GRADSCAPE_HD static V bend(V s) {
        return V(-2) * s;
    }
    template <class V>
    GRADSCAPE_HD static V back(V g, V s) {
        return g * slope(s);
    }
};
struct Relu {
    static constexpr bool homogeneous = true, keeps_zero = true, constant_slope = false;
    template <class Real>
    static constexpr int flop = 0;
    static constexpr int slope_flop = 1;
    template <class V>
    GRADSCAPE_HD static V f(V a) {
        return larger_of(a, V(0));
    }
    template <class V>
    GRADSCAPE_HD static V slope(V s) {
        return select(s > V(0), V(1), V(0));
    }
    template <class V>
    GRADSCAPE_HD static V back(V g, V s) {
        return select(s > V(0), g, V(0));
    }
};
struct Sigmoid {
    static constexpr bool homogeneous = false, keeps_zero = false, constant_slope = false;
    template <class Real>
    static constexpr int flop = 2 * (sizeof(Real) == 4 ? 9 : 14) + 5 + 1;
    static constexpr int slope_flop = 3;
    template <class V>
    GRADSCAPE_HD static V f(V a) {
        return sigmoid_of(a);
    }
    template <class V>
    GRADSCAPE_HD static V slope(V s) {
        return madd(-s, s, s);
    }
    template <class V>
    GRADSCAPE_HD static V bend(V s) {
        return madd(s, V(-2), V(1));
    }
    template <class V>
    GRADSCAPE_HD static V back(V g, V s) {
        return g * slope(s);
    }
};

/// Calls `use(F{})` with the functions of that row.
template <class First, class... Others, class Use>
decltype(auto) with_activation_row(std::size_t row, Use& use) {
    if constexpr (sizeof...(Others) > 0)
        if (row > 0) return with_activation_row<Others...>(row - 1, use);
    return use(First{});
}

/// Calls `use(F{})` with the activation's functions: the table of them, by the enumerators.
template <class Use>
decltype(auto) with_activation(Activation activation, Use use) {
    static_assert(activation_names.size() == 4, "a row each");
    return with_activation_row<Linear, Tanh, Relu, Sigmoid>(static_cast<std::size_t>(activation),
                                                            use);
}

}  // namespace gradscape
