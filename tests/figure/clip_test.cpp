// SPDX-License-Identifier: MIT
#include "host/figure/clip.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gradscape::figure {
namespace {

/// Values 0…10 on 100 × 100 points, y upwards.
Axes square() {
    return {.x = {0, 10, Scale::linear, 1, {}},
            .y = {0, 10, Scale::linear, 1, {}},
            .title = {},
            .plot = {0, 0, 100, 100},
            .x_ticks = {},
            .y_ticks = {}};
}

TEST(VisibleLine, IsCutAtTheEdgesAndGoesOnWhereItComesBack) {
    const auto line =
        visible_line(square(), std::vector<PlotPoint>{{-5, 5}, {5, 5}, {5, 15}, {8, 5}});
    ASSERT_EQ(line.pieces.size(), 2u);
    EXPECT_EQ(line.pieces[0], (Polyline{{0, 50}, {50, 50}, {50, 0}}));
    EXPECT_NEAR(line.pieces[1].front().y, 0, 1e-9);
    EXPECT_EQ(line.pieces[1].back(), (PlotPoint{80, 50}));
    EXPECT_FALSE(line.exit);
}

TEST(VisibleLine, TellsWhereItLeftThroughTheTopForGood) {
    for (double far : {12.0, 1e300, HUGE_VAL}) {
        const auto line = visible_line(square(), std::vector<PlotPoint>{{1, 5}, {2, 5}, {3, far}});
        ASSERT_TRUE(line.exit) << far;
        EXPECT_NEAR(line.exit->y, 0, 1e-6);
        EXPECT_GE(line.exit->x, 20 - 1e-9);
        EXPECT_LE(line.exit->x, 30);
    }
    EXPECT_FALSE(visible_line(square(), std::vector<PlotPoint>{{1, 5}, {2, -9}}).exit);
}

TEST(VisibleLine, LeavesInItsOwnDirectionHoweverFarItGoes) {
    for (double far : {1e3, 1e9, 1e100}) {
        const auto out =
            visible_line(square(), std::vector<PlotPoint>{{5, 5}, {5 + far, 5 + 1e-4 * far}});
        EXPECT_NEAR(out.pieces.at(0).back().x, 100, 1e-6) << far;
        EXPECT_NEAR(out.pieces.at(0).back().y, 50 - 5e-3, 1e-6) << far;
        EXPECT_FALSE(out.exit) << far;  // through the right side
        const auto in =
            visible_line(square(), std::vector<PlotPoint>{{5 + far, 5 + 1e-4 * far}, {5, 5}});
        EXPECT_NEAR(in.pieces.at(0).front().y, 50 - 5e-3, 1e-6) << far;
    }
}

TEST(VisibleLine, NaNInterrupts) {
    const auto line =
        visible_line(square(), std::vector<PlotPoint>{{1, 1}, {2, 2}, {3, NAN}, {4, 4}, {5, 5}});
    ASSERT_EQ(line.pieces.size(), 2u);
    EXPECT_EQ(line.pieces[1].front(), (PlotPoint{40, 60}));
}

TEST(VisibleLine, KeepsFewOfManyCoincidentPointsAndTheLast) {
    std::vector<PlotPoint> points;
    for (int i = 0; i <= 100000; ++i) points.push_back({5 + i * 1e-5, 5});
    const auto line = visible_line(square(), points);
    ASSERT_EQ(line.pieces.size(), 1u);
    EXPECT_LT(line.pieces[0].size(), 300u);
    EXPECT_NEAR(line.pieces[0].back().x, 60, 1e-9);
}

TEST(VisibleLine, WhollyOutsideIsNothing) {
    EXPECT_TRUE(visible_line(square(), std::vector<PlotPoint>{{-5, 20}, {20, 20}}).pieces.empty());
    EXPECT_TRUE(visible_line(square(), std::vector<PlotPoint>{{-5, 8}, {3, 20}}).pieces.empty());
    EXPECT_TRUE(visible_line(square(), {}).pieces.empty());
}

TEST(VisiblePoints, AreThoseInside) {
    EXPECT_EQ(visible_points(square(),
                             std::vector<PlotPoint>{{1, 1}, {11, 1}, {1, 1}, {NAN, 1}, {10, 10}}),
              (Polyline{{10, 90}, {100, 0}}));
}

}  // namespace
}  // namespace gradscape::figure
