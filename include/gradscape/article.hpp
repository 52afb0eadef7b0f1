// What the article chose: the points at which it follows gradients and the run that it trains.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "gradscape/weights.hpp"

namespace gradscape {

/// In its order; mark_colors of figure.hpp are their colours.
inline constexpr std::array<Weights, 8> article_points{
    {{2, 2}, {2, 1}, {1, 2}, {1, 1}, {1, 0}, {1, 0.5}, {1, -0.5}, {-2, -2}}};

inline constexpr Weights article_start{-1.5, 2};

}  // namespace gradscape
