// The palettes' table, unpacked at compile time.
// SPDX-License-Identifier: MIT
#include "gradscape/palette.hpp"

namespace gradscape::color {
namespace {

constexpr std::uint32_t table[palette_count * palette_size] = {
#include "palette_table.inc"
};

constexpr std::array<PaletteColors, palette_count> unpack() {
    std::array<PaletteColors, palette_count> all{};
    for (std::size_t p = 0; p < palette_count; ++p)
        for (std::size_t i = 0; i < palette_size; ++i) all[p][i] = rgb(table[p * palette_size + i]);
    return all;
}

constexpr auto palettes = unpack();

}  // namespace
}  // namespace gradscape::color

namespace gradscape {

const PaletteColors& colors_of(Palette palette) {
    return color::palettes[static_cast<std::size_t>(palette)];
}

OutsideColors outside_colors(Palette palette) {
    constexpr Rgb black = rgb(0x000000), white = rgb(0xffffff);
    constexpr Rgb navy = rgb(0x1d4f91), pink = rgb(0xff4fb0), sky = rgb(0x35c9ff);
    switch (palette) {
        case Palette::magma:
        case Palette::inferno:
            return {navy, white, sky};  // black and pinks are palette colours here
        case Palette::gray:
            return {navy, rgb(0xffd27f), pink};
        default:
            return {black, white, pink};
    }
}

}  // namespace gradscape
