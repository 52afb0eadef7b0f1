// The palettes' table, unpacked at compile time, and colours that stand out from one.
// SPDX-License-Identifier: MIT
#include "gradscape/palette.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace gradscape::color {
namespace {

constexpr std::uint32_t table[palette_count * palette_size] = {
#include "palette_table.inc"
};

constexpr std::array<PaletteColors, 2 * palette_count> unpack() {
    std::array<PaletteColors, 2 * palette_count> all{};
    for (std::size_t p = 0; p < palette_count; ++p)
        for (std::size_t i = 0; i < palette_size; ++i) {
            all[p][i] = rgb(table[p * palette_size + i]);
            all[palette_count + p][palette_size - 1 - i] = all[p][i];
        }
    return all;
}

constexpr auto palettes = unpack();

constexpr Rgb black = rgb(0x000000), white = rgb(0xffffff);
constexpr Rgb navy = rgb(0x1d4f91), pink = rgb(0xff4fb0), sky = rgb(0x35c9ff);
constexpr Rgb amber = rgb(0xffd27f), blue = rgb(0x0050ff), orange = rgb(0xff8000);
constexpr Rgb green = rgb(0x00e000), magenta = rgb(0xff00ff);

/// Of the palettes from dark to light.
OutsideColors outside_of_sequential(Palette palette) {
    switch (palette) {
        case Palette::magma:
        case Palette::inferno:
            return {blue, sky, green};  // black, white and pinks are palette colours here
        case Palette::gray:
            return {blue, orange, magenta};
        default:
            return {black, white, pink};
    }
}

struct Oklab {
    double l, a, b;
};

Oklab oklab(Rgb color) {
    const auto linear = [](std::uint8_t channel) {  // sRGB
        const double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    const double r = linear(color.r), g = linear(color.g), b = linear(color.b);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

/// The candidate whose nearest colour among `others` is farthest.
Rgb most_distant(const std::vector<Rgb>& others) {
    constexpr Rgb candidates[]{white,         black,         pink,          sky,
                               amber,         navy,          rgb(0x00c060), rgb(0xffe100),
                               rgb(0x808080), rgb(0xff2020), rgb(0x8a2be2), rgb(0x00e5d0),
                               green,         magenta};
    const auto nearest = [&](Rgb candidate) {
        double least = 2;
        for (Rgb other : others) least = std::min(least, color_distance(candidate, other));
        return least;
    };
    return *std::ranges::max_element(candidates, {}, nearest);
}

}  // namespace
}  // namespace gradscape::color

namespace gradscape {

const PaletteColors& colors_of(Palette palette) {
    if (palette == Palette::own)
        throw std::invalid_argument("one's own palette has no colours in the table");
    return color::palettes[static_cast<std::size_t>(palette)];
}

PaletteColors palette_through(std::span<const Rgb> colors) {
    if (colors.size() < 2)
        throw std::invalid_argument("a palette goes through two colours or more");
    PaletteColors through;
    for (std::size_t i = 0; i < palette_size; ++i) {
        const std::size_t at = i * (colors.size() - 1);
        const std::size_t from = std::min(at / (palette_size - 1), colors.size() - 2);
        const std::size_t part = at - from * (palette_size - 1);
        const auto between = [&](std::uint8_t a, std::uint8_t b) {
            return static_cast<std::uint8_t>(
                (a * (palette_size - 1 - part) + b * part + (palette_size - 1) / 2) /
                (palette_size - 1));
        };
        const Rgb a = colors[from], b = colors[from + 1];
        through[i] = {between(a.r, b.r), between(a.g, b.g), between(a.b, b.b)};
    }
    return through;
}

OutsideColors outside_colors(Palette palette) {
    if (is_diverging(palette)) return outside_colors(colors_of(palette));
    const auto index = static_cast<std::size_t>(palette);
    if (index < palette_count) return color::outside_of_sequential(palette);
    const auto outside = color::outside_of_sequential(static_cast<Palette>(index - palette_count));
    return {outside.above, outside.below, outside.non_finite};
}

OutsideColors outside_colors(const PaletteColors& colors) {
    std::vector<Rgb> taken(colors.begin(), colors.end());
    OutsideColors outside;
    for (Rgb* color : {&outside.above, &outside.below, &outside.non_finite})
        taken.push_back(*color = color::most_distant(taken));
    return outside;
}

double color_distance(Rgb a, Rgb b) {
    const color::Oklab p = color::oklab(a), q = color::oklab(b);
    return std::hypot(p.l - q.l, p.a - q.a, p.b - q.b);
}

}  // namespace gradscape
