// The colour palettes: 256 sRGB entries each, from dark to light (turbo: blue to red).
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

enum class Palette : std::uint8_t { viridis, magma, inferno, cividis, turbo, gray };
inline constexpr std::size_t palette_count = 6;
inline constexpr std::size_t palette_size = 256;

/// Names as on the command line, indexed by the enumerators.
inline constexpr std::array<std::string_view, palette_count> palette_names{
    "viridis", "magma", "inferno", "cividis", "turbo", "gray"};

inline std::string_view name_of(Palette p) { return palette_names[static_cast<std::size_t>(p)]; }

using PaletteColors = std::array<Rgb, palette_size>;

const PaletteColors& colors_of(Palette palette);

/// What a palette has no colour for; each differs visibly from all of the palette's entries.
struct OutsideColors {
    Rgb below, above, non_finite;
};

OutsideColors outside_colors(Palette palette);

}  // namespace gradscape
