// `gradscape reproduce`: every data set, plot, number and answer of the article.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "gradscape/article.hpp"
#include "gradscape/error.hpp"
#include "gradscape/render.hpp"
#include "tools/article/article_report.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

struct ReproduceCommand {
    DataOptions data;
    EvaluationOptions evaluation{.backend = "cpu", .precision = Precision::f64};
    std::string folder = "gradscape-out";
    std::vector<std::string> also;
    ReportOptions report;
};

struct ArticleFigures {
    HeatmapFigure surface, trajectory;
    LineFigure gradients, optimizers;
};

constexpr Grid overview{{-3, 3, 100}, {-3, 3, 100}}, zoom{{-0.1, 2.1, 100}, {-0.1, 2.1, 100}},
    around_the_end{{0, 2, 100}, {0, 2, 100}};

/// The folder for the files, made where there is none, and gone again where nothing came into it.
class OutputFolder {
public:
    explicit OutputFolder(const std::string& path) : path_(path) {
        std::error_code error;
        made_ = std::filesystem::create_directory(path, error);
        if (!std::filesystem::is_directory(path))
            throw InputError(fmt::format("-o {}: is not a folder and cannot become one: {}", path,
                                         error ? error.message() : "a file has that name"));
    }
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;
    ~OutputFolder() {
        std::error_code not_empty;
        if (made_) std::filesystem::remove(path_, not_empty);
    }

private:
    std::string path_;
    bool made_ = false;
};

/// One of each is fast enough for the reference, which shares no code with the others.
ArticleResults compute(CountingData data, const LoadedModel& reference) {
    ArticleResults results;
    results.data = std::move(data);
    results.traces = reference.traces(article_points);
    results.training = reference.path(article_start, {});
    if (const Iterate& last = results.training.iterates.back(); !results.training.diverged) {
        results.on_training =
            predict({results.data.train, Activation::linear}, {last.wx, last.wrec});
        results.on_test = predict({results.data.test, Activation::linear}, {last.wx, last.wrec});
    }
    results.study =
        study_optimizers(reference.model(), article_start, TrainingOptions{}.iterations);
    return results;
}

constexpr std::array tables{"dataset.csv",    "test.csv",       "gradients.csv",
                            "trajectory.csv", "optimizers.csv", "predictions.csv"};
constexpr std::array drawn{"surface", "trajectory", "gradients", "optimizers"};

/// Of the figures, with their dots.
std::set<std::string> extensions(const ReproduceCommand& command) {
    std::set<std::string> all{".png"};
    for (const std::string& format : command.also) all.insert("." + format);
    return all;
}

/// Before the work: every file that it reads and writes.
void claim_files(Transaction& files, const ReproduceCommand& command) {
    claim_files(files, command.data);
    const std::string folder = command.folder + "/";
    for (const char* table : tables) files.write(folder + table);
    files.write(folder + "surface.npz");
    for (const std::string& extension : extensions(command))
        for (const char* figure : drawn) {
            check_figure_path(figure + extension);
            files.write(folder + figure + extension);
        }
    for (const char* report : {"report.json", "report.md"}) files.write(folder + report);
}

void write_tables(Transaction& files, const std::string& folder, const ArticleResults& results) {
    write_sequences_csv(files.open(folder + "dataset.csv"), results.data.train);
    write_sequences_csv(files.open(folder + "test.csv"), results.data.test);
    write_traces_csv(files.open(folder + "gradients.csv"), results.traces);
    write_trajectory_csv(files.open(folder + "trajectory.csv"), results.training);
    write_study_csv(files.open(folder + "optimizers.csv"), results.study);
    write_predictions_csv(files.open(folder + "predictions.csv"), results.on_test);
}

/// The article's 100 × 100 values of loss and gradients.
void write_surface(const std::string& path, const LoadedModel& model,
                   const EvaluationOptions& evaluation, const Context& context) {
    RenderJob job;
    job.grid = overview;
    job.method = evaluation.method;
    job.precision = evaluation.precision;
    job.outputs.push_back({OutputKind::npz, path});
    render(model, std::move(job), context);
}

