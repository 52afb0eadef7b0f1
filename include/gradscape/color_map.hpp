// From a value to one of at most 256 colours. Bands and smooth maps alike are an ascending list of
// thresholds on the raw value, so one rule defines every picture, and faster ways to colour (tables
// on float bits, spans solved from a parabola) can be proven equal to it:
//     index(v) = number of thresholds t with t < v;      non-finite v have an index of their own,
// but for −∞ where it is a field's lowest value.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gradscape/color_spec.hpp"
#include "gradscape/field.hpp"

namespace gradscape {

/// The defaults for a field; `iterations` is the high end of one that counts them.
ColorSpec default_color_spec(Field field, int iterations = 500);

/// What a ColorSpec has no room for.
struct OwnColors {
    std::vector<Rgb> palette;    ///< of Palette::own: at least two colours to go through
    std::vector<double> levels;  ///< of Scale::rank: of the shown value, ascending, at least two
    std::optional<OutsideColors> outside = {};  ///< empty: what stands out from the palette
    bool operator==(const OwnColors&) const = default;
};

class ColorMap {
public:
    /// InputError when the spec makes no sense. Implicit: a spec is all that most maps are of.
    // NOLINTNEXTLINE(google-explicit-constructor)
    ColorMap(const ColorSpec& spec = {}, OwnColors own = {});

    const ColorSpec& spec() const { return spec_; }
    const OwnColors& own() const { return own_; }
    /// Of the shown value, equidistant on the scale from lo to hi, both exactly; with rank, those
    /// given.
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
    OwnColors own_;
    std::vector<double> levels_, thresholds_;
    std::vector<Rgb> colors_;
};

}  // namespace gradscape
