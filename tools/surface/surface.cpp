// `gradscape surface`: a field over the plane of the weights, as pictures, arrays and figures.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/render.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/front_context.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::cli {
namespace {

/// By --kind for standard output and devices, else by extension.
std::optional<OutputKind> kind_of(const SurfaceCommand& command, const std::string& path) {
    const auto by_extension = output_kind_of(path);
    return by_extension ? by_extension : command.kind;
}

/// Before the work: every file that it reads and writes.
void claim_files(Transaction& files, const SurfaceCommand& command) {
    claim_files(files, command.data);
    claim_files(files, command.colors);
    if (!command.like.empty()) files.read(command.like);
    for (const std::string& path : command.trajectories) files.read(path);
    for (const std::string& path : command.outputs) {
        if (!kind_of(command, path))
            throw InputError(fmt::format(
                "-o {}: unknown kind of file; .png, .npy, .npz or .csv is wanted, or --kind",
                path));
    }
    claim_resumable(files, command.outputs);
    if (command.figure.empty()) return;
    check_figure_path(command.figure);
    files.write(command.figure);
}

std::vector<RenderOutput> open_outputs(const SurfaceCommand& command, Transaction& files) {
    std::vector<RenderOutput> outputs;
    for (const std::string& path : command.outputs)
        outputs.push_back({*kind_of(command, path), files.open(path)});
    return outputs;
}

/// The octaves that occur, from the lowest values up.
Json octaves_of(const OctaveHistogram& histogram) {
    Json octaves = Json::array();
    const auto edge = [](std::size_t steps) {  // of the magnitudes, `steps` octaves from the lowest
        return std::ldexp(1.0, OctaveHistogram::lowest + static_cast<int>(steps));
    };
    constexpr std::size_t zero = OctaveHistogram::zero_bin;
    for (std::size_t bin = 0; bin < OctaveHistogram::bins; ++bin) {
        if (histogram.counts[bin] == 0) continue;
        const double from = bin < zero ? -edge(zero - bin) : bin > zero ? edge(bin - zero - 1) : 0;
        const double to = bin < zero ? -edge(zero - bin - 1) : bin > zero ? edge(bin - zero) : 0;
        octaves.push_back({{"from", from}, {"to", to}, {"cells", histogram.counts[bin]}});
    }
    return octaves;
}

/// The data, or, where they are not those that the picture to be made again was made of, an error.
CountingData load_picture_data(SurfaceCommand& command) {
    CountingData data = load_data(command.data);
    if (command.data.file.empty()) return data;
    const std::string content = content_mark(data.train);
    if (!command.data_content.empty() && command.data_content != content)
        throw InputError(fmt::format(
            "--like {}: the data file '{}' has changed since the picture was made; give the old "
            "one, or another file name with --data",
            command.like, command.data.file));
    command.data_content = content;
    return data;
}

/// JSON has no infinities: log10 of an exact minimum is the string "-inf".
Json field_facts(Field field, FieldStatistics statistics, const Grid& grid) {
    const auto extreme = [&](double value, std::uint64_t cell) -> Json {
        if (!(value == value)) return nullptr;
        return {{"value", std::isinf(value) ? Json(fmt::format("{}", value)) : Json(value)},
                {"w_x", grid.wx.at(cell % grid.cols())},
                {"w_rec", grid.wrec.at(cell / grid.cols())}};
    };
    const std::uint64_t minima =
        row_of(field).colors.minus_infinity_is_lowest ? statistics.negative_infinite : 0;
    if (minima > 0) {
        statistics.min = -HUGE_VAL, statistics.min_cell = statistics.negative_infinite_cell;
        if (!(statistics.max == statistics.max))
            statistics.max = statistics.min, statistics.max_cell = statistics.min_cell;
        statistics.negative_infinite = 0;
    }
    Json facts{{"min", extreme(statistics.min, statistics.min_cell)},
               {"max", extreme(statistics.max, statistics.max_cell)},
               {"non_finite",
                {{"positive_infinite", statistics.positive_infinite},
                 {"negative_infinite", statistics.negative_infinite},
                 {"nan", statistics.nan}}}};
    if (minima > 0) facts["exact_minima"] = minima;
    return facts;
}

/// train-steps: its codes −1 and −2 are no numbers of iterations. They have octaves of their own.
Json describe_steps(const FieldStatistics& statistics, const Grid& grid) {
    const auto cells = [&](double code) {
        return statistics.histogram.counts[OctaveHistogram::bin_of(code)];
    };
    const std::uint64_t not_reached = cells(-1), diverged = cells(-2);
    const std::uint64_t reached = grid.cells() - not_reached - diverged;
    Json facts{{"reached", reached}, {"not_reached", not_reached}, {"diverged", diverged}};
    if (reached > 0)
        facts["most_iterations"] = {{"value", statistics.max},
                                    {"w_x", grid.wx.at(statistics.max_cell % grid.cols())},
                                    {"w_rec", grid.wrec.at(statistics.max_cell / grid.cols())}};
    return facts;
}

std::string steps_text(const Json& facts, double tolerance) {
    std::string text = fmt::format("train-steps: loss < {} reached from {}", tolerance,
                                   counted(facts["reached"].get<std::uint64_t>(), "cell"));
    if (facts.contains("most_iterations")) {
        const Json& most = facts["most_iterations"];
        text += fmt::format(" (after at most {}, at ({}, {}))",
                            counted(most["value"].get<double>(), "iteration"),
                            most["w_x"].get<double>(), most["w_rec"].get<double>());
    }
    return text + fmt::format(", not reached from {}, diverged from {}\n",
                              facts["not_reached"].get<std::uint64_t>(),
                              facts["diverged"].get<std::uint64_t>());
}

std::string statistics_text(const FieldRow& field, const Json& facts) {
    const auto extreme = [&](const char* key) {
        const Json& e = facts[key];
        if (e.is_null()) return std::string("none");
        const Json& value = e["value"];
        return fmt::format(
            "{} at ({}, {})",
            value.is_string() ? value.get<std::string>() : fmt::format("{}", value.get<double>()),
            e["w_x"].get<double>(), e["w_rec"].get<double>());
    };
    const Json& non_finite = facts["non_finite"];
    const auto count = [&](const char* key) { return non_finite[key].get<std::uint64_t>(); };
    const std::uint64_t all =
        count("positive_infinite") + count("negative_infinite") + count("nan");
    return fmt::format("{}: min {}, max {}{}\n", field.name, extreme("min"), extreme("max"),
                       all == 0 ? ""
                       : field.kind == FieldKind::training
                           ? ", diverged from " + counted(all, "cell")
                           : fmt::format(", {} not finite", counted(all, "cell")));
}

/// Of every field that was evaluated; the same as text.
std::string add_statistics(const SurfaceCommand& command, const Rendered& rendered, Json& facts) {
    std::string text;
    for (Field field : rendered.view.fields) {
        const FieldStatistics& statistics = rendered.statistics[field];
        const bool steps = row_of(field).counts_iterations;
        Json described = steps ? describe_steps(statistics, command.grid)
                               : field_facts(field, statistics, command.grid);
        if (command.histogram) described["histogram"] = octaves_of(statistics.histogram);
        facts["statistics"][std::string(name_of(field))] = described;
        text += steps ? steps_text(described, command.training.tolerance)
                      : statistics_text(row_of(field), described);
    }
    return text;
}

std::string fitted_text(const ColorMap& map) {
    const ColorSpec& spec = map.spec();
    return fmt::format("colours from {} to {} on a {} scale, by the picture's own values\n",
                       spec.lo, spec.hi, name_of(spec.scale));
}

void run_surface(SurfaceCommand command, Transaction& files) {
    if (command.outputs.empty() && command.figure.empty())
        command.outputs.emplace_back("surface.png");
    check(command.training);
    check_axes(command.grid, command.max_memory);
    claim_files(files, command);
    read_palette_file(command.colors);
    // Checked before the work, which the fit to the values is part of.
    const ColorMap usual(color_spec(command.colors, command.field, command.training),
                         {command.colors.palette_colors, {0, 1}});
    check_method(command.evaluation.method, command.activation);
    CountingData data = load_picture_data(command);
    const Evaluator& evaluator = named_evaluator("--backend", command.evaluation.backend);
    const auto model = evaluator.load(make_model(std::move(data.train), command.activation));
    const Context context =
        front_context(command.report, command.evaluation.threads, command.max_memory);
    std::optional<HeatmapPanel> panel;
    if (!command.figure.empty()) panel = surface_panel(command, *model);

    RenderJob job = surface_job(command, usual, evaluator);
    const ColorMap map = is_drawn(command)
                             ? surface_colors(command, *model, decide_view(*model, job), context)
                             : usual;
    job.map = map;
    job.outputs = open_outputs(command, files);
    Json facts = picture_parameters(command, decide_view(*model, job), map, evaluator);
    const FigureMetadata metadata = figure_metadata(json_text(facts));
    job.record = [&](const View& view) -> RenderRecord {
        announce(evaluator, command.evaluation, command.report);
        return {picture_texts(facts), resume_options(command, view, facts)};
    };
    const Rendered rendered = render(*model, std::move(job), context);
    std::string text =
        fmt::format("evaluated by {}, method {}, in {}\n", evaluator.name,
                    facts["method"].get<std::string>(), name_of(rendered.view.precision));
    if (is_drawn(command) && colors_are_fitted(command)) text += fitted_text(map);
    if (!command.outputs.empty()) text += add_statistics(command, rendered, facts);
    facts["files"] = command.outputs;
    if (panel) {
        if (command.outputs.empty()) announce(evaluator, command.evaluation, command.report);
        write_surface_figure(command, files.open(command.figure), std::move(*panel), *model,
                             rendered.view, map, context, metadata);
        facts["files"].push_back(command.figure);
    }
    for (const auto& file : facts["files"]) text += "wrote " + file.get<std::string>() + '\n';
    report(command.report, files, text, facts);
}

}  // namespace

