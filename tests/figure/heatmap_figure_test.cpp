// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

HeatmapPanel panel(double lo, double hi, std::size_t cols, std::size_t rows,
                   std::uint8_t index = 5) {
    HeatmapPanel made;
    made.grid = {{lo, hi, cols}, {lo, hi, rows}};
    made.indices.assign(cols * rows, index);
    return made;
}

HeatmapFigure figure_of(std::vector<HeatmapPanel> panels) {
    return {std::move(panels), {}, "loss + 1", {}, "A title"};
}

TEST(HeatmapFigure, PutsTheLowestRowAtTheBottom) {
    HeatmapPanel two_rows = panel(0, 1, 1, 2);
    two_rows.indices = {1, 29};
    const Scene scene = compose(figure_of({two_rows}));
    const auto pictures = items_of<Picture>(scene);
    ASSERT_EQ(pictures.size(), 2u);  // the panel, the colour bar
    const ColorMap map;
    const auto packed = [](Rgb c) {
        return static_cast<std::uint32_t>(c.r << 16 | c.g << 8 | c.b);
    };
    EXPECT_EQ(pictures[0].pixels,
              (std::vector<std::uint32_t>{packed(map.colors()[29]), packed(map.colors()[1])}));
    EXPECT_EQ(pictures[1].pixels.front(), packed(map.colors()[29]));
    EXPECT_EQ(pictures[1].pixels.back(), packed(map.colors()[1]));
}

TEST(HeatmapFigure, APixelIsTheMeanColourOfItsSamples) {
    HeatmapPanel fine = panel(0, 1, 2, 1);
    fine.samples = 2;
    fine.indices = {3, 3, 7, 9,  //
                    3, 3, 9, 28};
    const auto picture = items_of<Picture>(compose(figure_of({fine})))[0];
    const ColorMap map;
    const auto mean = [&](std::uint8_t Rgb::*channel) {
        const auto of = [&](std::size_t index) { return unsigned{map.colors()[index].*channel}; };
        return (of(7) + 2 * of(9) + of(28) + 2) / 4;
    };
    const Rgb same = map.colors()[3];
    ASSERT_EQ(picture.pixels.size(), 2u);
    EXPECT_EQ(picture.pixels[0], unsigned{same.r} << 16 | unsigned{same.g} << 8 | same.b);
    EXPECT_EQ(picture.pixels[1], mean(&Rgb::r) << 16 | mean(&Rgb::g) << 8 | mean(&Rgb::b));
}

TEST(HeatmapFigure, SamplesCutEachCellIntoEqualParts) {
    const Grid grid{{0, 1, 2}, {-1, 1, 3}}, fine = refined(grid, 2);
    EXPECT_EQ(fine.wx, (Axis{-0.25, 1.25, 4}));
    EXPECT_EQ(fine.wrec, (Axis{-1.25, 1.25, 6}));
    EXPECT_EQ(refined(grid, 1), grid);
}

TEST(HeatmapFigure, CellsAreCentredOnTheirGridPoints) {
    HeatmapPanel coarse = panel(-1, 1, 3, 3);
    coarse.marks = {{-1, -1, rgb(0xff0000), ""}};
    const Scene scene = compose(figure_of({coarse}));
    const Rect plot = items_of<Picture>(scene)[0].box;
    const auto shapes = items_of<Shape>(scene);
    const auto mark = std::ranges::find_if(
        shapes, [](const Shape& shape) { return shape.fill == rgb(0xff0000); });
    ASSERT_NE(mark, shapes.end());
    EXPECT_NEAR(mark->circles[0].center.x, plot.x + plot.width / 6, 1e-9);
    EXPECT_NEAR(mark->circles[0].center.y, plot.bottom() - plot.height / 6, 1e-9);
}

TEST(HeatmapFigure, ShowsOutsideColorsOnlyWhereTheyOccur) {
    const ColorMap map;
    const auto texts = [&](std::uint8_t index) {
        return texts_of(compose(figure_of({panel(0, 1, 4, 4, index)})));
    };
    EXPECT_THAT(texts(5), Not(Contains(HasSubstr("&gt;"))));
    EXPECT_THAT(texts(5), Not(Contains(HasSubstr("\u2264"))));
    EXPECT_THAT(texts(5), Not(Contains("not finite")));
    EXPECT_THAT(texts(map.above()), Contains("&gt; 10<sup>8</sup>"));
    EXPECT_THAT(texts(map.below()), Contains("\u2264 0.63"));
    EXPECT_THAT(texts(map.non_finite()), Contains("not finite"));
}

TEST(HeatmapFigure, AveragesColorsOfMoreCellsThanItCanShow) {
    HeatmapPanel fine = panel(0, 1, 7680, 1);
    for (std::size_t j = 0; j < fine.indices.size(); ++j) fine.indices[j] = j % 2 == 0 ? 1 : 29;
    const auto picture = items_of<Picture>(compose(figure_of({fine})))[0];
    EXPECT_EQ(picture.cols, 1920u);
    const ColorMap map;
    const Rgb a = map.colors()[1], b = map.colors()[29];
    EXPECT_EQ(picture.pixels[7] >> 16, static_cast<std::uint32_t>((a.r + b.r + 1) / 2));
    EXPECT_EQ(picture.pixels[7] & 0xff, static_cast<std::uint32_t>((a.b + b.b + 1) / 2));
}

TEST(HeatmapFigure, NeedsAnIndexForEachCell) {
    HeatmapPanel broken = panel(0, 1, 4, 4);
    broken.indices.pop_back();
    EXPECT_THROW(compose(figure_of({broken})), std::invalid_argument);
}

