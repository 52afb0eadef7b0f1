// `gradscape cliff`: the wall in the error surface of a network that runs by itself, as in figure 6
// of Pascanu, Mikolov & Bengio 2013, and what it does to gradient descent with and without
// clipping.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "gradscape/stop.hpp"
#include "tools/article/cliff_figures.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/figure_options.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

enum class WallView : std::uint8_t { map, relief };
constexpr std::array<std::string_view, 2> wall_view_names{"map", "relief"};

struct CliffCommand {
    CliffNetwork network;
    WallView view = WallView::map;
    std::string backend = "auto", figure;
    std::vector<std::string> outputs;
    Grid window{{-3.4, 0.8, 1}, {4, 6.6, 1}};
    double cut = 5;
    std::size_t points = 2001;
    Weights start{-2.4, 5};
    TrainingOptions training;
    FigureOptions page;
    ReportOptions report;

    CliffCommand() {
        training.optimizer = Optimizer::gd;
        training.learning_rate = 0.05;
        training.clip_norm = 1;
        training.iterations = 200;
    }
};

/// Evenly along the cut, and closer and closer to its steepest point.
std::vector<double> biases_of(const CliffCommand& command, double steepest) {
    Axis bias = command.window.wx;
    bias.size = command.points;
    std::vector<double> all = bias.values();
    all.push_back(steepest);
    constexpr double times = 0.8, nearest = 1e-13;
    double off = bias.step();
    while (off > nearest) {
        for (const double at : {steepest - off, steepest + off})
            if (at > bias.lo && at < bias.hi) all.push_back(at);
        off *= times;
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

/// Whether the wall at the border of the basins is wider than the neighbouring numbers are apart,
/// so that its slope can be told.
bool is_resolved(const LoadedModel& model, const CliffCut& cut) {
    const double from = cut.line.front().wx, to = cut.line.back().wx;
    if (!cut.boundary || !(*cut.boundary > from && *cut.boundary < to)) return true;
    const double apart =
        std::nextafter(std::abs(*cut.boundary), HUGE_VAL) - std::abs(*cut.boundary);
    const auto error_at = [&](double wx) {
        return model.point({wx, cut.line.front().wrec}, {Field::loss}, {})[Field::loss];
    };
    const double left = error_at(*cut.boundary - 4 * apart),
                 right = error_at(*cut.boundary + 4 * apart);
    return std::abs(left - right) <= 0.01 * std::max(left, right);
}

CliffCut cliff_cut(const LoadedModel& model, const CliffCommand& command) {
    constexpr FieldSet fields{Field::loss, Field::grad_wx, Field::grad_wrec};
    Axis bias = command.window.wx;
    bias.size = command.points;
    CliffCut cut;
    cut.steepest = steepest_point(model, command.cut, bias);
    for (const double wx : biases_of(command, cut.steepest.wx)) {
        check_stop();  // points of long networks take a while
        const FieldArray<double> at = model.point({wx, command.cut}, fields, {});
        cut.line.push_back(
            {wx, command.cut, at[Field::loss], at[Field::grad_wx], at[Field::grad_wrec]});
    }
    cut.folds = fold_biases(command.cut);
    cut.boundary = basin_boundary(command.cut, command.network.initial_state);
    cut.is_resolved = is_resolved(model, cut);
    return cut;
}

CliffRuns cliff_runs(const LoadedModel& model, const CliffCommand& command) {
    TrainingOptions plain = command.training;
    plain.clip_norm = 0;
    const auto reference = find_evaluator("reference").load(model);
    return {reference->path(command.start, plain),
            reference->path(command.start, command.training)};
}

void write_cut_csv(AtomicFile file, const CliffCut& cut) {
    std::string text = "w_x,w_rec,loss,grad_wx,grad_wrec\n";
    for (const Iterate& at : cut.line)
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", at.wx, at.wrec, at.loss,
                       at.grad_wx, at.grad_wrec);
    write_file(std::move(file), text);
}

std::string run_text(const char* name, const Trajectory& run) {
    const Iterate& last = run.iterates.back();
    return fmt::format("  {} to ({:.6g}, {:.6g}), error {:.4g}{}\n", name, last.wx, last.wrec,
                       last.loss, run.diverged ? ", diverged" : "");
}

std::string cliff_text(const CliffCut& cut, const CliffRuns& runs, const CliffCommand& command) {
    std::string text = fmt::format("Along w = w_rec = {}, by the bias b = w_x:\n", command.cut);
    if (cut.folds)
        text += fmt::format("  folds at {} and {}\n", (*cut.folds)[0], (*cut.folds)[1]);
    else
        text += "  no folds: one fixed point everywhere\n";
    if (cut.boundary) text += fmt::format("  border of the basins at {}\n", *cut.boundary);
    const Iterate& at = cut.steepest;
    if (!cut.is_resolved)
        text +=
            "  steepest at the border, where the wall is thinner than neighbouring numbers are "
            "apart: its slope is beyond what double can tell\n";
    else
        text += fmt::format(
            "  steepest at {}: |gradient| {:.7g}, (dE/dw, dE/db) = ({:.6g}, {:.6g}), "
            "error {:.6g}\n",
            at.wx, slope_of(at), at.grad_wrec, at.grad_wx, at.loss);
    text += fmt::format("Gradient descent from (b, w) = ({}, {}), {} iterations:\n",
                        command.start.wx, command.start.wrec, command.training.iterations);
    return text + run_text("unclipped", runs.unclipped) + run_text("clipped  ", runs.clipped);
}

Json point_facts(const Iterate& at) {
    return {{"w_x", json_number(at.wx)},
            {"w_rec", json_number(at.wrec)},
            {"loss", json_number(at.loss)},
            {"grad_wx", json_number(at.grad_wx)},
            {"grad_wrec", json_number(at.grad_wrec)}};
}

Json run_facts(const Trajectory& run) {
    Json facts = point_facts(run.iterates.back());
    facts["iterations"] = run.iterates.size() - 1;
    facts["diverged"] = run.diverged;
    return facts;
}

void add_cliff_facts(const CliffCut& cut, const CliffRuns& runs, Json& facts) {
    facts["folds"] = cut.folds ? Json(*cut.folds) : Json::array();
    facts["basin_boundary"] = cut.boundary ? Json(*cut.boundary) : Json();
    facts["steepest"] = point_facts(cut.steepest);
    facts["steepest"]["grad_norm"] = json_number(slope_of(cut.steepest));
    facts["steepest"]["is_resolved"] = cut.is_resolved;
    facts["unclipped"] = run_facts(runs.unclipped);
    facts["clipped"] = run_facts(runs.clipped);
}

Json cliff_parameters(const CliffCommand& command, const Evaluator& evaluator) {
    return {{"length", command.network.length},
            {"target", command.network.target},
            {"initial_state", command.network.initial_state},
            {"cut", command.cut},
            {"wx", {command.window.wx.lo, command.window.wx.hi}},
            {"wrec", {command.window.wrec.lo, command.window.wrec.hi}},
            {"backend", evaluator.name},
            {"start", {{"w_x", command.start.wx}, {"w_rec", command.start.wrec}}},
            {"training", describe(command.training)}};
}

void run_cliff(const CliffCommand& command, Transaction& files) {
    for (const std::string& output : command.outputs) {
        if (!is_table(output)) check_figure_path(output);
        files.write(output);
    }
    if (!command.figure.empty()) {
        check_figure_path(command.figure);
        files.write(command.figure);
    }
    const Evaluator& evaluator = named_evaluator("--backend", command.backend);
    const auto model = evaluator.load(cliff_model(command.network));
    EvaluationOptions evaluation;
    evaluation.backend = command.backend;
    announce(evaluator, evaluation, command.report);
    const CliffCut cut = cliff_cut(*model, command);
    const CliffRuns runs = cliff_runs(*model, command);
    Json facts = cliff_parameters(command, evaluator);
    const FigureMetadata metadata = figure_metadata(json_text(facts));
    for (const std::string& output : command.outputs) {
        if (is_table(output))
            write_cut_csv(files.open(output), cut);
        else
            write_figure(files.open(output), cut_figure(cut, command.page), metadata,
                         page_of(command.page));
    }
    if (!command.figure.empty()) {
        const auto write = [&](const auto& figure) {
            write_figure(files.open(command.figure), figure, metadata, page_of(command.page));
        };
        if (command.view == WallView::relief)
            write(wall_relief(runs, command.training, *model, command.window, command.page, {}));
        else
            write(wall_figure(runs, command.training, *model, command.window, command.page, {}));
    }
    add_cliff_facts(cut, runs, facts);
    report(command.report, files, cliff_text(cut, runs, command), facts);
}

void add_network_options(CLI::App& app, CliffCommand& command) {
    in_group(app, "Network");
    constexpr std::uint64_t most = 1'000'000;
    add_count(app, "--length", command.network.length, 1, "Steps of the network", most);
    add_number(app, "--target", command.network.target, any_number, "What its last state is to be");
    add_number(app, "--initial-state", command.network.initial_state, any_number,
               "State that it starts from; the figure's is the logistic function of 0.5");
    add_backend_option(app, command.backend);
}

void add_descent_options(CLI::App& app, CliffCommand& command) {
    in_group(app, "Descent");
    const auto start = [](const std::string& option, const std::string& text) {
        return parse_weights(option, text);
    };
    add_parsed(app, "--start", command.start, start, "Where gradient descent starts", "B,W",
               fmt::format("{},{}", command.start.wx, command.start.wrec));
    add_number(app, "--learning-rate", command.training.learning_rate, positive_number,
               "Size of its steps");
    add_number(app, "--clip-norm", command.training.clip_norm, positive_number,
               "Length to which the clipped run shortens longer gradients");
    add_count(app, "--iterations", command.training.iterations, 0, "Number of iterations",
              most_iterations);
}

}  // namespace

