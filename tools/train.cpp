// `gradscape train`: one run of an optimiser, its path, and how well the result counts.
// SPDX-License-Identifier: MIT
#include "gradscape/train.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "gradscape/article.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/predictions.hpp"
#include "gradscape/reference.hpp"
#include "tools/article/article_range.hpp"
#include "tools/article/plots.hpp"
#include "tools/article/run_figure.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/figure_options.hpp"
#include "tools/common/front_context.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

struct TrainCommand {
    DataOptions data;
    RecurrentUnit unit;
    Weights start = article_start;
    TrainingOptions training;
    std::string output, figure;
    Grid box{{-3, 3, 1}, {-3, 3, 1}};  ///< of the figure
    FigureOptions page;
    ReportOptions report;
    std::size_t max_memory = 0;
};

/// Why a run diverged, as far as can be said, and what helps.
std::string divergence_hint(const TrainingOptions& options, const Trajectory& run,
                            std::optional<double> stable_rate) {
    if (run.iterates.size() == 1)
        return "The start itself is beyond double; choose another --start";
    if (stable_rate && options.learning_rate > *stable_rate)
        return fmt::format(
            "--learning-rate {} is above {:.3g}, the largest stable one at the start (from the "
            "largest eigenvalue of the Hessian there); use less, or --clip-norm",
            options.learning_rate, *stable_rate);
    return "Steps that grow without end: a smaller step or --clip-norm may help";
}

/// 2/λ is a rate only where the surface curves upwards.
std::string curvature_text(const PointCurvature& at) {
    if (!std::isfinite(at.sharpness) || at.sharpness <= 0) return {};
    return fmt::format(
        "Sharpness there: {:.4g} (condition number {:.4g}); gradient descent is stable up to a "
        "learning rate of {:.3g}\n",
        at.sharpness, at.condition, 2 / at.sharpness);
}

std::string training_text(const TrainCommand& command, const Trajectory& run,
                          std::optional<double> stable_rate, const PointCurvature& curvature) {
    const Iterate& last = run.iterates.back();
    std::string text = fmt::format("{}, {} from ({}, {})\n", name_of(command.training.optimizer),
                                   counted(run.iterates.size() - 1, "iteration"), command.start.wx,
                                   command.start.wrec);
    if (run.diverged)
        return text + fmt::format("Diverged: loss {}, gradient ({}, {}) at ({}, {})\n{}\n",
                                  last.loss, last.grad_wx, last.grad_wrec, last.wx, last.wrec,
                                  divergence_hint(command.training, run, stable_rate));
    return text +
           fmt::format("Final weights are: wx = {},  wRec = {}\nTraining loss: {}\n",
                       fixed(last.wx), fixed(last.wrec), last.loss) +
           curvature_text(curvature);
}

std::string test_text(const Predictions& test) {
    std::string text = "Test predictions:\n";
    for (const Prediction& p : test.each)
        text += fmt::format("  target {}  prediction {}  rounded {}\n", p.target,
                            fixed(p.prediction), p.rounded);
    return text + fmt::format("Test MSE: {}\n", test.mean_square_error);
}

Json test_facts(const Predictions& test) {
    Json each = Json::array();
    for (const Prediction& p : test.each)
        each.push_back(
            {{"target", p.target}, {"prediction", p.prediction}, {"rounded", p.rounded}});
    return {{"predictions", each}, {"mean_square_error", test.mean_square_error}};
}

Json curvature_facts(const PointCurvature& at) {
    Json facts{{"sharpness", json_number(at.sharpness)},
               {"curvature_min", json_number(at.curvature_min)},
               {"condition", json_number(at.condition)}};
    if (std::isfinite(at.sharpness) && at.sharpness > 0)
        facts["largest_stable_rate"] = 2 / at.sharpness;
    return facts;
}