TEST(HeatmapFigure, MarksInTheLegendAreThoseSeenEachOnce) {
    HeatmapPanel left = panel(-3, 3, 8, 8), right = panel(0, 2, 8, 8);
    left.marks = right.marks = {{1, -0.5, rgb(0xbfbf00), "vanishes"}, {9, 9, rgb(0), "unseen"}};
    const auto texts = texts_of(compose(figure_of({left, right})));
    EXPECT_EQ(std::ranges::count(texts, "(1, \u22120.5)"), 1);
    EXPECT_THAT(texts, Contains("vanishes"));
    EXPECT_THAT(texts, Not(Contains("unseen")));
}

TEST(HeatmapFigure, UnitsAreEqualAlongBothAxesWhereTheShapeAllows) {
    const auto box = [](std::size_t cols, std::size_t rows) {
        HeatmapPanel made;
        made.grid = {{0, static_cast<double>(cols - 1), cols},
                     {0, static_cast<double>(rows - 1), rows}};
        made.indices.assign(cols * rows, 5);
        const Rect plot = items_of<Picture>(compose(figure_of({made})))[0].box;
        return std::pair{plot.width, plot.height};
    };
    EXPECT_EQ(box(5, 3), (std::pair{panel_side, 0.6 * panel_side}));
    EXPECT_EQ(box(3, 5), (std::pair{0.6 * panel_side, panel_side}));
    EXPECT_EQ(box(4, 4), (std::pair{panel_side, panel_side}));
    EXPECT_EQ(box(9, 3), (std::pair{panel_side, panel_side}));
}

TEST(HeatmapFigure, OutsideColoursOfAnyPanelAreInTheBar) {
    const ColorMap map;
    for (std::size_t outside : {0u, 1u}) {
        std::vector<HeatmapPanel> panels(2, panel(0, 1, 4, 4));
        panels[outside].indices[3] = map.above();
        EXPECT_THAT(texts_of(compose(figure_of(panels))), Contains("&gt; 10<sup>8</sup>"));
    }
}

TEST(HeatmapFigure, TheLegendGoesDownItsColumns) {
    HeatmapPanel marked = panel(-3, 3, 8, 8);
    for (int i = 0; i < 5; ++i) marked.marks.push_back({i / 2.0, -1, rgb(0xff0000), ""});
    const Scene scene = compose(figure_of({marked}));
    std::vector<Rect> labels;
    for (const MarkedPoint& mark : marked.marks)
        labels.push_back(text_of(scene, weights_markup(mark.wx, mark.wrec)).box);
    ASSERT_GT(labels[2].x, labels[0].right());  // two rows
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(labels[i].x, labels[i / 2 * 2].x) << i;
        EXPECT_EQ(labels[i].y, labels[i % 2].y) << i;
    }
    EXPECT_GT(labels[1].y, labels[0].bottom());
    EXPECT_GT(labels[4].x, labels[2].right());
}

TEST(HeatmapFigure, TheTitleStandsOverTheMiddleOfAllPanels) {
    const Scene scene = compose(figure_of({panel(0, 1, 4, 4), panel(0, 2, 4, 4)}));
    const auto pictures = items_of<Picture>(scene);
    EXPECT_NEAR(middle_of(text_of(scene, "A title").box).x,
                (pictures[0].box.x + pictures[1].box.right()) / 2, 1e-6);
}

struct Layout {
    const char* name;
    double lo, hi;
    std::size_t cols, rows;
};

class HeatmapLayout : public testing::TestWithParam<Layout> {};

TEST_P(HeatmapLayout, IsTidyForEveryFieldAndStyle) {
    const auto [name, lo, hi, cols, rows] = GetParam();
    for (Field field : all_fields) {
        HeatmapFigure figure = figure_of({});
        figure.colors = default_color_spec(field);
        const ColorMap map(figure.colors);
        for (int p = 0; p < 2; ++p) {
            HeatmapPanel one = panel(lo, hi, cols, rows, map.above());
            one.indices[0] = map.below();
            one.indices.back() = map.non_finite();
            one.title = "panel";
            one.grid.wrec.hi = lo + (hi - lo) * (1 + p);
            one.marks = {{lo, lo, rgb(0), "explodes, alternating sign"}, {hi, hi, rgb(0), "short"}};
            one.valley = {{lo, lo}, {hi, hi}};
            one.trajectory = {{lo, hi}, {hi, lo}};
            figure.panels.push_back(one);
        }
        expect_tidy(compose(figure));
        figure.panels.pop_back();
        figure.title =
            "A title that is much longer than the only panel of this figure is wide, but no matter";
        expect_tidy(compose(figure));
    }
}

INSTANTIATE_TEST_SUITE_P(Ranges, HeatmapLayout,
                         testing::Values(Layout{"article", -3, 3, 20, 20},
                                         Layout{"coarse", -3, 3, 2, 3},
                                         Layout{"deep_zoom", 1 - 5e-9, 1 + 5e-9, 9, 9},
                                         Layout{"huge", -1e9, 3e9, 9, 9},
                                         Layout{"tiny", -1e-9, 3e-9, 9, 9}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(HeatmapLayout, OfOneCellIsTidy) {
    expect_tidy(compose(figure_of({panel(1, 1, 1, 1)})));
    expect_tidy(compose(figure_of({panel(-3, 3, 1, 1)})));
}

}  // namespace
}  // namespace gradscape::figure
