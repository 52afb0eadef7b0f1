// SPDX-License-Identifier: MIT
#include "tools/bench/roofline.hpp"

#include <gtest/gtest.h>

#include "tests/temporary_folder.hpp"

namespace gradscape::bench {
namespace {

const Limits machine{50e9, 60e9, 200e9, 100e9};

TEST(Roofline, RisesWithTheBandwidthUpToThePeak) {
    EXPECT_EQ(roof(machine, machine.flop_f32, 1), 50e9);
    EXPECT_EQ(roof(machine, machine.flop_f32, 4), 200e9);
    EXPECT_EQ(roof(machine, machine.flop_f32, 100), 200e9);
    EXPECT_EQ(roof(machine, machine.flop_f64, 100), 100e9);
}

TEST(Roofline, DrawsTheCasesThatHaveAPlace) {
    const std::vector<Result> results{
        {"bptt", {1e6, 12e6, 1320e6}, LimitKind::flop_f32, {0.01}, {}, machine},
        {"rows", {1e6, 4e6, 5e6}, LimitKind::store, {1e-4}, {}, machine},
        {"encode", {1e6, 1e6, 0}, LimitKind::store, {0.01}, {}, machine},
        {"wrong", {1e6, 4e6, 5e6}, LimitKind::store, {}, "wrong result", machine},
        {"cuda", {1e6, 4e6, 5e6}, LimitKind::none, {1e-4}, {}, machine}};
    const LineFigure figure = roofline_figure(machine, results);
    ASSERT_EQ(figure.panels.size(), 1u);
    const auto& series = figure.panels[0].series;
    ASSERT_EQ(series.size(), 4u);  // two roofs, two points
    EXPECT_EQ(series[2].label, "bptt");
    EXPECT_DOUBLE_EQ(series[2].points[0].x, 110);
    EXPECT_DOUBLE_EQ(series[2].points[0].y, 132);
    for (const LineSeries& line : series)
        for (const PlotPoint& point : line.points) {
            EXPECT_GE(point.x, figure.panels[0].x.from);
            EXPECT_LE(point.x, figure.panels[0].x.to);
            EXPECT_GE(point.y, 0);
            EXPECT_LE(point.y, figure.panels[0].y.to);
        }
    const test::TemporaryFolder folder;
    write_figure(folder / "roofline.svg", figure);
    EXPECT_NE(test::read_all(folder / "roofline.svg").find("<svg"), std::string::npos);
}

}  // namespace
}  // namespace gradscape::bench