/// The four figures under their names, `extension` behind them.
void write_figures(Transaction& files, const std::string& folder, const std::string& extension,
                   const ArticleFigures& figures, const FigureMetadata& metadata) {
    write_figure(files.open(folder + "surface" + extension), figures.surface, metadata);
    write_figure(files.open(folder + "trajectory" + extension), figures.trajectory, metadata);
    write_figure(files.open(folder + "gradients" + extension), figures.gradients, metadata);
    write_figure(files.open(folder + "optimizers" + extension), figures.optimizers, metadata);
}

ArticleFigures draw_figures(const LoadedModel& model, const ArticleResults& results,
                            const Context& context) {
    const ColorMap map;
    const auto panel = [&](const Grid& box) { return loss_panel(model, box, map, context); };
    std::vector<MarkedPoint> marks;
    for (std::size_t i = 0; i < results.traces.size(); ++i)
        marks.push_back({results.traces[i].at.wx, results.traces[i].at.wrec, mark_colors[i],
                         behaviour_markup(results.traces[i])});
    const HeatmapPanel wide = panel(overview);
    return {surface_figure({wide, panel(zoom)}, map.spec(), marks),
            trajectory_figure({wide, panel(around_the_end)}, map.spec(), path_of(results.training),
                              "Rprop on the loss surface"),
            traces_figure(results.traces, Reduction::sum), study_figure(results.study)};
}

void run_reproduce(const ReproduceCommand& command, Transaction& files) {
    claim_files(files, command);
    const std::string folder = command.folder + "/";
    const Evaluator& evaluator = named_evaluator("--backend", command.evaluation.backend);
    CountingData data = load_data(command.data);
    announce(evaluator, command.evaluation, command.report);
    const auto reference = find_evaluator("reference").load(make_model(data.train, {}));
    const auto model = evaluator.load(*reference);
    const ArticleResults results = compute(std::move(data), *reference);
    Context context;  // nothing here lasts long enough for a bar
    context.threads = command.evaluation.threads;
    context.transaction = &files;
    View view;
    view.method = command.evaluation.method;
    Json facts{{"data", describe(command.data, results.data)},
               {"backend", evaluator.name},
               {"method", name_of(method_used(evaluator, view, {}))},
               {"precision", name_of(*command.evaluation.precision)}};
    facts.update(article_facts(results));
    write_tables(files, folder, results);
    write_surface(folder + "surface.npz", *model, command.evaluation, context);
    const ArticleFigures figures = draw_figures(*model, results, context);
    for (const std::string& extension : extensions(command))
        write_figures(files, folder, extension, figures, figure_metadata(json_text(facts["data"])));
    write_file(files.open(folder + "report.json"), json_text(facts, 2) + "\n");
    write_file(files.open(folder + "report.md"), article_report(results));
    report(command.report, files, article_summary(results) + "Files: " + folder + "\n", facts);
}

}  // namespace

void setup_reproduce(CLI::App& app) {
    auto command = std::make_shared<ReproduceCommand>();
    auto* sub =
        app.add_subcommand("reproduce", "The whole article: data, figures, numbers, answers");
    in_group(*sub, "Output");
    sub->add_option("-o,--output", command->folder, "Folder for the files, made if need be")
        ->type_name("DIR")
        ->default_str(command->folder);
    const auto also = [command](const std::vector<std::string>& formats) {
        constexpr std::array<std::string_view, 2> names{"svg", "pdf"};
        for (const std::string& format : formats) parse_choice("--also", format, names);
        command->also = formats;
    };
    sub->add_option_function<std::vector<std::string>>(
           "--also", also, "The figures in these forms, too, beside PNG")
        ->type_name("svg|pdf");
    add_data_options(*sub, command->data);
    add_evaluation_options(*sub, command->evaluation);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape reproduce -o out");
    sub->callback([command, sub] {
        const OutputFolder folder(command->folder);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_reproduce(*command, files);
    });
}

}  // namespace gradscape::cli
