// The figures of the subcommands at five sizes: nothing overlaps, whatever the kind.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/article_figures.hpp"
#include "tests/figure/sizes.hpp"
#include "tools/article/basin_figures.hpp"
#include "tools/article/cliff_figures.hpp"
#include "tools/article/plots.hpp"
#include "tools/article/ravine_figure.hpp"
#include "tools/article/run_figure.hpp"
#include "tools/compare/compare_command.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {
namespace {

/// Drawn at few cells: only labels matter.
template <class Figure>
Figure coarse(Figure figure) {
    for (HeatmapPanel& panel : figure.panels) {
        panel.grid.wx.size = panel.grid.wrec.size = 8;
        panel.indices.assign(64, 5);
        panel.indices[0] = figure.colors.below();
        panel.indices[1] = figure.colors.above();
        panel.indices[2] = figure.colors.non_finite();
    }
    return figure;
}

const Model& ones_and_zeros() {
    static const Model model{{2, 3, {1, 0, 1, 1, 1, 0}, {2, 2}, {1, 1}}};
    return model;
}

const LoadedModel& loaded() {
    static const auto model = find_evaluator("cpu").load(ones_and_zeros());
    return *model;
}

CliffRuns two_runs() {
    CliffRuns runs;
    runs.clipped.iterates = {{-2.4, 5, 0.02, 1, 1}, {-2.5, 5.1, 1e-4, 1, 1}};
    runs.unclipped.iterates = {{-2.4, 5, 0.02, 1, 1}, {9, 7, 0.09, 1, 1}};
    return runs;
}

std::vector<RavinePoint> bottom() {
    std::vector<RavinePoint> points;
    for (int i = 0; i < 40; ++i) {
        const double w = -3 + 0.15 * i;
        points.push_back({{1, w}, 1, {std::exp(3 * w), i < 20 ? -1e-3 : 1e-3, 1e9 * std::exp(w)}});
    }
    return points;
}

class SubcommandFigureSizes : public test::FigureSizes {
protected:
    /// As on the page of the test.
    FigureOptions options() const {
        FigureOptions options;
        options.width.value = page().width;
        options.height.value = page().height;
        options.dpi = 20;  // few pixels to evaluate
        return options;
    }

