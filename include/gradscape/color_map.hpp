// From a value to one of at most 256 colours. Bands and smooth maps alike are an ascending list of
// thresholds on the raw value, so one rule defines every picture, and faster ways to colour (tables
// on float bits, spans solved from a parabola) can be proven equal to it:
//     index(v) = number of thresholds t with t < v;      non-finite v have an index of their own,
// but for −∞ where it is a field's lowest value.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "gradscape/evaluate.hpp"
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

/// The defaults for a field; `iterations` is the high end of train-steps.
ColorSpec default_color_spec(Field field, int iterations = 500);

class ColorMap {
public:
    /// InputError when the spec makes no sense.
    explicit ColorMap(const ColorSpec& spec = {});

    const ColorSpec& spec() const { return spec_; }
    /// Of the shown value, equidistant on the scale from lo to hi, both exactly.
    std::span<const double> levels() const { return levels_; }
    /// Of the raw value, ascending: level − offset.
    std::span<const double> thresholds() const { return thresholds_; }
    /// The colour of each index: below the first level, the bands, above the last, non-finite.
    std::span<const Rgb> colors() const { return colors_; }

    std::uint8_t index(double value) const;
    Rgb color(double value) const { return colors_[index(value)]; }

    std::uint8_t below() const { return 0; }
    std::uint8_t above() const { return static_cast<std::uint8_t>(levels_.size()); }
    std::uint8_t non_finite() const { return static_cast<std::uint8_t>(levels_.size() + 1); }
    std::uint8_t negative_infinite() const {
        return spec_.minus_infinity_is_lowest ? below() : non_finite();
    }
    /// Bands have the indices 1 … bands(); band b lies between levels b − 1 and b.
    std::size_t bands() const { return levels_.size() - 1; }

private:
    ColorSpec spec_;
    std::vector<double> levels_, thresholds_;
    std::vector<Rgb> colors_;
};

}  // namespace gradscape
