// The figure of `gradscape surface`: axes, colour bar, marked points, valley line, trajectory.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "gradscape/error.hpp"
#include "gradscape/index_image.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/train.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {
namespace {

MarkedPoint parse_mark(const std::string& option, const std::string& text, std::size_t index) {
    const auto second_comma = text.find(',', std::min(text.find(',') + 1, text.size()));
    const Weights at = parse_weights(option, text.substr(0, second_comma));
    const Rgb color = second_comma == std::string::npos
                          ? mark_colors[index % mark_colors.size()]
                          : parse_color(text.substr(second_comma + 1));
    return {at.wx, at.wrec, color, {}};
}

std::string value_label(Field field, const ColorSpec& spec) {
    return std::string(row_of(field).markup) +
           (spec.offset == 0 ? std::string() : fmt::format(" + {}", number_markup(spec.offset)));
}

}  // namespace

void add_surface_figure_options(CLI::App& app, SurfaceCommand& command) {
    in_group(app, "Figure");
    auto* figure =
        app.add_option("--figure", command.figure, "Picture with axes, colour bar and overlays")
            ->type_name("FILE.png|.svg|.pdf");
    add_parsed(
        app, "--samples", command.samples,
        [](const std::string& option, const std::string& text) {
            return parse_count(option, text, 1, 16);
        },
        "Anti-aliasing of the figure: K x K samples a pixel, mean of their colours", "K", "1")
        ->needs(figure);
    const auto marks = [&command](const std::vector<std::string>& texts) {
        command.marks.clear();
        for (const std::string& text : texts)
            command.marks.push_back(parse_mark("--mark", text, command.marks.size()));
    };
    app.add_option_function<std::vector<std::string>>(
           "--mark", marks, "Points in the figure; COLOR is #rrggbb or a name")
        ->type_name("WX,WREC[,COLOR]")
        ->needs(figure);
    app.add_flag("--valley", command.valley,
                 "The best w_x for every w_rec as a line in the figure (linear cell)")
        ->needs(figure);
    app.add_option("--trajectory", command.trajectory,
                   "A training path in the figure, as `gradscape train` writes it")
        ->type_name("FILE.csv")
        ->needs(figure);
}

Grid figure_grid(const SurfaceCommand& command) {
    Grid panel = command.grid;
    panel.wx.size = panel.wrec.size = panel_pixels;
    return refined(panel, command.samples);
}

HeatmapPanel surface_panel(const SurfaceCommand& command, const LoadedModel& model) {
    HeatmapPanel panel;
    panel.grid = command.grid;
    panel.grid.wx.size = panel.grid.wrec.size = panel_pixels;
    panel.samples = command.samples;
    panel.marks = command.marks;
    if (command.valley) {
        if (const Activation activation = model.model().activation; !has_row_form(activation))
            throw InputError(fmt::format("--valley: only the linear cell has a valley line, not {}",
                                         name_of(activation)));
        panel.valley = valley_points(model, panel.grid.wrec);
    }
    if (!command.trajectory.empty())
        for (const Weights& w : read_trajectory_csv(command.trajectory))
            panel.trajectory.push_back({w.wx, w.wrec});
    return panel;
}

HeatmapFigure compose_surface_figure(const SurfaceCommand& command, HeatmapPanel panel,
                                     const LoadedModel& model, View view, const ColorMap& map,
                                     const Context& context) {
    view.grid = refined(panel.grid, panel.samples);
    panel.indices = index_image(model, view, command.field, map, context);

    HeatmapFigure figure;
    figure.colors = map.spec();
    if (row_of(command.field).counts_iterations) figure.below_label = "not reached";
    figure.value_label = value_label(command.field, map.spec());
    const Sequences& sequences = model.model().sequences;
    figure.title = fmt::format("{} cell, {} of length {}", name_of(model.model().activation),
                               counted(sequences.total_weight(), "sequence"), sequences.length);
    if (view.fields.any_training())
        figure.title += fmt::format("; {}, {}", name_of(command.training.optimizer),
                                    counted(command.training.iterations, "iteration"));
    figure.panels.push_back(std::move(panel));
    return figure;
}

void write_surface_figure(const SurfaceCommand& command, AtomicFile file, HeatmapPanel panel,
                          const LoadedModel& model, View view, const ColorMap& map,
                          const Context& context, const FigureMetadata& metadata) {
    write_figure(
        std::move(file),
        compose_surface_figure(command, std::move(panel), model, std::move(view), map, context),
        metadata);
}

}  // namespace gradscape::cli
