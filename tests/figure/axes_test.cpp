// Where ticks, labels, grid lines and titles stand. No range is symmetric, so that none of them
// could be mirrored, turned or moved unseen.
// SPDX-License-Identifier: MIT
#include "host/figure/axes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

/// 400 × 200 points at (100, 50).
Axes framed(PlotAxis x, PlotAxis y) {
    Axes axes = lay_axes(std::move(x), std::move(y), "a title", 400, 200);
    axes.plot.x = 100, axes.plot.y = 50;
    return axes;
}

Axes linear_axes() {
    return framed({9.7, 18, Scale::linear, 1, "along x"}, {-63, -20, Scale::linear, 1, "along y"});
}

double x_of(double value) { return 100 + 400 * (value - 9.7) / (18 - 9.7); }
double y_of(double value) { return 250 - 200 * (value + 63) / (63 - 20); }

TEST(Axes, EachTickAndItsLabelStandAtTheirValue) {
    Scene scene;
    draw_axes(scene, linear_axes());
    for (int value = 10; value <= 18; ++value) {
        const Rect label = text_of(scene, std::to_string(value)).box;
        EXPECT_NEAR(middle_of(label).x, x_of(value), 1e-6) << value;
        EXPECT_GT(label.y, 250 + tick_length) << value;
        EXPECT_TRUE(has_line(scene, {x_of(value), 250}, {x_of(value), 250 + tick_length})) << value;
    }
    for (int value = -60; value <= -20; value += 10) {
        const Rect label = text_of(scene, "\u2212" + std::to_string(-value)).box;
        EXPECT_NEAR(middle_of(label).y, y_of(value), 1) << value;
        EXPECT_LT(label.right(), 100 - tick_length) << value;
        EXPECT_TRUE(has_line(scene, {100, y_of(value)}, {100 - tick_length, y_of(value)})) << value;
    }
}

TEST(Axes, TheGridGoesThroughTheTicks) {
    Scene scene;
    draw_grid(scene, linear_axes());
    for (int value = 10; value <= 18; ++value)
        EXPECT_TRUE(has_line(scene, {x_of(value), 50}, {x_of(value), 250})) << value;
    for (int value = -60; value <= -20; value += 10)
        EXPECT_TRUE(has_line(scene, {100, y_of(value)}, {500, y_of(value)})) << value;
    EXPECT_EQ(items_of<Shape>(scene).at(0).lines.size(), 9u + 5);
}

TEST(Axes, LogarithmicOnesHaveTheirTicksAtTheLogarithms) {
    Scene scene;
    const Axes axes = framed({0, -10, Scale::linear, 1, ""}, {0.3, 400, Scale::log, 1, ""});
    draw_axes(scene, axes);
    const auto height = [](double value) {
        return 250 - 200 * std::log(value / 0.3) / std::log(400 / 0.3);
    };
    for (double value : {1.0, 10.0, 100.0}) {
        const Rect label = text_of(scene, fmt::format("{}", value)).box;
        EXPECT_NEAR(middle_of(label).y, height(value), 1) << value;
    }
    for (double value : {0.4, 0.9, 2.0, 9.0, 20.0, 200.0})
        EXPECT_TRUE(has_line(scene, {100, height(value)}, {100 - minor_tick_length, height(value)}))
            << value;
    // From 0 at the left down to −10 at the right.
    EXPECT_NEAR(middle_of(text_of(scene, "\u22122").box).x, 100 + 0.2 * 400, 1e-6);
}

TEST(Axes, LabelsAndTitleStandAtTheirSides) {
    Scene scene;
    const Axes axes = linear_axes();
    draw_axes(scene, axes);
    const Text along_x = text_of(scene, "along x"), along_y = text_of(scene, "along y");
    const Text title = text_of(scene, "a title");
    EXPECT_FALSE(along_x.upright);
    EXPECT_NEAR(middle_of(along_x.box).x, 300, 1e-6);
    EXPECT_GT(along_x.box.y, text_of(scene, "10").box.bottom());
    EXPECT_TRUE(along_y.upright);
    EXPECT_NEAR(middle_of(along_y.box).y, 150, 1e-6);
    EXPECT_LT(along_y.box.right(), text_of(scene, "\u221260").box.x);
    EXPECT_FALSE(title.upright);
    EXPECT_NEAR(middle_of(title.box).x, 300, 1e-6);
    EXPECT_LT(title.box.bottom(), 50);
    // All of it within the room that the page is asked for.
    EXPECT_LE(along_x.box.bottom(), 250 + axes.bottom + 0.5);
    EXPECT_GE(along_y.box.x, 100 - axes.left - 0.5);
    EXPECT_GE(title.box.y, 50 - axes.top - 0.5);
}

}  // namespace
}  // namespace gradscape::figure
