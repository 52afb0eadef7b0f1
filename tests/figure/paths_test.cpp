// Training paths, contours and arrows over a heatmap.
// SPDX-License-Identifier: MIT
#include "host/figure/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/figure/overlays.hpp"
#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

constexpr Rgb line_color = rgb(0x00ff00);

/// A plot of 100 × 100 for values from 0 to 10.
Axes unit_axes() {
    Axes made{.x = {0, 10, Scale::linear, 1, {}},
              .y = {0, 10, Scale::linear, 1, {}},
              .title = {},
              .plot = {0, 0, 100, 100},
              .x_ticks = {},
              .y_ticks = {}};
    return made;
}

Scene drawn(std::vector<PlotPoint> points) {
    Scene scene{200, 200};
    draw_path(scene, {std::move(points), "", line_color, line_color}, unit_axes());
    return scene;
}

std::vector<Circle> dots_of(const Scene& scene) {
    for (const Shape& shape : items_of<Shape>(scene))
        if (!shape.circles.empty() && shape.fill == line_color && shape.circles[0].radius < 2)
            return shape.circles;
    return {};
}

std::vector<Polyline> triangles_of(const Scene& scene, Rgb fill) {
    std::vector<Polyline> triangles;
    for (const Shape& shape : items_of<Shape>(scene))
        if (shape.closed && shape.fill == fill && shape.lines.at(0).size() == 3)
            triangles.push_back(shape.lines[0]);
    return triangles;
}

std::size_t stars_of(const Scene& scene) {
    std::size_t stars = 0;
    for (const Shape& shape : items_of<Shape>(scene))
        stars += shape.closed && shape.lines.at(0).size() == 10 && shape.pen.color == white;
    return stars;
}

TEST(Paths, IteratesThinOutInsteadOfFusing) {
    std::vector<PlotPoint> points;
    for (int i = 0; i <= 500; ++i) points.push_back({1 + 8 * i / 500.0, 5});
    const auto dots = dots_of(drawn(points));
    ASSERT_GT(dots.size(), 8u);
    EXPECT_LT(dots.size(), 20u);
    for (std::size_t i = 1; i < dots.size(); ++i)
        EXPECT_GE(std::hypot(dots[i].center.x - dots[i - 1].center.x,
                             dots[i].center.y - dots[i - 1].center.y),
                  6.4);
    EXPECT_EQ(dots_of(drawn({{1, 1}, {5, 5}, {9, 1}})).size(), 3u);
}

TEST(Paths, ArrowHeadsPointAlongTheWay) {
    const auto heads = triangles_of(drawn({{1, 5}, {9, 5}}), line_color);
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_GT(heads[0][0].x, heads[0][1].x);  // the tip
    EXPECT_NEAR(heads[0][0].y, 50, 1e-9);
    const auto back = triangles_of(drawn({{9, 5}, {1, 5}}), line_color);
    EXPECT_LT(back.at(0)[0].x, back.at(0)[1].x);
    EXPECT_TRUE(triangles_of(drawn({{5, 5}, {5.1, 5}}), line_color).empty());
}

TEST(Paths, EndsInsideAreMarkedWhereTheyAre) {
    const Scene scene = drawn({{1, 5}, {9, 5}});
    EXPECT_EQ(stars_of(scene), 1u);
    EXPECT_TRUE(triangles_of(scene, white).empty());
}

/// The rims of rings: black discs.
std::vector<Circle> rings_of(const Scene& scene) {
    std::vector<Circle> rings;
    for (const Shape& shape : items_of<Shape>(scene))
        if (shape.circles.size() == 1 && shape.fill == black && shape.circles[0].radius > 4)
            rings.push_back(shape.circles[0]);
    return rings;
}

TEST(Paths, TheStartIsARingWhereverItLies) {
    const Rect plot{0, 0, 100, 100};
    for (const PlotPoint start : {PlotPoint{1, 5}, PlotPoint{0, 5}, PlotPoint{-5, 5},
                                  PlotPoint{10, 10}, PlotPoint{3, 14}, PlotPoint{-5, -9}}) {
        const auto rings = rings_of(drawn({start, {5, 5}, {6, 4}}));
        ASSERT_EQ(rings.size(), 1u) << start.x;
        EXPECT_TRUE(plot.grown(1e-9).contains(rings[0].center)) << start.x;
    }
}

TEST(Paths, RingsOfOneStartLieAroundEachOther) {
    HeatmapPanel panel;
    for (int i = 0; i < 3; ++i)
        panel.paths.push_back({{{2, 2}, {5.0 + i, 5}}, "", line_color, line_color});
    panel.paths.push_back({{{8, 8}, {5, 5}}, "", line_color, line_color});
    Scene scene{200, 200};
    draw_overlays(scene, panel, unit_axes());
    const auto rings = rings_of(scene);  // the last path is drawn first
    ASSERT_EQ(rings.size(), 4u);
    EXPECT_EQ(rings[0].radius, rings[3].radius);
    EXPECT_GE(rings[1].radius, rings[2].radius + 2);
    EXPECT_GE(rings[2].radius, rings[3].radius + 2);
    panel.paths.resize(1);
    panel.paths.resize(10, panel.paths[0]);
    for (const double growth : ring_growths(panel.paths)) EXPECT_LE(growth, 9);
}

