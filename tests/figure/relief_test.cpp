// A relief: hidden surfaces, paths that lie on it, tidy labels.
// SPDX-License-Identifier: MIT
#include "host/figure/relief.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "gradscape/error.hpp"
#include "host/figure/relief_axes.hpp"
#include "tests/figure/sizes.hpp"

namespace gradscape::figure {
namespace {

/// A plateau of height 1 for small x, a wall, and a plain of height 0.
ReliefFigure stairs(std::size_t size = 21) {
    ReliefFigure figure;
    figure.grid = {{-3, 1, size}, {4, 7, size}};
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t col = 0; col < size; ++col)
            figure.values.push_back(2 * col < size ? 1.0 : 0.0);
    figure.height = {0, 1, Scale::linear, 1, "squared error <i>E</i>"};
    figure.colors = ColorMap(
        {.style = ColorStyle::smooth, .lo = 0, .hi = 1, .scale = Scale::linear, .offset = 0});
    figure.x_label = "bias <i>b</i> = <i>w</i><sub>x</sub>";
    figure.y_label = "recurrent weight <i>w</i> = <i>w</i><sub>rec</sub>";
    figure.title = "Gradient descent at the cliff: rate 0.05, clipped to 1";
    figure.paths = {
        {{{0.5, 5}, {0.2, 5.2}, {-0.1, 5.5}},
         "clipped: 0.00012 after 200 iterations",
         rgb(0xffffff),
         rgb(0x56b4e9),
         LineStyle::dashed},
        {{{0.5, 5}, {9, 5}}, "unclipped: 0.09 after 200 iterations", rgb(0xe69f00), rgb(0xd55e00)}};
    return figure;
}

const Projection view_of_stairs(38, 36);

TEST(Projection, LooksAlongItsOwnRays) {
    const BoxPoint to = view_of_stairs.to_viewer(), p{0.3, 0.6, 0.2};
    const BoxPoint nearer{p.x + to.x, p.y + to.y, p.z + to.z};
    EXPECT_NEAR(view_of_stairs(p).x, view_of_stairs(nearer).x, 1e-12);
    EXPECT_NEAR(view_of_stairs(p).y, view_of_stairs(nearer).y, 1e-12);
    EXPECT_NEAR(view_of_stairs.depth(p) - view_of_stairs.depth(nearer), 1, 1e-12);
    EXPECT_LT(view_of_stairs({0, 0, 1}).y, view_of_stairs({0, 0, 0}).y);  // up is up
    EXPECT_GT(view_of_stairs({1, 0, 0}).x, view_of_stairs({0, 0, 0}).x);
}

TEST(Relief, IsLinearBetweenItsPoints) {
    ReliefFigure figure = stairs(3);
    figure.values = {0, 1, 0, 0, 0, 0, 1, 1, 1};
    const Relief relief(figure);
    EXPECT_DOUBLE_EQ(relief.at(0.5, 0).z, relief_height);
    EXPECT_DOUBLE_EQ(relief.at(0.25, 0).z, relief_height / 2);
    EXPECT_DOUBLE_EQ(relief.at(0.25, 0.25).z, relief_height / 4);
    EXPECT_DOUBLE_EQ(relief.at(1, 1).z, relief_height);
    EXPECT_DOUBLE_EQ(relief.at(1, 0).z, 0);
}

TEST(Relief, WhatIsBeyondItsEndsIsAtThem) {
    ReliefFigure figure = stairs(2);
    figure.values = {-5, HUGE_VAL, std::nan(""), 0.5};
    const Relief relief(figure);
    EXPECT_EQ(relief.at(0, 0).z, 0);
    EXPECT_EQ(relief.at(1, 0).z, relief_height);
    EXPECT_EQ(relief.at(0, 1).z, 0);
    figure.values.pop_back();
    EXPECT_THROW(Relief{figure}, std::invalid_argument);
}

/// Rays to who looks lead to greater x and smaller y, so no face may come after one that lies
/// there.
TEST(Relief, PaintsFromFarToNear) {
    const BoxPoint to = view_of_stairs.to_viewer();
    ASSERT_GT(to.x, 0);
    ASSERT_LT(to.y, 0);
    const std::vector<Face> faces = Relief(stairs(9)).faces();
    const std::size_t surface = 8 * 8;
    ASSERT_EQ(faces.size(), surface + 8 + 8);
    for (std::size_t a = 0; a < surface; ++a)
        for (std::size_t b = a + 1; b < surface; ++b)
            EXPECT_FALSE(faces[a].col >= faces[b].col && faces[a].row <= faces[b].row);
    // The block's sides are in front of all.
    for (std::size_t i = 0; i < faces.size(); ++i) EXPECT_EQ(faces[i].is_side, i >= surface);
}

/// The plateau hides what is just behind it, seen from the other side of it.
TEST(Relief, KnowsWhatIsSeen) {
    ReliefFigure figure = stairs(41);
    const Relief wall(figure);
    EXPECT_TRUE(wall.is_seen(wall.at(0.6, 0.5), view_of_stairs));
    EXPECT_TRUE(wall.is_seen(wall.at(0.2, 0.5), view_of_stairs));
    for (std::size_t row = 0; row < 41; ++row)  // a ridge between the plain and who looks
        for (std::size_t col = 0; col < 41; ++col)
            figure.values[row * 41 + col] = col > 30 ? 1.0 : 0.0;
    const Relief ridge(figure);
    EXPECT_FALSE(ridge.is_seen(ridge.at(0.7, 0.5), view_of_stairs));
    EXPECT_TRUE(ridge.is_seen(ridge.at(0.9, 0.5), view_of_stairs));
    EXPECT_TRUE(ridge.is_seen(ridge.at(0.1, 0.3), view_of_stairs));
}

/// Every point of a drawn path is the page's image of a point of the surface above the path.
TEST(ReliefFigure, PathsLieOnTheSurface) {
    const ReliefFigure figure = stairs();
    const Scene scene = compose(figure);
    const Relief relief(figure);
    // Two corners of the floor, from the axes' lines, say where the box is.
    const std::vector<Shape> shapes = items_of<Shape>(scene);
    Stage stage{Projection(figure.azimuth, figure.elevation), 0, {}};
    for (const Shape& shape : shapes) {
        if (shape.closed || shape.lines.empty() || shape.fill || shape.clip) continue;
        const Polyline& line = shape.lines[0];
        const PlotPoint a = stage.projection({}), b = stage.projection({1, 0, 0});
        const double side = (line[1].x - line[0].x) / (b.x - a.x);
        if (std::fabs(line[0].y + side * b.y - line[1].y) > 1e-9 || side < 100) continue;
        stage.side = side;
        stage.origin = line[0];
    }
    ASSERT_GT(stage.side, 100);
    std::size_t points = 0;
    for (const Shape& shape : shapes) {
        if (!shape.clip || shape.pen.color != figure.paths[0].color) continue;
        for (const Polyline& line : shape.lines)
            for (const PlotPoint& p : line) {
                if (line.size() == 2) continue;  // the legend's
                double nearest = HUGE_VAL;
                for (double part = 0; part <= 1; part += 1e-3) {
                    const PlotPoint from = figure.paths[0].points.front(),
                                    to = figure.paths[0].points.back();
                    for (const PlotPoint along :
                         {PlotPoint{std::lerp(0.5, 0.2, part), std::lerp(5, 5.2, part)},
                          PlotPoint{std::lerp(0.2, -0.1, part), std::lerp(5.2, 5.5, part)}}) {
                        EXPECT_LE(along.x, from.x);
                        EXPECT_GE(along.x, to.x - 1e-12);
                        const PlotPoint q = stage(relief.at((along.x + 3) / 4, (along.y - 4) / 3));
                        nearest = std::min(nearest, std::hypot(p.x - q.x, p.y - q.y));
                    }
                }
                EXPECT_LT(nearest, 0.2);
                ++points;
            }
    }
    EXPECT_GT(points, 10u);
}

/// One that goes to and fro on its own line: what is drawn once is not drawn again, and a way that
/// comes to no place twice is drawn whole.
TEST(ReliefFigure, PathsDoNotCoverThemselves) {
    const auto drawn = [](const Polyline& points) {
        ReliefFigure figure = stairs();
        figure.paths.resize(1);
        figure.paths[0].points = points;
        double length = 0;
        for (const Shape& shape : items_of<Shape>(compose(figure)))
            if (shape.clip && shape.pen.color == figure.paths[0].color)
                for (const Polyline& line : shape.lines)
                    for (std::size_t i = 1; i < line.size(); ++i)
                        length += std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
        return length;
    };
    const PlotPoint from{0.5, 5}, to{-0.5, 5.5};
    const double once = drawn({from, to});
    EXPECT_GT(once, 30);
    Polyline turns, short_steps;
    for (int i = 0; i <= 400; ++i) {
        turns.push_back(i % 2 == 0 ? from : to);
        short_steps.push_back({from.x - i / 400.0, from.y + i / 800.0});
    }
    EXPECT_LT(drawn(turns), 2.2 * once);
    EXPECT_NEAR(drawn(short_steps), once, 0.01 * once);
}

TEST(ReliefFigure, HasItsLabelsAndLegend) {
    const Scene scene = compose(stairs());
    EXPECT_THAT(texts_of(scene),
                ::testing::IsSupersetOf({stairs().x_label, stairs().y_label,
                                         stairs().paths[0].label, stairs().paths[1].label}));
    EXPECT_EQ(compose(stairs(), {0, 0, 144, Theme::dark}).items.size(), scene.items.size());
}

TEST(ReliefFigure, TooSmallIsAnError) {
    EXPECT_THROW(compose(stairs(), {50, 0, 144, Theme::light}), InputError);
    EXPECT_THROW(compose(stairs(), {0, 40, 144, Theme::light}), InputError);
}

class ReliefSizes : public test::FigureSizes {};
TEST_P(ReliefSizes, HoldARelief) { expect_fits(stairs()); }
TEST_P(ReliefSizes, HoldOneOfOtherNumbers) {
    ReliefFigure figure = stairs();
    figure.grid = {{-1e-5, 3.7e-4, 21}, {-123456, 4e7, 21}};
    figure.height = {1e-12, 1e9, Scale::log, 1, "loss"};
    figure.paths.clear();
    expect_fits(figure);
}
GRADSCAPE_AT_FIVE_SIZES(ReliefSizes);

}  // namespace
}  // namespace gradscape::figure
