// SPDX-License-Identifier: MIT
#include "gradscape/palette.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace gradscape::color {
namespace {

std::vector<Palette> all_palettes() {
    std::vector<Palette> all;
    for (std::size_t p = 0; p < palette_names.size(); ++p) all.push_back(static_cast<Palette>(p));
    return all;
}

int difference(Rgb a, Rgb b) {
    return std::max({std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b)});
}

TEST(Palette, EndsAndMiddlesAreThePublishedOnes) {
    EXPECT_EQ(colors_of(Palette::viridis)[0], rgb(0x440154));
    EXPECT_EQ(colors_of(Palette::viridis)[128], rgb(0x21918c));
    EXPECT_EQ(colors_of(Palette::viridis)[255], rgb(0xfde725));
    EXPECT_EQ(colors_of(Palette::magma)[0], rgb(0x000004));
    EXPECT_EQ(colors_of(Palette::magma)[255], rgb(0xfcfdbf));
    EXPECT_EQ(colors_of(Palette::inferno)[0], rgb(0x000004));
    EXPECT_EQ(colors_of(Palette::inferno)[255], rgb(0xfcffa4));
    EXPECT_EQ(colors_of(Palette::cividis)[255], rgb(0xfee838));
    EXPECT_EQ(colors_of(Palette::turbo)[0], rgb(0x30123b));
    EXPECT_EQ(colors_of(Palette::turbo)[255], rgb(0x7a0403));
}

TEST(Palette, GrayIsTheIdentity) {
    for (std::size_t i = 0; i < palette_size; ++i) {
        const auto level = static_cast<std::uint8_t>(i);
        EXPECT_EQ(colors_of(Palette::gray)[i], (Rgb{level, level, level}));
    }
}

TEST(Palette, NeighboursDifferLittle) {  // a slip in the table would jump
    for (Palette palette : all_palettes())
        for (std::size_t i = 1; i < palette_size; ++i)
            EXPECT_LE(difference(colors_of(palette)[i - 1], colors_of(palette)[i]), 8)
                << name_of(palette) << ' ' << i;
}

TEST(Palette, OutsideColorsStandOut) {
    for (Palette palette : all_palettes()) {
        const OutsideColors outside = outside_colors(palette);
        EXPECT_GE(difference(outside.below, outside.above), 60);
        EXPECT_GE(difference(outside.below, outside.non_finite), 60);
        EXPECT_GE(difference(outside.above, outside.non_finite), 60);
        for (Rgb entry : colors_of(palette))
            for (Rgb color : {outside.below, outside.above, outside.non_finite})
                EXPECT_GE(difference(color, entry), 50) << name_of(palette);
    }
}

/// Whoever sees one of them beside a palette's end must not take it for that.
TEST(Palette, OutsideColorsAreFarFromThePaletteToTheEye) {
    const auto expect_apart = [](const PaletteColors& colors, const OutsideColors& outside,
                                 double distance, std::string_view name) {
        for (Rgb color : {outside.below, outside.above, outside.non_finite})
            for (Rgb entry : colors) EXPECT_GE(color_distance(color, entry), distance) << name;
        EXPECT_GE(color_distance(outside.below, outside.above), 0.2) << name;
        EXPECT_GE(color_distance(outside.below, outside.non_finite), 0.2) << name;
        EXPECT_GE(color_distance(outside.above, outside.non_finite), 0.2) << name;
    };
    for (Palette palette : all_palettes())
        expect_apart(colors_of(palette), outside_colors(palette), 0.18, name_of(palette));
    const Rgb black_to_white[]{rgb(0x000000), rgb(0xffffff)};
    const Rgb rainbow[]{rgb(0xff0000), rgb(0xffff00), rgb(0x00ff00),
                        rgb(0x00ffff), rgb(0x0000ff), rgb(0xff00ff)};
    for (std::span<const Rgb> colors :
         {std::span<const Rgb>(black_to_white), std::span<const Rgb>(rainbow)}) {
        const PaletteColors palette = palette_through(colors);
        expect_apart(palette, outside_colors(palette), 0.1, "own");
    }
}

TEST(Palette, ReversedOnesRunTheOtherWay) {
    for (std::size_t p = 0; p < palette_count; ++p) {
        PaletteColors there = colors_of(static_cast<Palette>(p));
        std::ranges::reverse(there);
        const auto back = static_cast<Palette>(palette_count + p);
        EXPECT_EQ(colors_of(back), there);
        EXPECT_EQ(name_of(back), std::string(name_of(static_cast<Palette>(p))) + "_r");
    }
}

TEST(Palette, DivergingOnesAreLightestInTheMiddle) {
    for (Palette palette : all_palettes()) {
        if (!is_diverging(palette)) continue;
        const auto light = [&](std::size_t i) {
            const Rgb color = colors_of(palette)[i];
            return color.r + color.g + color.b;
        };
        EXPECT_GT(light(127), light(0) + 150) << name_of(palette);
        EXPECT_GT(light(128), light(255) + 150) << name_of(palette);
        EXPECT_GT(color_distance(colors_of(palette)[0], colors_of(palette)[255]), 0.15);
    }
}

}  // namespace
}  // namespace gradscape::color
