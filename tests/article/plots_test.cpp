// From results to figures: which way round, and which number a legend tells.
// SPDX-License-Identifier: MIT
#include "tools/article/plots.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/figure/layout.hpp"
#include "tools/article/basin_figures.hpp"

namespace gradscape::cli {
namespace {

Trajectory run_with(std::vector<double> losses, bool diverged = false) {
    Trajectory run;
    for (double loss : losses) run.iterates.push_back({0, 0, loss, 0, 0});
    run.diverged = diverged;
    return run;
}

TEST(PathOf, HasWxAcrossAndWrecUp) {
    Trajectory run;
    run.iterates = {{-1.5, 2, 3, 4, 5}, {1, -0.5, 2, 1, 0}};
    EXPECT_EQ(path_of(run), (std::vector<PlotPoint>{{-1.5, 2}, {1, -0.5}}));
}

TEST(TracesFigure, RunsFromTheOutputBack) {
    const Trace traces[] = {{{1, 0.5}, 2, {1, 2, 4}}};
    const std::pair<Reduction, double> scales[] = {
        {Reduction::sum, 1}, {Reduction::mean, 0.5}, {Reduction::article, 2}};
    for (const auto& [reduction, scale] : scales) {
        const LineSeries line = traces_figure(traces, reduction).panels.at(0).series.at(0);
        EXPECT_EQ(line.points,
                  (std::vector<PlotPoint>{{0, 4 * scale}, {-1, 2 * scale}, {-2, scale}}));
        EXPECT_EQ(line.label, "(1, 0.5)");
        EXPECT_EQ(line.note, "vanishes ×0.5 a step");
    }
}

TEST(StudyFigure, TellsHowFarEachRunCame) {
    OptimizerStudy study;
    study.runs.resize(3);
    study.runs[0].options.optimizer = Optimizer::adam;
    study.runs[0].options.learning_rate = 0.01;
    study.runs[0].options.clip_norm = 2;
    study.runs[0].trajectory = run_with({5, 1e-4, 2e-5, 1e-6});
    study.runs[1].trajectory = run_with({5, 2e-5});
    study.runs[2].options.optimizer = Optimizer::gd;
    study.runs[2].trajectory = run_with({5, HUGE_VAL}, true);
    const auto series = study_figure(study).panels.at(0).series;
    ASSERT_EQ(series.size(), 3u);
    EXPECT_EQ(series[0].label, "adam, rate 0.01, norm ≤ 2");
    EXPECT_EQ(series[0].note, "loss &lt; 10<sup>\u22125</sup> after 3");
    EXPECT_EQ(series[0].points, (std::vector<PlotPoint>{{0, 5}, {1, 1e-4}, {2, 2e-5}, {3, 1e-6}}));
    EXPECT_EQ(series[1].label, "rprop");
    EXPECT_EQ(series[1].note, "loss 2 × 10<sup>\u22125</sup> after 1");
    EXPECT_EQ(series[2].note, "diverges in 1 iteration");
}

/// One sequence of two ones with target 1: w* = 1 / (1 + w_rec).
TEST(LossPanel, HasTheValleyOfItsRows) {
    const Model model{{1, 2, {1, 1}, {1}, {1}}};
    const auto panel =
        loss_panel(*find_evaluator("cpu").load(model), {{0, 2, 1}, {0.5, 3, 1}}, ColorMap(), {});
    ASSERT_EQ(panel.valley.size(), panel_pixels);
    EXPECT_EQ(panel.valley.front().y, 0.5);
    EXPECT_EQ(panel.valley.back().y, 3);
    for (const PlotPoint& at : panel.valley) EXPECT_NEAR(at.x, 1 / (1 + at.y), 1e-12);
}

/// What is no minimum has the same colour in every figure, and the bar lists what there is.
TEST(BasinsFigure, ColoursOfWhatIsNoMinimumDoNotDependOnTheirNumber) {
    const Grid grid{{-1, 1, 2}, {-1, 1, 2}};
    for (std::size_t minima = 0; minima <= 7; ++minima) {
        Basins basins;
        basins.of = {Basins::elsewhere, Basins::diverged, Basins::elsewhere, Basins::elsewhere};
        for (std::size_t m = 0; m < minima; ++m)
            basins.minima.push_back({{static_cast<double>(m), 0}, 0, 1});
        const HeatmapFigure figure = basins_figure(basins, grid, {}, "title");
        const ColorMap& map = figure.colors;
        const Rgb elsewhere = map.colors()[figure.panels.at(0).indices[0]],
                  diverged = map.colors()[figure.panels.at(0).indices[1]];
        EXPECT_EQ(elsewhere, rgb(0xffffff)) << minima;
        EXPECT_EQ(diverged, rgb(0x000000)) << minima;
        for (std::size_t band = 1; band <= map.bands(); ++band)
            for (const Rgb other : {elsewhere, diverged})
                EXPECT_GE(color_distance(map.colors()[band], other), 0.18) << minima;
        for (const FigurePage& page : {FigurePage{}, FigurePage{252, 0, 144, Theme::light}}) {
            const figure::Scene scene = figure::compose(figure, page);
            figure::expect_tidy(scene);
            EXPECT_EQ(figure::items_of<figure::Picture>(scene).size(), minima == 0 ? 1u : 2u);
            figure::text_of(scene, "elsewhere");
            figure::text_of(scene, "diverged");
        }
    }
}

}  // namespace
}  // namespace gradscape::cli
