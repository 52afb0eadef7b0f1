// Where a colour bar's ticks, swatches and texts stand, and that they are of one colour scale.
// SPDX-License-Identifier: MIT
#include "host/figure/color_bar.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

/// Values shown with 1 added, from 1.5 to 24.
ColorSpec shifted() {
    ColorSpec spec;
    spec.lo = 1.5, spec.hi = 24, spec.offset = 1, spec.levels = 7;
    return spec;
}

Scene scene_with(const ColorMap& map, bool below, bool above, bool non_finite) {
    ColorBar bar{.label = "a label",
                 .below_label = {},
                 .below = below,
                 .above = above,
                 .non_finite = non_finite};
    lay_color_bar(bar, map, 300);
    Scene scene;
    draw_color_bar(scene, bar, map, {20, 30});
    return scene;
}

/// The box filled with this colour.
Rect swatch(const Scene& scene, Rgb color) {
    for (const Shape& shape : items_of<Shape>(scene))
        if (shape.fill == color && shape.closed) {
            const Polyline& corners = shape.lines.at(0);
            return {corners[0].x, corners[0].y, corners[2].x - corners[0].x,
                    corners[2].y - corners[0].y};
        }
    ADD_FAILURE() << "no swatch of the colour";
    return {};
}

TEST(ColorBar, TicksStandAtTheShownValues) {
    const ColorMap map(shifted());
    for (bool outside : {false, true}) {
        const Scene scene = scene_with(map, outside, outside, outside);
        const Rect bar = items_of<Picture>(scene).at(0).box;
        EXPECT_EQ(bar.x, 20);
        for (double value : {2.0, 5.0, 10.0, 20.0}) {
            const double y = bar.bottom() - bar.height * std::log(value / 1.5) / std::log(16);
            const Rect label = text_of(scene, fmt::format("{}", value)).box;
            EXPECT_NEAR(middle_of(label).y, y, 1) << value;
            EXPECT_GT(label.x, bar.right() + tick_length);
            EXPECT_TRUE(has_line(scene, {bar.right(), y}, {bar.right() + tick_length, y}));
        }
        for (double value : {3.0, 9.0}) {
            const double y = bar.bottom() - bar.height * std::log(value / 1.5) / std::log(16);
            EXPECT_TRUE(has_line(scene, {bar.right(), y}, {bar.right() + minor_tick_length, y}));
        }
        const Text label = text_of(scene, "a label");
        EXPECT_TRUE(label.upright);
        EXPECT_NEAR(middle_of(label.box).y, 30 + 150, 1e-6);
        EXPECT_GT(label.box.x, text_of(scene, "20").box.right());
    }
}

TEST(ColorBar, WhatLiesOutsideHasItsColourAndTheShownEnd) {
    const ColorMap map(shifted());
    const Scene scene = scene_with(map, true, true, true);
    const Rect bar = items_of<Picture>(scene).at(0).box;
    const Rect above = swatch(scene, map.colors()[map.above()]);
    const Rect below = swatch(scene, map.colors()[map.below()]);
    const Rect non_finite = swatch(scene, map.colors()[map.non_finite()]);
    EXPECT_EQ(above.y, 30);
    EXPECT_LT(above.bottom(), bar.y);
    EXPECT_GT(below.y, bar.bottom());
    EXPECT_GT(non_finite.y, below.bottom());
    EXPECT_LE(non_finite.bottom(), 330 + 1e-6);
    EXPECT_NEAR(middle_of(text_of(scene, "&gt; 24").box).y, middle_of(above).y, 1);
    EXPECT_NEAR(middle_of(text_of(scene, "\u2264 1.5").box).y, middle_of(below).y, 2);
    EXPECT_NEAR(middle_of(text_of(scene, "not finite").box).y, middle_of(non_finite).y, 2);
}

TEST(ColorBar, HoldsTheBandsHighestOnTop) {
    const ColorMap map(shifted());
    const Picture bar = items_of<Picture>(scene_with(map, false, false, false)).at(0);
    EXPECT_EQ(bar.box.y, 30);
    EXPECT_EQ(bar.box.height, 300);
    ASSERT_EQ(bar.rows, 6u);
    EXPECT_EQ(bar.cols, 1u);
    for (std::size_t row = 0; row < 6; ++row) {
        const Rgb color = map.colors()[6 - row];
        EXPECT_EQ(bar.pixels[row],
                  std::uint32_t{color.r} << 16 | std::uint32_t{color.g} << 8 | color.b);
    }
}

/// Twenty kinds have no room for a number each.
TEST(ColorBar, NumbersDoNotOverlap) {
    ColorSpec spec;
    spec.lo = 0.5, spec.hi = 20.5, spec.offset = 0, spec.levels = 21;
    spec.scale = Scale::linear;
    ColorBar bar{.label = {}, .below_label = {}};
    lay_color_bar(bar, ColorMap(spec), 120);
    EXPECT_LE(bar.ticks.major.size(), 5u);
    EXPECT_GE(bar.ticks.major.size(), 2u);
}

TEST(ColorBar, LevelsByRankAreToldApart) {
    ColorSpec spec;
    spec.scale = Scale::rank, spec.offset = 0;
    ColorBar bar{.label = {}, .below_label = {}};
    lay_color_bar(bar, ColorMap(spec, {{}, {18.4159, 18.4161, 18.4164, 18.4181}}), 300);
    ASSERT_EQ(bar.ticks.major.size(), 4u);
    EXPECT_EQ(bar.ticks.major[0].label, "18.4159");
    EXPECT_EQ(bar.ticks.major[2].label, "18.4164");
}

/// Ends of the range of double, which rounded to two digits lie beyond it or below its normal
/// numbers.
TEST(ColorBar, HasLevelsOfAnySize) {
    for (const auto& [lo, hi] : {std::pair{1.0, 1.7976931348623157e308}, {1e-310, 1.0}}) {
        ColorSpec spec;
        spec.lo = lo, spec.hi = hi, spec.offset = 0;
        EXPECT_NO_THROW(scene_with(ColorMap(spec), true, true, true)) << lo;
    }
}

/// Bands around whole numbers are kinds: each has its number in its middle.
TEST(ColorBar, WholeBandsAreNumberedInTheirMiddles) {
    for (const int kinds : {1, 3}) {
        ColorSpec spec;
        spec.lo = 0.5, spec.hi = kinds + 0.5, spec.offset = 0, spec.levels = kinds + 1;
        spec.scale = Scale::linear;
        const Scene scene = scene_with(ColorMap(spec), false, false, false);
        const Rect bar = items_of<Picture>(scene).at(0).box;
        for (int kind = 1; kind <= kinds; ++kind)
            EXPECT_NEAR(middle_of(text_of(scene, fmt::format("{}", kind)).box).y,
                        bar.bottom() - bar.height * (kind - 0.5) / kinds, 1);
    }
}

}  // namespace
}  // namespace gradscape::figure
