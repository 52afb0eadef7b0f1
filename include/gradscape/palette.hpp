// The colour palettes: 256 sRGB entries each, from dark to light (turbo: blue to red; diverging
// ones from one colour through light gray to another).
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace gradscape {

struct Rgb {
    std::uint8_t r = 0, g = 0, b = 0;
    bool operator==(const Rgb&) const = default;
};

/// 0xrrggbb.
constexpr Rgb rgb(std::uint32_t hex) {
    return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
            static_cast<std::uint8_t>(hex)};
}

/// Each also the other way round, as `reversed` says; `own` stands for colours given beside it.
enum class Palette : std::uint8_t {
    viridis,
    magma,
    inferno,
    cividis,
    turbo,
    gray,
    coolwarm,
    rdbu,
    puor,
    viridis_r,
    magma_r,
    inferno_r,
    cividis_r,
    turbo_r,
    gray_r,
    coolwarm_r,
    rdbu_r,
    puor_r,
    own
};
inline constexpr std::size_t palette_count = 9;  ///< in one direction
inline constexpr std::size_t palette_size = 256;

/// Names as on the command line, indexed by the enumerators.
inline constexpr std::array<std::string_view, 2 * palette_count> palette_names{
    "viridis",   "magma",   "inferno", "cividis",    "turbo",   "gray",
    "coolwarm",  "rdbu",    "puor",    "viridis_r",  "magma_r", "inferno_r",
    "cividis_r", "turbo_r", "gray_r",  "coolwarm_r", "rdbu_r",  "puor_r"};

constexpr std::string_view name_of(Palette p) {
    return p == Palette::own ? "own" : palette_names[static_cast<std::size_t>(p)];
}

/// Light in the middle, for fields of both signs: coolwarm, rdbu and puor.
constexpr bool is_diverging(Palette p) {
    return p != Palette::own && static_cast<std::size_t>(p) % palette_count >=
                                    static_cast<std::size_t>(Palette::coolwarm);
}

using PaletteColors = std::array<Rgb, palette_size>;

/// Of any but `own`.
const PaletteColors& colors_of(Palette palette);

/// A palette through the given colours, at least two, in equal steps.
PaletteColors palette_through(std::span<const Rgb> colors);

/// What a palette has no colour for; each differs visibly from all of the palette's entries, and
/// from the others.
struct OutsideColors {
    Rgb below, above, non_finite;
    bool operator==(const OutsideColors&) const = default;
};

OutsideColors outside_colors(Palette palette);
/// Of any colours: the candidates that are farthest from them to the eye.
OutsideColors outside_colors(const PaletteColors& colors);

/// How different two colours look: the distance in Oklab (B. Ottosson, 2020); 1 is black to white.
double color_distance(Rgb a, Rgb b);

}  // namespace gradscape
