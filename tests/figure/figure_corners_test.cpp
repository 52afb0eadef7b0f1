// What a figure's small texts and colours say.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/article_figures.hpp"
#include "tests/figure/layout.hpp"

namespace gradscape::figure {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// The texts of a figure with a value below and one above the range lo:hi.
std::vector<std::string> bar_texts(double lo, double hi, Scale scale, int levels) {
    HeatmapFigure figure;
    const ColorMap map({.levels = levels, .lo = lo, .hi = hi, .scale = scale});
    figure.colors = map;
    HeatmapPanel panel;
    panel.grid = {{0, 1, 2}, {0, 1, 1}};
    panel.indices = {map.below(), map.above()};
    figure.panels = {panel};
    return texts_of(compose(figure));
}

TEST(FigureCorners, W8TheEndsOfAColourBarAreTrue) {
    auto texts = bar_texts(1.04, 1.06, Scale::log, 30);
    EXPECT_THAT(texts, Contains("&gt; 1.06"));
    EXPECT_THAT(texts, Contains("\u2264 1.04"));
    texts = bar_texts(1500, 99500, Scale::linear, 30);
    EXPECT_THAT(texts, Contains("&gt; 9.95 \u00d7 10<sup>4</sup>"));
    EXPECT_THAT(texts, Contains("\u2264 1.5 \u00d7 10<sup>3</sup>"));
    texts = bar_texts(0.6309573444801932, 1e8, Scale::log, 30);  // the article's
    EXPECT_THAT(texts, Contains("&gt; 10<sup>8</sup>"));
    EXPECT_THAT(texts, Contains("\u2264 0.63"));
    texts = bar_texts(999.96, 1000.04, Scale::linear, 200);
    EXPECT_THAT(texts, Contains("&gt; 1000.04"));
    EXPECT_THAT(texts, Contains("\u2264 999.96"));
}

/// "Linear RNN from Scratch …": (2, 2) black, (2, 1) red, (1, 2) white, (1, 1) magenta, (1, 0)
/// cyan, (1, 0.5) green, (1, −0.5) blue, (−2, −2) yellow.
TEST(FigureCorners, TheEightPointsHaveTheArticlesColours) {
    const char* names[] = {"black", "red", "white", "magenta", "cyan", "green", "blue", "yellow"};
    ASSERT_EQ(mark_colors.size(), article_points.size());
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(mark_colors[i], parse_color(names[i])) << i;
    EXPECT_EQ(article_points[2], (Weights{1, 2}));
    EXPECT_EQ(article_points[3], (Weights{1, 1}));
    EXPECT_EQ(article_points[7], (Weights{-2, -2}));
}

/// Every line is drawn in its colour; what white hides has a darker line under it.
TEST(FigureCorners, LightLinesHaveAnOutline) {
    std::vector<GradientTrace> traces;
    for (const Weights& at : article_points) traces.push_back({at, {1, 2, 4}, ""});
    const Scene scene = compose(gradients_figure(traces, "gradient"));
    const auto shapes = items_of<Shape>(scene);
    for (std::size_t i = 0; i < 8; ++i) {
        const Rgb color = mark_colors[i];
        const bool light = i == 2 || i == 4 || i == 7;  // white, cyan, yellow
        std::size_t drawn = 0, outlined = 0;
        for (std::size_t s = 0; s < shapes.size(); ++s) {
            if (shapes[s].lines.empty() || shapes[s].pen.color != color || shapes[s].closed ||
                shapes[s].pen.width != 1.5)
                continue;
            ++drawn;
            outlined += s > 0 && shapes[s - 1].lines == shapes[s].lines &&
                        shapes[s - 1].pen.width > shapes[s].pen.width;
        }
        EXPECT_EQ(drawn, 2u) << i;  // in the plot and in the legend
        EXPECT_EQ(outlined, light ? 2u : 0u) << i;
    }
}

}  // namespace
}  // namespace gradscape::figure