Json training_facts(const TrainCommand& command, const CountingData& data, const Trajectory& run,
                    std::optional<double> stable_rate, const PointCurvature& curvature) {
    const Iterate& last = run.iterates.back();
    Json facts{{"data", describe(command.data, data)},
               {"cell", name_of(command.unit.activation)},
               {"backend", "reference"},
               {"method", name_of(Method::bptt)},
               {"precision", name_of(Precision::f64)},
               {"training", describe(command.training)},
               {"start", {{"w_x", command.start.wx}, {"w_rec", command.start.wrec}}},
               {"iterations", run.iterates.size() - 1},
               {"diverged", run.diverged},
               {"first_below_tolerance", run.first_below(command.training.tolerance)},
               {"final", {{"w_x", last.wx}, {"w_rec", last.wrec}}},
               {"loss", last.loss},
               {"gradient", {{"w_x", last.grad_wx}, {"w_rec", last.grad_wrec}}}};
    describe_initial_state(command.unit, facts);
    if (stable_rate) facts["largest_stable_rate_at_start"] = *stable_rate;
    if (!run.diverged) facts["curvature"] = curvature_facts(curvature);
    return facts;
}

void run_train(const TrainCommand& command, Transaction& files) {
    check(command.training);
    claim_files(files, command.data);
    if (!command.output.empty()) files.write(command.output);
    if (!command.figure.empty()) {
        check_figure_path(command.figure);
        files.write(command.figure);
    }
    // The iterates, and what --figure draws of the data.
    const double iterates = static_cast<double>(command.training.iterations) * sizeof(Iterate);
    const double copies = command.figure.empty() ? 2 : 4;
    const CountingData data = load_data(command.data, {copies, iterates, command.max_memory});
    // One run is fast enough for the reference, which shares no code with the others.
    const auto model = find_evaluator("reference").load(make_model(data.train, command.unit));
    const Trajectory run = model->path(command.start, command.training);
    if (!command.output.empty()) write_trajectory_csv(files.open(command.output), run);
    const auto stable_rate = largest_stable_rate(model->model(), command.start, command.training);
    const Iterate& last = run.iterates.back();
    const PointCurvature curvature =
        run.diverged ? PointCurvature{} : reference_curvature(model->model(), last.wx, last.wrec);
    std::string text = training_text(command, run, stable_rate, curvature);
    Json facts = training_facts(command, data, run, stable_rate, curvature);
    if (data.test.count > 0 && !run.diverged) {
        const auto test = predict({data.test, command.unit.activation, command.unit.initial_state},
                                  {last.wx, last.wrec});
        text += test_text(test);
        facts["test"] = test_facts(test);
    }
    if (!command.figure.empty())
        write_figure(
            files.open(command.figure),
            run_figure(*find_evaluator("cpu").load(*model), run,
                       {command.training.optimizer, command.box,
                        article_range_fits(command.data, command.unit), command.page, command.data},
                       front_context(command.report, files, 0)),
            figure_metadata(json_text(facts)), page_of(command.page));
    report(command.report, files, text, facts);
}

constexpr std::string_view box_option_names[]{"--wx", "--wrec"};
constexpr bool draws(const TrainCommand& command) { return !command.figure.empty(); }
constexpr Effect<TrainCommand> train_effects[]{
    {box_option_names, draws, "without --figure FILE, whose ranges they are"},
    {figure_option_names, draws, "without --figure FILE"},
};

}  // namespace

void setup_train(CLI::App& app) {
    auto command = std::make_shared<TrainCommand>();
    auto* sub = app.add_subcommand("train", "Train from one start and follow the path");
    in_group(*sub, "Output");
    sub->add_option("-o,--output", command->output, "Write the path, a line an iteration")
        ->type_name("FILE.csv");
    in_group(*sub, "Figure");
    sub->add_option("--figure", command->figure, "Draw the path on the loss surface")
        ->type_name("FILE.png|.svg|.pdf");
    add_range(*sub, "--wx", command->box.wx, "Range of w_x in the figure");
    add_range(*sub, "--wrec", command->box.wrec, "Range of w_rec in the figure");
    add_figure_options(*sub, command->page);
    add_data_options(*sub, command->data);
    add_unit_options(*sub, command->unit);
    add_training_options(*sub, command->training);
    const auto start = [](const std::string& option, const std::string& text) {
        return parse_weights(option, text);
    };
    add_parsed(*sub, "--start", command->start, start, "Weights to start from", "WX,WREC",
               fmt::format("{},{}", command->start.wx, command->start.wrec));
    add_memory_option(*sub, command->max_memory);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape train --optimizer adam --start -1.5,2 -o trajectory.csv");
    sub->callback([command, sub] {
        const GivenOptions given(*sub);
        check_effects<TrainCommand>(given, *command, train_effects);
        check_optimizer_parameters(given, command->training.optimizer);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_train(*command, files);
    });
}

}  // namespace gradscape::cli
