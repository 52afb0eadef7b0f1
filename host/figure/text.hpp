// Text of a figure, put in its place.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "host/figure/drawing.hpp"

namespace gradscape::figure {

inline constexpr std::string_view minus = "\u2212";  ///< a true minus sign

/// Without its elements, `_` and `^` where letters are lowered and raised: w_x, 10^6.
std::string plain_text(std::string_view markup);

TextExtent measure(const std::string& markup, double size);

enum class Align : std::uint8_t { start, center, end };
enum class Level : std::uint8_t { top, middle, baseline };

/// top: the line's cap height begins at the anchor, for lines without superscripts the highest
/// ink; middle: half the height of a digit; neither depends on the text, so rows line up.
Text place_text(std::string markup, double size, PlotPoint anchor, Align align, Level level,
                Rgb color = ink);

/// Read from below, centred at `center`.
Text place_upright(std::string markup, double size, PlotPoint center);

}  // namespace gradscape::figure
