// `gradscape surface`: a field over the plane of the weights, as pictures, arrays and figures.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/counted.hpp"
#include "gradscape/error.hpp"
#include "gradscape/file_extension.hpp"
#include "gradscape/resolution.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/statistics.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/command_line.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape {
namespace {

/// The files' fields: what was asked for, and for .npz and .csv loss and gradients as well.
FieldSet wanted_fields(const SurfaceCommand& command) {
    FieldSet fields{command.field};
    for (const std::string& output : command.outputs)
        if (has_extension(output, ".npz") || has_extension(output, ".csv"))
            for (Field field : {Field::loss, Field::grad_wx, Field::grad_wrec}) fields.add(field);
    return fields;
}

/// The axes and the order of the strips are held whole, which is little beside the picture itself.
void check_axes(const Grid& grid, std::size_t max_memory) {
    const std::size_t bytes = 24 * (grid.cols() + grid.rows());
    if (bytes > max_memory)
        throw InputError(fmt::format(
            "--size {}x{}: the axes alone take {} MiB, more than the {} MiB allowed; fewer columns "
            "and rows would fit, or a larger --max-memory",
            grid.cols(), grid.rows(), bytes >> 20, max_memory >> 20));
}

bool is_picture(const std::string& path) { return has_extension(path, ".png"); }

/// Colours straight from the evaluator, where it offers them; indices only where no values are
/// wanted besides. A picture's bytes must not depend on the files beside it, so what is drawn as
/// runs always is. Runs cost nothing in double: that is their precision where only pictures are
/// wanted and no other was asked for.
ColorFiller picture_colors(const SurfaceCommand& command, const LoadedModel& model,
                           const ColorMap& map, bool only_pictures, SurfaceRequest& request) {
    using Shape = ColorFiller::Shape;
    if (command.field == Field::train_steps) return {};  // its values have to be counted
    if (only_pictures && !command.evaluation.precision) {
        SurfaceRequest exact = request;
        exact.precision = Precision::f64;
        ColorFiller colors = model.colors(exact, command.field, map);
        if (colors && colors.shape == Shape::runs) {
            request = exact;
            return colors;
        }
    }
    ColorFiller colors = model.colors(request, command.field, map);
    if (!only_pictures && colors && colors.shape != Shape::runs) return {};
    return colors;
}

/// One sink a file. Those of pictures made of `colors` find the field's statistics, each its own.
std::vector<std::unique_ptr<Sink>> open_outputs(const SurfaceCommand& command,
                                                const SurfaceRequest& request, const ColorMap& map,
                                                const Json& facts, const ColorFiller& colors,
                                                std::vector<FieldStatistics>& found) {
    found.resize(command.outputs.size());
    const std::vector<PngText> texts{{"Software", "gradscape " GRADSCAPE_VERSION},
                                     {"gradscape:parameters", facts.dump()}};
    std::vector<std::unique_ptr<Sink>> sinks;
    std::set<std::string> seen;
    for (const std::string& path : command.outputs) {
        if (!seen.insert(path).second)
            throw InputError(
                fmt::format("-o {}: named twice; each file can be written once", path));
        if (colors && is_picture(path))
            sinks.push_back(heatmap_sink(path, request, colors, map, texts, found[sinks.size()]));
        else if (is_picture(path))
            sinks.push_back(heatmap_sink(path, request, command.field, map, texts));
        else if (has_extension(path, ".npy"))
            sinks.push_back(npy_sink(path, request, command.field));
        else if (has_extension(path, ".npz"))
            sinks.push_back(npz_sink(path, request));
        else if (has_extension(path, ".csv"))
            sinks.push_back(csv_sink(path, request));
        else
            throw InputError(fmt::format(
                "-o {}: unknown kind of file; .png, .npy, .npz or .csv is wanted", path));
    }
    return sinks;
}

/// The octaves that occur, from the lowest values up.
Json describe(const OctaveHistogram& histogram) {
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
Json describe(Field field, FieldStatistics statistics, const Grid& grid) {
    const auto extreme = [&](double value, std::uint64_t cell) -> Json {
        if (!(value == value)) return nullptr;
        return {{"value", std::isinf(value) ? Json(fmt::format("{}", value)) : Json(value)},
                {"w_x", grid.wx.at(cell % grid.cols())},
                {"w_rec", grid.wrec.at(cell / grid.cols())}};
    };
    const std::uint64_t minima = field == Field::log10_loss ? statistics.negative_infinite : 0;
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

std::string statistics_text(std::string_view name, const Json& facts) {
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
    return fmt::format("{}: min {}, max {}{}\n", name, extreme("min"), extreme("max"),
                       all == 0 ? ""
                       : name == name_of(Field::train_loss)
                           ? ", diverged from " + counted(all, "cell")
                           : fmt::format(", {} not finite", counted(all, "cell")));
}

/// What was asked for; else f64 for training, and wherever f32 would make one point of neighbours.
Precision choose_precision(const SurfaceCommand& command, const SurfaceRequest& request,
                           Method method) {
    std::vector<Grid> grids;
    if (!command.outputs.empty()) grids.push_back(command.grid);
    if (!command.figure.empty()) grids.push_back(figure_grid(command));
    const auto coincide = [&](Precision precision) {
        return std::ranges::any_of(
            grids, [&](const Grid& grid) { return points_coincide(grid, method, precision); });
    };
    const auto& asked = command.evaluation.precision;
    Precision precision =
        asked.value_or(request.fields.any_training() ? Precision::f64 : Precision::f32);
    if (!asked && precision == Precision::f32 && coincide(Precision::f32)) {
        precision = Precision::f64;
        if (!coincide(precision))
            say(command.report,
                "neighbouring cells would be the same point in f32: evaluated in f64");
    }
    if (coincide(precision))
        say(command.report,
            fmt::format("warning: neighbouring cells are the same point in {}{}",
                        name_of(precision),
                        precision == Precision::f32
                            ? "; --precision f64 tells more of them apart"
                            : ", the most precise: fewer cells or wider ranges have more to show"));
    return precision;
}

void run_surface(SurfaceCommand command) {
    if (command.outputs.empty() && command.figure.empty())
        command.outputs.emplace_back("surface.png");
    check(command.training);
    check_axes(command.grid, command.max_memory);
    check_report(command.report);
    const ColorMap map(color_spec(command.colors, command.field, command.training));
    const CountingData data = load_picture_data(command);
    const Evaluator& evaluator = find_evaluator(command.evaluation.backend);
    const auto model = evaluator.load(make_problem(data.train, command.cell));

    SurfaceRequest request{command.grid, wanted_fields(command), command.evaluation.method,
                           Precision::f32, command.training};
    request.precision =
        choose_precision(command, request, method_used(evaluator, request, command.cell));
    const bool only_pictures = !command.histogram && std::all_of(command.outputs.begin(),
                                                                 command.outputs.end(), is_picture);
    const ColorFiller colors = picture_colors(command, *model, map, only_pictures, request);
    const bool only_colors = colors && only_pictures;
    const StripOptions options{command.evaluation.threads, command.max_memory, 0,
                               command.report.verbosity()};

    std::optional<HeatmapPanel> panel;
    if (!command.figure.empty()) panel = surface_panel(command, *model);
    Json facts = picture_parameters(command, request, map, evaluator);
    const FigureMetadata metadata = figure_metadata(facts.dump());
    std::string text = fmt::format("evaluated by {}, method {}, in {}\n", evaluator.name,
                                   facts["method"].get<std::string>(), name_of(request.precision));
    if (!command.outputs.empty()) {
        std::vector<FieldStatistics> found;
        auto sinks = open_outputs(command, request, map, facts, colors, found);
        announce(evaluator, command.evaluation, command.report);
        const bool counts_steps = request.fields.has(Field::train_steps);
        StatisticsSink statistics(request, command.histogram || counts_steps);
        std::vector<Sink*> all;
        StripOptions cut = options;
        if (only_colors)
            cut.cells_per_strip = color_strip_cells(request.grid);
        else
            all.push_back(&statistics);
        for (const auto& sink : sinks) all.push_back(sink.get());
        run_resumable(only_colors ? StripFiller() : model->values(request), request, all, cut,
                      resume_options(command, request, facts));
        for (std::size_t f = 0; f < field_count; ++f) {
            const auto field = static_cast<Field>(f);
            if (!request.fields.has(field)) continue;
            const FieldStatistics& of_field = only_colors ? found.front() : statistics.of(field);
            const bool steps = field == Field::train_steps;
            Json described = steps ? describe_steps(of_field, request.grid)
                                   : describe(field, of_field, request.grid);
            if (command.histogram) described["histogram"] = describe(of_field.histogram);
            facts["statistics"][std::string(name_of(field))] = described;
            text += steps ? steps_text(described, request.training.tolerance)
                          : statistics_text(name_of(field), described);
        }
    }
    facts["files"] = command.outputs;
    if (panel) {
        if (command.outputs.empty()) announce(evaluator, command.evaluation, command.report);
        write_surface_figure(command, std::move(*panel), *model, request, map, options, metadata);
        facts["files"].push_back(command.figure);
    }
    for (const auto& file : facts["files"]) text += "wrote " + file.get<std::string>() + '\n';
    report(command.report, text, facts);
}

}  // namespace

void setup_surface(CLI::App& app) {
    auto command = std::make_shared<SurfaceCommand>();
    auto* sub = app.add_subcommand("surface", "Evaluate and draw a field over the weights' plane");
    sub->add_option("-o,--output", command->outputs, "Heatmap or arrays; default: surface.png")
        ->type_name("FILE.png|.npy|.npz|.csv");
    add_choice(*sub, "--field", command->field, field_names, "What to evaluate",
               std::string(name_of(command->field)));
    add_data_options(*sub, command->data);
    add_cell_option(*sub, command->cell);
    add_evaluation_options(*sub, command->evaluation);
    add_grid_options(*sub, command->grid);
    add_color_options(*sub, command->colors);
    add_surface_figure_options(*sub, *command);
    add_training_options(*sub, command->training);
    const auto memory = [](const std::string& option, const std::string& text) {
        return parse_memory(option, text);
    };
    sub->add_flag("--histogram", command->histogram,
                  "Count the values by powers of two, for --json");
    add_parsed(*sub, "--max-memory", command->max_memory, memory, "For strips in flight",
               "BYTES[K|M|G]", "256M");
    sub->add_flag("--resume", command->resume,
                  "Go on with an interrupted render (FILE.part beside its outputs)");
    add_like_options(*sub, *command);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape surface --wx -3:3 --wrec -3:3 --size 4096 -o loss.png loss.npy");
    sub->callback([command, sub] {
        apply_like(*sub, *command);
        publish_together([&] { run_surface(*command); });
    });
}

}  // namespace gradscape
