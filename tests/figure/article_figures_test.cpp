// SPDX-License-Identifier: MIT
#include "gradscape/article_figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

using figure::compose;
using figure::expect_tidy;
using figure::texts_of;
using testing::Contains;

HeatmapPanel panel(double lo, double hi) {
    HeatmapPanel made;
    made.grid = {{lo, hi, 40}, {lo, hi, 40}};
    made.indices.assign(1600, 7);
    made.indices.back() = ColorMap().above();
    return made;
}

/// g · wrec^j, as a linear cell's gradient travels.
std::vector<double> geometric(double first, double wrec) {
    std::vector<double> values;
    for (int j = 0; j <= 10; ++j) values.push_back(first * std::pow(wrec, j));
    return values;
}

std::vector<GradientTrace> traces() {
    std::vector<GradientTrace> all;
    for (const Weights& at : article_points)
        all.push_back({at, geometric(35578, at.wrec), "a note"});
    return all;
}

TEST(SurfaceFigure, IsTidyAndNamesEveryPoint) {
    std::vector<MarkedPoint> marks;
    for (std::size_t i = 0; i < article_points.size(); ++i)
        marks.push_back({article_points[i].wx, article_points[i].wrec, mark_colors[i], "explodes"});
    auto panels = std::vector{panel(-3, 3), panel(-0.1, 2.1)};
    panels[0].valley = panels[1].valley = {{0.5, 2}, {1, 1}};
    const figure::Scene scene = compose(surface_figure(panels, {}, marks));
    expect_tidy(scene);
    for (const Weights& at : article_points)
        EXPECT_THAT(texts_of(scene), Contains(weights_markup(at.wx, at.wrec)));
    EXPECT_THAT(texts_of(scene), Contains("loss + 1"));
}

TEST(GradientsFigure, RunsFromZeroDownToMinusT) {
    const LineFigure figure = gradients_figure(traces(), "gradient");
    expect_tidy(compose(figure));
    const LinePanel& plot = figure.panels.at(0);
    EXPECT_EQ(plot.x.from, 0);
    EXPECT_EQ(plot.x.to, -10);
    EXPECT_EQ(plot.y.from, -1e8);
    EXPECT_EQ(plot.y.to, 1e8);
    ASSERT_EQ(plot.series.size(), 8u);
    EXPECT_EQ(plot.series[0].points[3].x, -3);
    EXPECT_EQ(plot.series[0].points[3].y, 35578.0 * 8);
    EXPECT_EQ(plot.series[7].color, mark_colors[7]);
}

TEST(GradientsFigure, CopesWithOneValueManyAndOverflow) {
    expect_tidy(compose(gradients_figure({}, "gradient")));
    const GradientTrace tiny{{1, 1}, {0}, ""};
    expect_tidy(compose(gradients_figure(std::span(&tiny, 1), "gradient")));
    GradientTrace large{{3, 3}, {}, "overflows"};
    for (int k = 0; k < 2000; ++k) large.gradient.push_back(std::pow(3.0, k));
    expect_tidy(compose(gradients_figure(std::span(&large, 1), "gradient")));
}

TEST(TrajectoryFigure, IsTidyAndNamesStartAndEnd) {
    const std::vector<PlotPoint> path{
        {-1.5, 2}, {0.3, 0.2}, {1.001355547207059, 0.9996744737846419}};
    const figure::Scene scene =
        compose(trajectory_figure({panel(-3, 3), panel(0, 2)}, {}, path, "Rprop"));
    expect_tidy(scene);
    EXPECT_THAT(texts_of(scene), Contains("start (\u22121.5, 2)"));
    EXPECT_THAT(texts_of(scene), Contains("end (1.0014, 0.99967)"));
    EXPECT_THAT(texts_of(scene), Contains("2 iterations"));
}

TEST(OptimizersFigure, DivergedRunsLeaveThroughTheTop) {
    const std::vector<OptimizerRun> runs{{"rprop", "", {6e5, 10, 1e-6}, false, 0},
                                         {"gd 1", "diverges", {6e5, 2e6}, true, 1},
                                         {"gd 2", "diverges", {6e5, HUGE_VAL}, true, 1}};
    const LineFigure figure = optimizers_figure(runs);
    const figure::Scene scene = compose(figure);
    expect_tidy(scene);
    EXPECT_EQ(figure.panels[0].y.to, 1e8);
    EXPECT_EQ(figure.panels[0].series[1].points.back(), (PlotPoint{2, HUGE_VAL}));
    EXPECT_EQ(figure.panels[0].series[2].points.back(), (PlotPoint{1, HUGE_VAL}));
    const auto shapes = figure::items_of<figure::Shape>(scene);
    EXPECT_EQ(std::ranges::count_if(shapes,
                                    [](const figure::Shape& shape) {
                                        return shape.closed && shape.lines.size() == 1 &&
                                               shape.lines[0].size() == 3;
                                    }),
              2)
        << "an arrow head for each exit";
}

TEST(OptimizersFigure, HasRoomForADozenRuns) {
    std::vector<OptimizerRun> runs;
    for (int i = 0; i < 14; ++i)
        runs.push_back(
            {"gradient descent, rate 10<sup>\u22125</sup>, clipped to " + std::to_string(i),
             "loss &lt; 10<sup>\u22125</sup> after 371",
             {6e5, 1e-9},
             false,
             i / 4});
    expect_tidy(compose(optimizers_figure(runs)));
}

}  // namespace
}  // namespace gradscape::figure
