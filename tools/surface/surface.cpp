// `gradscape surface`: a field over the plane of the weights, as pictures, arrays and figures.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/render.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/all_ranks.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/front_context.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/surface/surface_facts.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::cli {
namespace {

/// By --kind for standard output and devices, else by extension.
std::optional<OutputKind> kind_of(const SurfaceCommand& command, const std::string& path) {
    const auto by_extension = output_kind_of(path);
    return by_extension ? by_extension : command.kind;
}

void check_outputs(const SurfaceCommand& command) {
    for (const std::string& path : command.outputs)
        if (!kind_of(command, path))
            throw InputError(
                fmt::format("-o {}: unknown kind of file; one of .{} is wanted, or --kind", path,
                            fmt::join(output_kind_names, ", .")));
}

/// Before the work: every file that it reads and writes.
void claim_files(Transaction& files, const SurfaceCommand& command) {
    claim_files(files, command.data);
    claim_files(files, command.colors);
    if (!command.like.empty()) files.read(command.like);
    for (const std::string& path : command.trajectories) files.read(path);
    claim_outputs(files, render_outputs(command), command.shard);
    if (command.figure.empty()) return;
    check_figure_path(command.figure);
    files.write(command.figure);
}

/// The data, or, where they are not those that the picture to be made again was made of, an error.
CountingData load_picture_data(SurfaceCommand& command) {
    CountingData data = load_data(command.data);
    if (command.data.file.empty()) return data;
    const std::string content = content_mark(data.train);
    if (!command.content_of_like.empty() && command.content_of_like != content)
        say(command.report,
            fmt::format("--like {}: is of other data than '{}'", command.like, command.data.file));
    if (!command.data_content.empty() && command.data_content != content)
        throw InputError(fmt::format(
            "--like {}: the data file '{}' has changed since the picture was made; give the old "
            "one, or another file name with --data",
            command.like, command.data.file));
    command.data_content = content;
    return data;
}

/// What all ranks do together, or this process alone.
void set_ranks(SurfaceCommand& command) {
    LaunchedRanks* const ranks = all_ranks();
    if (!speaks_for_all()) command.report.quiet = true;
    tell_of_binding(command.report);
    if (ranks && command.evaluation.threads == 0) command.evaluation.threads = ranks->threads();
}

/// Adds which rows the shard has, and returns that in words.
std::string add_rows(const SurfaceCommand& command, Json& facts) {
    const Shard& shard = *command.shard;
    Json& fact = facts["shard"] = {{"index", shard.index}, {"count", shard.count}};
    if (kind_of(command, command.outputs.front()) == OutputKind::dzi) {
        const std::size_t all = tile_row_count(command.grid, command.overview);
        const RowRange rows = tile_rows_of(shard, command.grid, command.overview);
        fact["tile_rows"] = rows.rows();
        return fmt::format("{} of {} rows of tiles", rows.rows(), all);
    }
    const RowRange rows = rows_of(shard, command.grid);
    fact["first_row"] = rows.first;
    fact["rows"] = rows.rows();
    if (rows.rows() == 0) return "no rows, since there are more shards than bands of rows";
    return fmt::format("rows {} to {} of {}", rows.first, rows.end - 1, command.grid.rows());
}

/// Its statistics are of no use alone: those of all come with the merged files.
void report_shard(const SurfaceCommand& command, Transaction& files, Json facts,
                  const std::vector<std::string>& parts) {
    const Shard& shard = *command.shard;
    const std::string text =
        evaluated_text(facts) +
        fmt::format("shard {} of {}: {}\n", shard.index, shard.count, add_rows(command, facts));
    facts["files"] = parts;
    report(command.report, files, text + written_text(facts), facts);
}

/// Without what makes values of 0, or of another short number, lie above.
std::string end_text(double end, double hi) {
    if (end < 0 && end >= -1e-8 * hi) end = 0;
    const std::string text = fmt::format("{:.12g}", end);
    const double shorter = std::strtod(text.c_str(), nullptr);
    return std::nextafter(end, shorter) == shorter ? text : fmt::format("{}", end);
}

std::string fitted_text(const ColorMap& map) {
    const ColorSpec& spec = map.spec();
    return fmt::format("colours from {} to {} on a {} scale, by the picture's own values\n",
                       end_text(spec.lo, spec.hi), end_text(spec.hi, spec.hi), name_of(spec.scale));
}

/// Completes the command; what can be refused before the data are read is, and files are claimed.
void complete(SurfaceCommand& command, Transaction& files) {
    if (command.outputs.empty() && command.figure.empty())
        command.outputs.emplace_back("surface.png");
    set_ranks(command);
    check(command.training);
    check_axes(command.grid, command.max_memory);
    check_outputs(command);
    if (speaks_for_all()) claim_files(files, command);
    read_palette_file("--palette", command.colors);
    check_method(command.evaluation.method, command.unit);
}

void run_surface(SurfaceCommand command, Transaction& files) {
    complete(command, files);
    // Checked before the work, which the fit to the values is part of.
    const ColorMap usual = usual_colors(command);
    CountingData data = load_picture_data(command);
    EvaluationOptions evaluation = command.evaluation;
    evaluation.backend = backend_of_axes(command.axes, evaluation.backend);
    const Evaluator& evaluator = surface_evaluator(evaluation, command.unit, command.field);
    const auto model = evaluator.load(make_model(std::move(data.train), command.unit));
    const Context context =
        front_context(command.report, files, command.evaluation.threads, command.max_memory);
    std::optional<HeatmapPanel> panel;
    if (!command.figure.empty() && speaks_for_all()) panel = surface_panel(command, *model);

    RenderJob job = surface_job(command, usual, evaluator);
    const ColorMap map = is_drawn(command)
                             ? surface_colors(command, *model, decide_view(*model, job), context)
                             : usual;
    job.map = map;
    job.outputs = render_outputs(command);
    job.ranks = all_ranks();
    job.shard = command.shard;
    Json facts = picture_parameters(command, decide_view(*model, job), map, evaluator);
    const FigureMetadata metadata = figure_metadata(json_text(facts));
    job.record = [&](const View& view) -> RenderRecord {
        announce(evaluator, command.evaluation, command.report);
        return {picture_texts(facts), resume_options(command, view, facts)};
    };
    const Rendered rendered = render(*model, std::move(job), context);
    if (!speaks_for_all()) return;
    add_ranks(facts);
    if (command.shard) return report_shard(command, files, facts, rendered.parts);
    std::string text = evaluated_text(facts);
    if (is_drawn(command) && colors_were_fitted(command, map)) text += fitted_text(map);
    text += add_results(command, rendered, facts);
    if (panel) {
        if (command.outputs.empty()) announce(evaluator, command.evaluation, command.report);
        write_surface_figure(command, files.open(command.figure), std::move(*panel), *model,
                             rendered.view, map, context, metadata);
        facts["files"].push_back(command.figure);
    }
    report(command.report, files, text + written_text(facts), facts);
}

}  // namespace

