// What the article chose: the points at which it follows gradients and the run that it trains.
// It is "Linear RNN from Scratch to predict the sum of 1's in binary sequence" by Himanshu Kumar
// Singh, which follows Peter Roelants' "How to implement an RNN, part 1"; that has other colours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "gradscape/grid.hpp"

namespace gradscape {

/// In its order; mark_colors of figure.hpp are their colours.
inline constexpr std::array<Weights, 8> article_points{
    {{2, 2}, {2, 1}, {1, 2}, {1, 1}, {1, 0}, {1, 0.5}, {1, -0.5}, {-2, -2}}};

inline constexpr Weights article_start{-1.5, 2};

}  // namespace gradscape
