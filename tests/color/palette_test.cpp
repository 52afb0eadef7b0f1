// SPDX-License-Identifier: MIT
#include "gradscape/palette.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace gradscape::color {
namespace {

std::vector<Palette> all_palettes() {
    std::vector<Palette> all;
    for (std::size_t p = 0; p < palette_count; ++p) all.push_back(static_cast<Palette>(p));
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

}  // namespace
}  // namespace gradscape::color