std::vector<RenderOutput> render_outputs(const SurfaceCommand& command) {
    std::vector<RenderOutput> outputs;
    for (const std::string& path : command.outputs)
        outputs.emplace_back(*kind_of(command, path), path);
    return outputs;
}

void add_surface_options(CLI::App& app, SurfaceCommand& command) {
    in_group(app, "Output");
    app.add_option(
           "-o,--output", command.outputs,
           "Heatmap with a pixel a cell (.dzi: in tiles, with a page that shows them), array of "
           "the field (.npy), arrays or table of loss and gradients; surface.png where "
           "nothing else is asked for")
        ->type_name(fmt::format("FILE.{}", fmt::join(output_kind_names, "|.")));
    add_parsed(
        app, "--kind", command.kind,
        [](const std::string& option, const std::string& text) {
            return static_cast<OutputKind>(parse_choice(option, text, output_kind_names));
        },
        "Of an output whose name does not say it: -o - is standard output",
        fmt::format("{}", fmt::join(output_kind_names, "|")), "");
    add_choice(
        app, "--overview", command.overview, overview_names,
        "What a pixel of the coarser levels of a .dzi shows: the field at its centre, or of the "
        "four pixels below it the mean colour or the most frequent one",
        std::string(overview_names[0]));
    add_choice(app, "--field", command.field, field_names,
               "What to evaluate: the loss, its gradient, its curvature, or where training from "
               "each cell ends",
               std::string(name_of(command.field)));
    const auto memory = [](const std::string& option, const std::string& text) {
        return parse_memory(option, text);
    };
    app.add_flag("--histogram", command.histogram, "Count the values by powers of two, for --json");
    add_parsed(app, "--max-memory", command.max_memory, memory,
               "What the rows under way may take of the memory", "BYTES[K|M|G]", "256M");
    app.add_flag("--resume", command.resume,
                 "Go on with an interrupted render, whose FILE.part lies beside its output");
    add_parsed(app, "--shard", command.shard, parse_shard,
               "Render this part only, from 1 to N, into FILE.part.I-of-N; `gradscape merge FILE` "
               "puts all of them together",
               "I/N", "");
    add_like_options(app, command);
    add_data_options(app, command.data);
    add_unit_options(app, command.unit);
    add_evaluation_options(app, command.evaluation);
    add_grid_options(app, command.grid);
    add_color_options(app, command.colors);
    add_surface_figure_options(app, command);
    add_training_options(app, command.training);
    add_axes_options(app, command.axes, command.start);
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
        check_axes_of(*command, given);
        check_surface_effects(given, *command);
        Transaction files;
        if (speaks_for_all()) claim_files(files, *sub, command->report);
        run_surface(*command, files);
    });
}

}  // namespace gradscape::cli