TEST(Paths, EndsOutsideAreMarkedAtTheBorder) {
    const Scene scene = drawn({{-5, 5}, {5, 5}, {5, 30}});
    EXPECT_EQ(stars_of(scene), 0u);
    const auto starts = triangles_of(scene, white);
    ASSERT_EQ(starts.size(), 1u);
    EXPECT_LT(starts[0][0].x, starts[0][1].x);  // to the left
    EXPECT_NEAR(starts[0][0].y, 50, 1e-9);
    const auto ends = triangles_of(scene, line_color);
    const Polyline& end = ends.back();
    EXPECT_LT(end[0].y, end[1].y);  // upwards
    for (PlotPoint corner : end) EXPECT_TRUE((Rect{0, 0, 100, 100}).grown(1e-9).contains(corner));
    // One that never comes in, one of a single point, one that is all NaN, one to infinity.
    EXPECT_NO_THROW(drawn({{-5, -5}, {-9, -5}}));
    EXPECT_NO_THROW(drawn({{2, 2}}));
    EXPECT_NO_THROW(drawn({{NAN, NAN}}));
    EXPECT_NO_THROW(drawn({{2, 2}, {HUGE_VAL, 3}}));
    EXPECT_NO_THROW(drawn({}));
}

TEST(Paths, TheBestIsDrawnLastAndNamedFirst) {
    HeatmapPanel panel;
    panel.grid = {{0, 10, 4}, {0, 10, 4}};
    panel.indices.assign(16, 5);
    panel.paths = {{{{1, 1}, {9, 9}}, "best", line_color, line_color},
                   {{{1, 9}, {9, 1}}, "worst", rgb(0x0000ff), rgb(0x0000ff)}};
    const Scene scene = compose(HeatmapFigure{{panel}, {}, "loss", {}, {}});
    EXPECT_LT(text_of(scene, "best").box.x + 1000 * text_of(scene, "best").box.y,
              text_of(scene, "worst").box.x + 1000 * text_of(scene, "worst").box.y);
    std::size_t best = 0, worst = 0;
    const auto shapes = items_of<Shape>(scene);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        if (shapes[i].clip && shapes[i].pen.color == line_color && best == 0) best = i;
        if (shapes[i].clip && shapes[i].pen.color == rgb(0x0000ff) && worst == 0) worst = i;
    }
    EXPECT_GT(best, worst);
}

/// The circles of x² + y², and the two branches of a saddle.
TEST(ContourLines, LieWhereTheValueIs) {
    const Grid grid{{-2, 2, 81}, {-2, 2, 81}};
    std::vector<double> bowl, saddle;
    for (std::size_t i = 0; i < grid.rows(); ++i)
        for (std::size_t j = 0; j < grid.cols(); ++j) {
            const double x = grid.wx.at(j), y = grid.wrec.at(i);
            bowl.push_back(x * x + y * y);
            saddle.push_back(x * y);
        }
    const auto circle = contour_lines(grid, bowl, 1);
    ASSERT_EQ(circle.size(), 1u);
    EXPECT_EQ(circle[0].front(), circle[0].back());
    for (PlotPoint p : circle[0]) EXPECT_NEAR(std::hypot(p.x, p.y), 1, 1e-3);
    const auto branches = contour_lines(grid, saddle, 0.5);
    EXPECT_EQ(branches.size(), 2u);
    for (const auto& branch : branches)
        for (PlotPoint p : branch) EXPECT_NEAR(p.x * p.y, 0.5, 2e-3);
    EXPECT_TRUE(contour_lines(grid, bowl, -1).empty());
    EXPECT_TRUE(contour_lines(grid, bowl, 100).empty());
    EXPECT_THROW(contour_lines(grid, std::vector<double>(3), 1), std::invalid_argument);
}

TEST(ContourLines, LeaveOutWhatIsNotFinite) {
    const Grid grid{{0, 3, 4}, {0, 3, 4}};
    std::vector<double> values;
    for (int i = 0; i < 16; ++i) values.push_back(i % 4);
    values[5] = NAN;
    values[10] = HUGE_VAL;
    for (const auto& line : contour_lines(grid, values, 1.5))
        for (PlotPoint p : line) EXPECT_TRUE(std::isfinite(p.x) && std::isfinite(p.y));
}

TEST(Arrows, PointDownhillOnThePage) {
    Scene scene{200, 200};
    draw_arrows(scene, {{{5, 5}, {0, 1}, 1}}, unit_axes());
    const auto heads = triangles_of(scene, white);
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_LT(heads[0][0].y, heads[0][1].y);  // w_rec grows upwards
    EXPECT_NEAR(heads[0][0].x, 50, 1e-9);
}

}  // namespace
}  // namespace gradscape::figure