void setup_cliff(CLI::App& app) {
    auto command = std::make_shared<CliffCommand>();
    auto* sub = app.add_subcommand(
        "cliff", "The wall in the error surface of a network that runs by itself");
    in_group(*sub, "Output");
    sub->add_option("-o,--output", command->outputs,
                    "Write error and gradient along the cut, or draw them")
        ->type_name("FILE.csv|.png|.svg|.pdf");
    sub->add_option("--figure", command->figure,
                    "The error surface, with the paths of gradient descent, clipped and not")
        ->type_name("FILE.png|.svg|.pdf");
    add_choice(*sub, "--view", command->view, wall_view_names,
               "The error surface of --figure from above, or as a relief as in the paper",
               std::string(wall_view_names[0]));
    in_group(*sub, "Range");
    add_range(*sub, "--wx", command->window.wx, "Range of the bias b");
    add_range(*sub, "--wrec", command->window.wrec, "Range of w in the figure");
    add_number(*sub, "--cut", command->cut, any_number, "The w of the cut");
    add_count(*sub, "--points", command->points, 2,
              "Points along it, besides some around its steepest one", 1000000);
    in_group(*sub, "Figure");
    add_figure_options(*sub, command->page);
    add_network_options(*sub, *command);
    add_descent_options(*sub, *command);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape cliff -o cut.csv cut.png --figure wall.png");
    sub->callback([command, sub] {
        constexpr auto draws = [](const CliffCommand& c) {
            return !c.figure.empty() || !std::ranges::all_of(c.outputs, is_table);
        };
        constexpr auto has_wall = [](const CliffCommand& c) { return !c.figure.empty(); };
        static constexpr std::string_view only_wall[]{"--wrec", "--view"};
        const Effect<CliffCommand> effects[]{
            {figure_option_names, draws, "without a figure; add --figure FILE or -o FILE.png"},
            {only_wall, has_wall, "without --figure FILE"}};
        check_effects<CliffCommand>(GivenOptions(*sub), *command, effects);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_cliff(*command, files);
    });
}

}  // namespace gradscape::cli
