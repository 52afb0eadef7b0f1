// How a field is coloured, in plain words; ColorMap (color_map.hpp) makes thresholds and colours of
// it.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gradscape/palette.hpp"
#include "gradscape/scale.hpp"

namespace gradscape {

enum class ColorStyle : std::uint8_t { bands, smooth };
inline constexpr std::array<std::string_view, 2> color_style_names{"bands", "smooth"};

inline std::string_view name_of(ColorStyle s) {
    return color_style_names[static_cast<std::size_t>(s)];
}

inline constexpr int min_levels = 2, max_levels = 250;
inline constexpr int smooth_levels = 253;  ///< 252 steps and three outside colours fill a byte
/// No map has more levels than smooth_levels: room for a search by halves, +∞ behind the last.
inline constexpr std::size_t most_thresholds = 256;

/// How to colour a field. The defaults are the article's: loss + 1 between the 30 levels
/// logspace(−0.2, 8, 30), in 29 bands of viridis.
struct ColorSpec {
    Palette palette = Palette::viridis;
    ColorStyle style = ColorStyle::bands;
    int levels = 30;  ///< of bands; smooth takes as many as there are indices
    double lo = 0.6309573444801932, hi = 1e8;  ///< of the shown value: raw value + offset
    Scale scale = Scale::log;
    double offset = 1;
    double linear_within = 1;  ///< symlog only
    /// −∞ is the lowest value, as log10 of an exact minimum is, and no overflow.
    bool minus_infinity_is_lowest = false;
    bool operator==(const ColorSpec&) const = default;
};

}  // namespace gradscape
