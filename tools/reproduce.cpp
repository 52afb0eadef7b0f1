// `gradscape reproduce`: every data set, plot, number and answer of the article.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "gradscape/article.hpp"
#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/sinks.hpp"
#include "tools/article_report.hpp"
#include "tools/command_line.hpp"
#include "tools/plots.hpp"

namespace gradscape {
namespace {

struct ReproduceCommand {
    DataOptions data;
    std::string folder = "gradscape-out";
    ReportOptions report;
};

constexpr Grid overview{{-3, 3, 100}, {-3, 3, 100}}, zoom{{-0.1, 2.1, 100}, {-0.1, 2.1, 100}},
    around_the_end{{0, 2, 100}, {0, 2, 100}};

std::string make_folder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    if (!std::filesystem::is_directory(folder))
        throw InputError(fmt::format("-o {}: is not a folder and cannot become one: {}", folder,
                                     error ? error.message() : "a file has that name"));
    return folder + "/";
}

ArticleResults compute(const ReproduceCommand& command) {
    ArticleResults results;
    results.data = load_data(command.data);
    const Problem problem = make_problem(results.data.train, Cell::linear);
    for (const Weights& at : article_points) results.traces.push_back(trace_at(problem, at));
    results.training = train(problem, article_start, {});
    const Iterate& last = results.training.iterates.back();
    results.on_training = predict({results.data.train, Cell::linear}, {last.wx, last.wrec});
    results.on_test = predict({results.data.test, Cell::linear}, {last.wx, last.wrec});
    results.study = study_optimizers(problem, article_start, TrainingOptions{}.iterations);
    return results;
}

void write_tables(const std::string& folder, const ArticleResults& results) {
    write_sequences_csv(folder + "dataset.csv", results.data.train);
    write_sequences_csv(folder + "test.csv", results.data.test);
    write_traces_csv(folder + "gradients.csv", results.traces);
    write_trajectory_csv(folder + "trajectory.csv", results.training);
    write_study_csv(folder + "optimizers.csv", results.study);
    write_predictions_csv(folder + "predictions.csv", results.on_test);
}

/// The article's 100 × 100 values of loss and gradients, in double.
void write_surface(const std::string& path, const Problem& problem, const StripOptions& options) {
    SurfaceRequest request;
    request.grid = overview;
    request.fields = {Field::loss, Field::grad_wx, Field::grad_wrec};
    request.precision = Precision::f64;
    const auto file = npz_sink(path, request);
    Sink* const sinks[] = {file.get()};
    run_strips(find_evaluator("cpu").prepare(problem, request), request, sinks, options);
}

void write_figures(const std::string& folder, const Problem& problem, const ArticleResults& results,
                   const StripOptions& options, const FigureMetadata& metadata) {
    const ColorMap map;
    std::vector<MarkedPoint> marks;
    for (std::size_t i = 0; i < results.traces.size(); ++i)
        marks.push_back({results.traces[i].at.wx, results.traces[i].at.wrec, mark_colors[i],
                         describe(behaviour_of(results.traces[i]))});
    const HeatmapPanel wide = loss_panel(problem, overview, map, options);
    write_figure(folder + "surface.png",
                 surface_figure({wide, loss_panel(problem, zoom, map, options)}, map.spec(), marks),
                 metadata);
    write_figure(
        folder + "trajectory.png",
        trajectory_figure({wide, loss_panel(problem, around_the_end, map, options)}, map.spec(),
                          path_of(results.training), "Rprop on the loss surface"),
        metadata);
    write_figure(folder + "gradients.png", traces_figure(results.traces, Reduction::sum), metadata);
    write_figure(folder + "optimizers.png", study_figure(results.study), metadata);
}

void run_reproduce(const ReproduceCommand& command) {
    const std::string folder = make_folder(command.folder);
    const ArticleResults results = compute(command);
    const Problem problem = make_problem(results.data.train, Cell::linear);
    StripOptions options;
    options.verbosity = Verbosity::quiet;
    Json facts{{"data", describe(command.data, results.data)}};
    facts.update(article_facts(results));
    write_tables(folder, results);
    write_surface(folder + "surface.npz", problem, options);
    write_figures(folder, problem, results, options, figure_metadata(facts["data"].dump()));
    write_file(folder + "report.json", facts.dump(2) + "\n");
    write_file(folder + "report.md", article_report(results));
    report(command.report, article_summary(results) + "Files: " + folder + "\n", facts);
}

}  // namespace

void setup_reproduce(CLI::App& app) {
    auto command = std::make_shared<ReproduceCommand>();
    auto* sub =
        app.add_subcommand("reproduce", "The whole article: data, figures, numbers, answers");
    sub->add_option("-o,--output", command->folder, "Folder for the files")
        ->type_name("DIR")
        ->default_str(command->folder);
    add_data_options(*sub, command->data);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape reproduce -o out");
    sub->callback([command] { run_reproduce(*command); });
}

}  // namespace gradscape