    void expect_fits_surface(SurfaceCommand command) const {
        command.page = options();
        command.figure = "loss.png";
        command.sized = true;
        command.grid.wx.size = command.grid.wrec.size = 8;
        command.marks = {{0.5, 1.5, mark_colors[0], {}}};
        SCOPED_TRACE(name_of(command.field));
        const Evaluator& cpu = find_evaluator("cpu");
        const auto model = cpu.load(make_model(ones_and_zeros().sequences, command.unit));
        RenderJob job = surface_job(command, usual_colors(command), cpu);
        const View view = decide_view(*model, job);
        const ColorMap map = surface_colors(command, *model, view, {});
        expect_fits(coarse(compose_surface_figure(command, surface_panel(command, *model), *model,
                                                  view, map, {})));
    }
};

TEST_P(SubcommandFigureSizes, HoldTheCliffsMap) {
    const Grid window{{-3.4, 0.8, 1}, {4, 6.6, 1}};
    expect_fits(coarse(wall_figure(two_runs(), {}, loaded(), window, options(), {})));
}
TEST_P(SubcommandFigureSizes, HoldTheCliffsRelief) {
    const Grid window{{-3.4, 0.8, 1}, {4, 6.6, 1}};
    expect_fits(wall_relief(two_runs(), {}, loaded(), window, options(), {}));
}
TEST_P(SubcommandFigureSizes, HoldTheCliffsCut) {
    CliffCut cut;
    for (int i = 0; i < 30; ++i)
        cut.line.push_back({-3.4 + 0.1 * i, 5, 0.1 + 0.01 * i, std::exp(i - 20), 0});
    cut.steepest = cut.line.back();
    cut.folds = {{-2.65, -2.34}};
    cut.boundary = -2.61;
    expect_fits(cut_figure(cut, options()));
}
TEST_P(SubcommandFigureSizes, HoldBasins) {
    Basins basins;
    const Grid grid{{-3, 3, 8}, {-3, 3, 8}};
    for (std::uint8_t i = 0; i < 64; ++i) basins.of.push_back(i % 7);
    basins.of[7] = Basins::diverged;
    for (int m = 0; m < 7; ++m) basins.minima.push_back({{m - 2.0, 1.5 * m - 4}, 1.2e-7 * m, 10});
    expect_fits(
        basins_figure(basins, grid, {},
                      "Where training ends: tanh cell, real.csv (40 sequences of length 8); "
                      "irprop-plus, 500 iterations"));
}
TEST_P(SubcommandFigureSizes, HoldBoxCounts) {
    BoxCounts counts{{{1, 900, 65536}, {2, 480, 16384}, {4, 230, 4096}, {8, 120, 1024}}, 257, 257};
    expect_fits(counts_figure(counts, BoxDimension{1.034, 0.02, 6.8, 2, 8},
                              "The boundary between runs that reach the tolerance and others: tanh "
                              "cell, 20 sequences of length 10; irprop-plus, 500 iterations"));
}
TEST_P(SubcommandFigureSizes, HoldTheRavine) {
    expect_fits(titled(ravine_figure(bottom()), options(), {}, ones_and_zeros()));
}
TEST_P(SubcommandFigureSizes, HoldARun) {
    Trajectory run;
    run.iterates = {{-1.5, 2, 9, 1, 1}, {0.2, 1.4, 2, 1, 1}, {1.0014, 0.9997, 1e-5, 0, 0}};
    const RunFigure wanted{
        .optimizer = Optimizer::rprop, .box = {{-3, 3, 1}, {-3, 3, 1}}, .page = options()};
    expect_fits(coarse(run_figure(loaded(), run, wanted, {})));
    run.iterates = {{-1.5, 2, 9, 1, 1}, {-1.893e66, 2.4e120, 2e300, 1, 1}};
    run.diverged = true;
    expect_fits(coarse(run_figure(loaded(), run, wanted, {})));
}
TEST_P(SubcommandFigureSizes, HoldASpread) {
    const Trace trace{{0.5, 1.5}, 2, {1, -2, 4, -9}};
    const std::vector<Quartiles> spread(4, Quartiles{-9, -3, -2, -1, 0});
    const std::vector<Quartiles> spreads[]{spread};
    expect_fits(traces_figure({&trace, 1}, Reduction::article, TraceValues::magnitudes, spreads));
}
TEST_P(SubcommandFigureSizes, HoldTheOptimiserStudy) {
    OptimizerStudy study;
    for (const Optimizer optimizer : {Optimizer::gd, Optimizer::momentum, Optimizer::adam}) {
        StudyRun& run = study.runs.emplace_back();
        run.options.optimizer = optimizer;
        run.options.learning_rate = 0.0125;
        run.options.clip_norm = 1;
        run.trajectory.iterates = {{0, 0, 50, 1, 1}, {0, 0, 2, 1, 1}, {0, 0, 1e-3, 1, 1}};
    }
    expect_fits(study_figure(study));
}
TEST_P(SubcommandFigureSizes, HoldEveryFieldOfASurface) {
    for (const FieldRow& row : field_rows) {
        SurfaceCommand command;
        command.field = row.field;
        command.training.iterations = 20;
        command.unit = {Activation::sigmoid, 0.25};
        command.contours = command.arrows = true;
        command.data.file = "the_sequences_of_our_second_experiment.csv";
        expect_fits_surface(command);
    }
}
TEST_P(SubcommandFigureSizes, HoldAValley) {
    SurfaceCommand command;
    command.valley = true;
    expect_fits_surface(command);
}
TEST_P(SubcommandFigureSizes, HoldAMapOverTheOptimisersParameters) {
    SurfaceCommand command;
    command.field = Field::train_steps;
    command.training.iterations = 20;
    command.training.optimizer = Optimizer::momentum;
    command.grid = {{-5, -1, 8}, {0, 0.99, 8}};
    command.axes = {{{&TrainingOptions::learning_rate, true}, {&TrainingOptions::momentum}}};
    expect_fits_surface(command);
}
TEST_P(SubcommandFigureSizes, HoldAComparison) {
    CompareCommand command;
    command.page = options();
    const Evaluator& cpu = find_evaluator("cpu");
    Compared compared;
    compared.a = compare_side("cpu:bptt:f32", cpu, {}, {}, {}, {Field::loss});
    compared.b = compare_side("cpu:forward:f64", cpu, {}, {}, {}, {Field::loss});
    for (const ErrorMeasure measure : {ErrorMeasure::ulp, ErrorMeasure::absolute,
                                       ErrorMeasure::relative, ErrorMeasure::tolerance}) {
        command.measure = measure;
        HeatmapPanel panel;
        panel.grid = {{-3, 3, 8}, {-3, 3, 8}};
        expect_fits(coarse(error_figure(command, compared, ones_and_zeros().sequences,
                                        error_colors(command, compared), panel)));
    }
}
GRADSCAPE_AT_FIVE_SIZES(SubcommandFigureSizes);
GRADSCAPE_AT_ODD_SIZES(SubcommandFigureSizes);

}  // namespace
}  // namespace gradscape::cli
