// Where marks, paths and valley lines stand. No point is its own mirror image, and w_x and w_rec
// have ranges of their own.
// SPDX-License-Identifier: MIT
#include "host/figure/overlays.hpp"

#include <gtest/gtest.h>

#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

constexpr Rgb lime = rgb(0x00ff00), star_red = rgb(0xff3b30), valley_orange = rgb(0xffa040);

/// Cells of 1 × 1 around whole numbers: w_x from −3.5 to 3.5, w_rec from −2.5 to 2.5.
HeatmapPanel panel() {
    HeatmapPanel made;
    made.grid = {{-3, 3, 7}, {-2, 2, 5}};
    made.indices.assign(35, 5);
    return made;
}

HeatmapPanel shifted_panel() {
    HeatmapPanel made = panel();
    made.grid = {{1, 3, 3}, {-2, -1, 2}};
    made.indices.assign(6, 5);
    return made;
}

Scene scene_of(std::vector<HeatmapPanel> panels) {
    return compose(HeatmapFigure{std::move(panels), {}, "loss", {}, {}});
}

PlotPoint place(const Rect& plot, double wx, double wrec) {
    return {plot.x + plot.width * (wx + 3.5) / 7, plot.bottom() - plot.height * (wrec + 2.5) / 5};
}

void expect_near(PlotPoint a, PlotPoint b, double within = 1e-6) {
    EXPECT_NEAR(a.x, b.x, within);
    EXPECT_NEAR(a.y, b.y, within);
}

std::vector<PlotPoint> discs(const Scene& scene, Rgb fill, double radius) {
    std::vector<PlotPoint> centers;
    for (const Shape& shape : items_of<Shape>(scene))
        for (const Circle& circle : shape.circles)
            if (shape.fill == fill && circle.radius == radius) centers.push_back(circle.center);
    return centers;
}
std::vector<PlotPoint> marks_of(const Scene& scene) { return discs(scene, lime, 3.7); }
std::vector<PlotPoint> starts_of(const Scene& scene) { return discs(scene, white, 4); }

/// The centres of the ten-cornered stars, each of which is drawn twice.
std::vector<PlotPoint> stars(const Scene& scene) {
    std::vector<PlotPoint> centers;
    for (const Shape& shape : items_of<Shape>(scene)) {
        if (shape.fill != star_red || shape.pen.color != white) continue;
        PlotPoint sum;
        for (PlotPoint corner : shape.lines.at(0)) sum.x += corner.x / 10, sum.y += corner.y / 10;
        centers.push_back(sum);
    }
    return centers;
}

std::vector<Polyline> lines_of(const Scene& scene, Rgb color, double width) {
    for (const Shape& shape : items_of<Shape>(scene))
        if (shape.pen.color == color && shape.pen.width == width) return shape.lines;
    return {};
}

TEST(Overlays, AMarkStandsAtItsWeightsInEveryPanel) {
    HeatmapPanel left = panel(), right = shifted_panel();
    left.marks = right.marks = {{2, -1, lime, "a note"}};
    const Scene scene = scene_of({left, right});
    const auto pictures = items_of<Picture>(scene);
    const auto marks = marks_of(scene);
    ASSERT_EQ(marks.size(), 3u);  // two panels and the legend
    expect_near(marks[0], place(pictures[0].box, 2, -1));
    const Rect plot = pictures[1].box;  // w_x from 0.5 to 3.5, w_rec from −2.5 to −0.5
    expect_near(marks[1], {plot.x + plot.width / 2, plot.bottom() - 0.75 * plot.height});
    const Rect label = text_of(scene, "(2, \u22121)").box;
    EXPECT_NEAR(marks[2].y, middle_of(label).y, 2);
    EXPECT_LT(marks[2].x, label.x);
    EXPECT_LT(label.right(), text_of(scene, "a note").box.x);
}

TEST(Overlays, ThePathStartsAtItsFirstPointAndTheStarIsItsLast) {
    HeatmapPanel one = panel();
    one.trajectory = {{-1.5, 2}, {0.5, -1}, {2, 0.5}, {2.5, -1.5}};
    const Scene scene = scene_of({one});
    const Rect plot = items_of<Picture>(scene)[0].box;
    Polyline mapped;
    for (PlotPoint p : one.trajectory) mapped.push_back(place(plot, p.x, p.y));
    const auto starts = starts_of(scene), ends = stars(scene);
    ASSERT_EQ(starts.size(), 2u);
    ASSERT_EQ(ends.size(), 2u);
    expect_near(starts[0], mapped.front());
    expect_near(ends[0], mapped.back());
    EXPECT_NEAR(starts[1].y, middle_of(text_of(scene, "start (\u22121.5, 2)").box).y, 2);
    EXPECT_NEAR(ends[1].y, middle_of(text_of(scene, "end (2.5, \u22121.5)").box).y, 2);
    text_of(scene, "3 iterations");
    const auto line = lines_of(scene, white, 0.6);
    ASSERT_EQ(line.size(), 1u);
    ASSERT_EQ(line[0].size(), 4u);
    const auto dots = lines_of(scene, white, 2.8);
    ASSERT_EQ(dots.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
        expect_near(line[0][i], mapped[i]);
        expect_near(dots[i].front(), mapped[i]);
    }
}

TEST(Overlays, OnlyWhatLiesInThePlotIsDrawn) {
    HeatmapPanel one = panel();
    one.trajectory = {{-9, 2}, {0.5, -1}, {2, 9}};
    one.marks = {{2, -2.6, lime, ""}, {2.6, -2, lime, ""}};
    const Scene scene = scene_of({one});
    const Rect plot = items_of<Picture>(scene)[0].box;
    EXPECT_EQ(starts_of(scene).size(), 1u);  // the legend's
    EXPECT_EQ(stars(scene).size(), 1u);
    ASSERT_EQ(marks_of(scene).size(), 2u);  // in the plot and in the legend
    expect_near(marks_of(scene)[0], place(plot, 2.6, -2));
    const auto dots = lines_of(scene, white, 2.8);
    ASSERT_EQ(dots.size(), 1u);
    expect_near(dots[0][0], place(plot, 0.5, -1));
}

TEST(Overlays, TheValleyRunsThroughItsPoints) {
    HeatmapPanel one = panel();
    one.valley = {{-3, -2}, {1, 0}, {2, 1}};
    const Scene scene = scene_of({one});
    const Rect plot = items_of<Picture>(scene)[0].box;
    const auto line = lines_of(scene, valley_orange, 1.3);
    ASSERT_EQ(line.size(), 1u);
    ASSERT_EQ(line[0].size(), 3u);
    for (std::size_t i = 0; i < 3; ++i)
        expect_near(line[0][i], place(plot, one.valley[i].x, one.valley[i].y));
}

}  // namespace
}  // namespace gradscape::figure