void add_surface_options(CLI::App& app, SurfaceCommand& command) {
    in_group(app, "Output");
    app.add_option("-o,--output", command.outputs,
                   "Heatmap with a pixel a cell, array of the field, arrays or table of loss and "
                   "gradients; surface.png where nothing else is asked for")
        ->type_name("FILE.png|.npy|.npz|.csv");
    add_parsed(
        app, "--kind", command.kind,
        [](const std::string& option, const std::string& text) {
            return static_cast<OutputKind>(parse_choice(option, text, output_kind_names));
        },
        "Of an output whose name does not say it: -o - is standard output", "png|npy|npz|csv", "");
    add_choice(app, "--field", command.field, field_names,
               "What to evaluate: the loss, its gradient, or where training from each cell ends",
               std::string(name_of(command.field)));
    const auto memory = [](const std::string& option, const std::string& text) {
        return parse_memory(option, text);
    };
    app.add_flag("--histogram", command.histogram, "Count the values by powers of two, for --json");
    add_parsed(app, "--max-memory", command.max_memory, memory,
               "What the rows under way may take of the memory", "BYTES[K|M|G]", "256M");
    app.add_flag("--resume", command.resume,
                 "Go on with an interrupted render, whose FILE.part lies beside its output");
    add_like_options(app, command);
    add_data_options(app, command.data);
    add_cell_option(app, command.activation);
    add_evaluation_options(app, command.evaluation);
    add_grid_options(app, command.grid);
    add_color_options(app, command.colors);
    add_surface_figure_options(app, command);
    add_training_options(app, command.training);
    add_report_options(app, command.report);
}

void setup_surface(CLI::App& app) {
    auto command = std::make_shared<SurfaceCommand>();
    auto* sub = app.add_subcommand("surface", "Evaluate and draw a field over the weights' plane");
    add_surface_options(*sub, *command);
    set_example(*sub, "gradscape surface --wx -3:3 --wrec -3:3 --size 4096 -o loss.png loss.npy");
    sub->callback([command, sub] {
        const GivenOptions given(*sub);
        command->sized = given.contains("--size");
        apply_like(*sub, *command);
        check_surface_effects(given, *command);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_surface(*command, files);
    });
}

}  // namespace gradscape::cli
