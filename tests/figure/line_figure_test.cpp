// Where the lines of a figure stand, how they are drawn, and which legend entry is whose.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

constexpr Rgb line_blue = rgb(0x1f77b4), line_red = rgb(0xd62728), line_green = rgb(0x2ca02c);

LineFigure three_lines() {
    LinePanel panel;
    panel.x = {0, 10, Scale::linear, 1, "x"};
    panel.y = {0, 5, Scale::linear, 1, "y"};
    panel.series = {
        {.label = "first",
         .note = "one",
         .points = {{1, 4}, {7, 1}, {9, 2}},
         .color = line_blue,
         .style = LineStyle::solid,
         .markers = true},
        {.label = "second",
         .note = "two",
         .points = {{2, 1}, {3, 2}, {4, 9}},
         .color = line_red,
         .style = LineStyle::dashed},
        {.label = "third",
         .note = "three",
         .points = {{4, 1}, {5, 1}, {NAN, 1}, {6, 1}, {8, 3}},
         .color = line_green,
         .style = LineStyle::dotted},
    };
    return {{panel}, "a title", "a legend"};
}

struct Drawn {
    Scene scene = compose(three_lines());
    Rect plot = frames_of(scene).at(0);

    PlotPoint at(double x, double y) const {
        return {plot.x + plot.width * x / 10, plot.bottom() - plot.height * y / 5};
    }
    std::vector<Shape> of(Rgb color) const {
        std::vector<Shape> shapes;
        for (const Shape& shape : items_of<Shape>(scene))
            if (shape.pen.color == color && shape.pen.width == 1.5) shapes.push_back(shape);
        return shapes;
    }
};

void expect_near(const Polyline& drawn, const Polyline& wanted) {
    ASSERT_EQ(drawn.size(), wanted.size());
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        EXPECT_NEAR(drawn[i].x, wanted[i].x, 1e-6);
        EXPECT_NEAR(drawn[i].y, wanted[i].y, 1e-6);
    }
}

TEST(LineFigure, LinesRunThroughTheirPoints) {
    const Drawn figure;
    const auto first = figure.of(line_blue), second = figure.of(line_red),
               third = figure.of(line_green);
    ASSERT_EQ(first.size(), 2u);  // in the plot and in the legend
    expect_near(first[0].lines.at(0), {figure.at(1, 4), figure.at(7, 1), figure.at(9, 2)});
    ASSERT_EQ(second.size(), 2u);  // leaves at the top between 3 and 4
    expect_near(second[0].lines.at(0),
                {figure.at(2, 1), figure.at(3, 2), figure.at(3 + 3.0 / 7, 5)});
    ASSERT_EQ(third.size(), 2u);
    ASSERT_EQ(third[0].lines.size(), 2u);  // each piece where NaN interrupts
    expect_near(third[0].lines[0], {figure.at(4, 1), figure.at(5, 1)});
    expect_near(third[0].lines[1], {figure.at(6, 1), figure.at(8, 3)});
}

TEST(LineFigure, StylesAreTheSeriesAndTheLegends) {
    const Drawn figure;
    const auto dashes = [&](Rgb color, std::size_t which) {
        const auto pen = figure.of(color).at(which).pen;
        return std::vector<double>(pen.dashes.begin(), pen.dashes.end());
    };
    for (std::size_t which : {0u, 1u}) {
        EXPECT_EQ(dashes(line_blue, which), std::vector<double>());
        EXPECT_EQ(dashes(line_red, which), (std::vector<double>{5, 3}));
        EXPECT_EQ(dashes(line_green, which), (std::vector<double>{0.1, 3}));
    }
}

TEST(LineFigure, MarkersAreDiscsAtThePointsOfTheirSeriesOnly) {
    const Drawn figure;
    std::vector<Polyline> discs;
    for (const Shape& shape : items_of<Shape>(figure.scene)) {
        if (shape.circles.empty()) continue;
        EXPECT_EQ(shape.fill, line_blue);
        Polyline& centers = discs.emplace_back();
        for (const Circle& circle : shape.circles) centers.push_back(circle.center);
    }
    ASSERT_EQ(discs.size(), 2u);
    expect_near(discs[0], {figure.at(1, 4), figure.at(7, 1), figure.at(9, 2)});
    EXPECT_EQ(discs[1].size(), 1u);
}

TEST(LineFigure, AnArrowStandsWhereALineLeaves) {
    const Drawn figure;
    std::vector<Shape> arrows;
    for (const Shape& shape : items_of<Shape>(figure.scene))
        if (shape.closed && shape.lines.at(0).size() == 3) arrows.push_back(shape);
    ASSERT_EQ(arrows.size(), 1u);
    EXPECT_EQ(arrows[0].fill, line_red);
    const Polyline& corners = arrows[0].lines[0];
    EXPECT_NEAR(corners[2].x, figure.at(3 + 3.0 / 7, 5).x, 1e-6);
    EXPECT_LT(corners[2].y, figure.plot.y);  // its tip, outwards
    EXPECT_GT(corners[0].y, corners[2].y);
}

TEST(LineFigure, EachLegendKeyStandsBesideItsTexts) {
    const Drawn figure;
    const std::pair<Rgb, std::pair<const char*, const char*>> entries[] = {
        {line_blue, {"first", "one"}},
        {line_red, {"second", "two"}},
        {line_green, {"third", "three"}}};
    double above = middle_of(text_of(figure.scene, "a legend").box).y;
    for (const auto& [color, texts] : entries) {
        const Polyline key = figure.of(color).at(1).lines.at(0);
        const Rect label = text_of(figure.scene, texts.first).box;
        const Rect note = text_of(figure.scene, texts.second).box;
        EXPECT_NEAR(middle_of(label).y, key[0].y, 2) << texts.first;
        EXPECT_NEAR(middle_of(note).y, key[0].y, 3) << texts.first;
        EXPECT_LT(key[1].x, label.x);
        EXPECT_LT(label.right(), note.x);
        EXPECT_GT(key[0].x, figure.plot.right());
        EXPECT_GT(key[0].y, above);
        above = key[0].y;
    }
}

}  // namespace
}  // namespace gradscape::figure
