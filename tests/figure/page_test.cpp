// Figures of a given size: filled, and tidy, whatever the kind.
// SPDX-License-Identifier: MIT
#include "host/figure/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>

#include "gradscape/article_figures.hpp"
#include "gradscape/error.hpp"
#include "host/figure/text.hpp"
#include "host/figure/theme.hpp"
#include "tests/figure/sizes.hpp"

namespace gradscape::figure {
namespace {

/// Twelve points a cell that run from dark to light, with all that a panel can have on it.
HeatmapPanel full_panel(double lo, double hi) {
    HeatmapPanel panel;
    panel.grid = {{lo, hi, 12}, {lo, hi, 12}};
    panel.indices.assign(144, 5);
    panel.indices[0] = 0;
    panel.indices[1] = ColorMap().above();
    panel.indices[2] = ColorMap().non_finite();
    panel.x_label = "input weight <i>w</i><sub>x</sub>";
    panel.y_label = "recurrent weight <i>w</i><sub>rec</sub>";
    std::vector<double> values;
    for (int row = 0; row < 12; ++row)
        for (int col = 0; col < 12; ++col) values.push_back(row * 0.7 + std::sin(col));
    for (double level : {1.0, 2.0, 4.0, 6.0})
        panel.contours.push_back({"10<sup>" + number_markup(level) + "</sup>",
                                  contour_lines(panel.grid, values, level)});
    panel.arrows = {{{lo + 0.3 * (hi - lo), 0.5 * (lo + hi)}, {1, -2}, 1}};
    return panel;
}

HeatmapFigure heatmap() {
    HeatmapPanel panel = full_panel(-3, 3);
    panel.valley = {{-1, -3}, {1, 1}, {2, 3}};
    panel.marks = {{1, 1, rgb(0xff0000), "explodes ×2 a step"}, {-2, 0.5, rgb(0), ""}};
    return {{panel}, {}, "loss + 1", {}, "Loss: tanh cell, 200 sequences of length 50"};
}

HeatmapFigure paths() {
    HeatmapPanel panel = full_panel(-3, 3);
    const std::vector<PlotPoint> inside{{-2, 2}, {0, 1}, {1, 1}}, leaving{{-2, -2}, {9, -2.5}};
    panel.paths = {
        {inside, "irprop-plus: loss 1.8 × 10<sup>−6</sup> after 500 iterations", path_colors[0],
         path_colors[0]},
        {leaving, "gd: diverges in 12 iterations", path_colors[1], path_colors[1]},
        {{{-9, 0}, {0, 0}}, "adam: loss 3 after 500 iterations", path_colors[2], path_colors[2]}};
    return {{panel}, {}, "loss + 1", {}, "Loss: linear cell, 20 sequences of length 10"};
}

HeatmapFigure two_panels() {
    HeatmapFigure figure{{full_panel(-3, 3), full_panel(0, 2)},
                         {},
                         "loss + 1",
                         {},
                         "rprop on the loss surface: tanh cell, 20 sequences of length 10"};
    for (HeatmapPanel& panel : figure.panels) {
        panel.trajectory = {{-1.5, 2}, {0, 1}, {1, 1}};
        panel.title = "panel";
    }
    return figure;
}

HeatmapFigure ranked() {
    HeatmapFigure figure = heatmap();
    ColorSpec spec;
    spec.scale = Scale::rank;
    std::vector<double> levels;
    for (int i = 0; i < 30; ++i) levels.push_back(std::pow(1.9, i) + 0.123456);
    figure.colors = ColorMap(spec, {{}, levels});
    figure.panels[0].contours.clear();
    for (std::uint8_t& index : figure.panels[0].indices) index = 3;
    return figure;
}

LineFigure gradients(std::size_t steps) {
    std::vector<GradientTrace> traces;
    for (const Weights& at : article_points) {
        GradientTrace trace{at, {}, "vanishes ×0.5 a step, alternating"};
        for (std::size_t k = 0; k <= steps; ++k) {
            trace.gradient.push_back(-0.1 * static_cast<double>(k));
            trace.negative.push_back(k % 2 == 1);
        }
        traces.push_back(std::move(trace));
    }
    return gradients_figure(traces, "log<sub>10</sub> |<i>g</i>|", GradientValues::logarithms);
}

LineFigure optimizers() {
    std::vector<OptimizerRun> runs;
    for (int i = 0; i < 10; ++i)
        runs.push_back({"adam, rate 0.01",
                        "loss &lt; 10<sup>−5</sup> after 300",
                        {30, 10, 1, 1e-6},
                        false,
                        i});
    return optimizers_figure(runs);
}

class FigurePageSizes : public test::FigureSizes {};

TEST_P(FigurePageSizes, HoldAHeatmapWithAllThatIsOnIt) { expect_fits(heatmap()); }
TEST_P(FigurePageSizes, HoldPaths) { expect_fits(paths()); }
TEST_P(FigurePageSizes, HoldTwoPanels) { expect_fits(two_panels()); }
TEST_P(FigurePageSizes, HoldColoursByRank) { expect_fits(ranked()); }
TEST_P(FigurePageSizes, HoldGradients) { expect_fits(gradients(10)); }
TEST_P(FigurePageSizes, HoldLongGradients) { expect_fits(gradients(1000)); }
TEST_P(FigurePageSizes, HoldOptimizers) { expect_fits(optimizers()); }

GRADSCAPE_AT_FIVE_SIZES(FigurePageSizes);
GRADSCAPE_AT_ODD_SIZES(FigurePageSizes);

/// What a panel is evaluated at are the pixels that it has.
TEST(FigurePage, PanelsMeetPixels) {
    for (const test::PageSize& size :
         {test::PageSize{"", 3.5, 0, 300}, {"", 40.0 / 3, 7.5, 144}, {"", 0, 0, 300}}) {
        const FigurePage page{size.width * test::inch, size.height * test::inch, size.dpi,
                              Theme::light};
        HeatmapFigure figure = heatmap();
        const Grid grid = panel_grid(figure, page);
        figure.panels[0].grid = grid;
        figure.panels[0].indices.assign(grid.cells(), 4);
        const Scene scene = compose(figure, page);
        const Picture picture = items_of<Picture>(scene)[0];
        EXPECT_EQ(picture.cols, grid.cols());
        const double pixels = scene.scale * page.dpi / test::inch;
        EXPECT_NEAR(picture.box.width * pixels, static_cast<double>(grid.cols()), 1e-3);
        EXPECT_NEAR(picture.box.height * pixels, static_cast<double>(grid.rows()), 1e-3);
        EXPECT_NEAR(picture.box.x * pixels, std::round(picture.box.x * pixels), 1e-3);
        EXPECT_NEAR(picture.box.y * pixels, std::round(picture.box.y * pixels), 1e-3);
    }
}

TEST(FigurePage, UsesTheRoomItHas) {
    const Scene scene =
        compose(heatmap(), {40.0 / 3 * test::inch, 7.5 * test::inch, 144, Theme::light});
    const Rect plot = items_of<Picture>(scene)[0].box;
    EXPECT_GT(plot.height, 0.6 * scene.height);
}

/// Few pixels an inch make steps that are longer than what the search stops at.
TEST(FigurePage, HoldsLinesAtAnyResolution) {
    for (double dpi = 20; dpi < 400; dpi *= 1.07)
        for (const double width : {7.2, 40.0 / 3}) {
            const FigurePage page{width * test::inch, 0.6 * width * test::inch, dpi, Theme::light};
            EXPECT_NO_THROW(compose(gradients(10), page)) << width << " in at " << dpi;
        }
}

TEST(FigurePage, TooSmallIsAnError) {
    EXPECT_THROW(compose(heatmap(), {0.8 * test::inch, 0, 144, Theme::light}), InputError);
    EXPECT_THROW(compose(gradients(10), {40, 30, 144, Theme::light}), InputError);
}

/// The error's size is the truth, and hardly more than is needed.
TEST(FigurePage, TooSmallAPageIsToldWhatWouldDo) {
    const auto expect_told = [](const auto& figure, const FigurePage& page) {
        std::string said;
        try {
            compose(figure, page);
        } catch (const InputError& error) {
            said = error.what();
        }
        const auto at = said.find("labels; ");
        ASSERT_NE(at, std::string::npos) << said;
        FigurePage larger = page;
        const auto take = [&](double& length, const std::string& from) {
            if (std::isdigit(static_cast<unsigned char>(from[0])))
                length = std::stod(from) * test::inch;
        };
        const std::string size = said.substr(at + 8);
        EXPECT_THAT(size, ::testing::HasSubstr(" would do"));
        take(larger.width, size);
        take(larger.height, size.substr(size.find(" by ") + 4));
        EXPECT_FALSE(larger == page) << said;
        EXPECT_NO_THROW(compose(figure, larger)) << said;
        for (double FigurePage::*length : {&FigurePage::width, &FigurePage::height})
            if (larger.*length != page.*length) {
                larger.*length = std::max(0.9 * (larger.*length) - test::inch / 10, 1.0);
            }
        EXPECT_THROW(compose(figure, larger), InputError) << said;
    };
    expect_told(heatmap(), {0.8 * test::inch, 0, 144, Theme::light});
    expect_told(heatmap(), {0, 0.5 * test::inch, 144, Theme::light});
    expect_told(two_panels(), {6 * test::inch, 0.5 * test::inch, 144, Theme::light});
    expect_told(paths(), {0.7 * test::inch, 20 * test::inch, 144, Theme::light});
    expect_told(gradients(10), {40, 30, 144, Theme::light});
}

TEST(FigurePage, DarkGroundHasLightInk) {
    const Scene dark = compose(heatmap(), {0, 0, 144, Theme::dark});
    EXPECT_NE(dark.ground, white);
    for (const Text& text : items_of<Text>(dark))
        EXPECT_TRUE(text.halo || text.color.r > 128) << text.markup;
    const Scene lines = compose(gradients(10), {0, 0, 144, Theme::dark});
    for (const Text& text : items_of<Text>(lines)) EXPECT_GT(text.color.r, 128) << text.markup;
}

TEST(BrokenLines, BreakAtBlanksOutsideOfElements) {
    const auto lines = broken_lines("a long <i>title of words</i> to break", 10, 60);
    EXPECT_GT(lines.size(), 1u);
    std::string joined;
    for (const std::string& line : lines) {
        joined += (joined.empty() ? "" : " ") + line;
        EXPECT_EQ(line.find("<i>") == std::string::npos, line.find("</i>") == std::string::npos);
    }
    EXPECT_EQ(joined, "a long <i>title of words</i> to break");
}

}  // namespace
}  // namespace gradscape::figure
