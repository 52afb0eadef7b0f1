// The figure of `gradscape surface`: axes, colour bar, marked points, valley line, trajectory.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "gradscape/error.hpp"
#include "gradscape/index_image.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/train.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/surface/surface_command.hpp"
#include "tools/surface/surface_overlays.hpp"

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

std::string words_of(Field field) {
    const FieldRow& row = row_of(field);
    return std::string(row.words.empty() ? row.markup : row.words);
}

std::string with_offset(const std::string& label, const ColorSpec& spec) {
    return label +
           (spec.offset == 0 ? std::string() : fmt::format(" + {}", number_markup(spec.offset)));
}

std::string surface_title(const SurfaceCommand& command, const Sequences& sequences) {
    std::string title(row_of(command.field).markup);
    if (title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
    title +=
        fmt::format(": {}, {}", unit_markup(command.unit), data_markup(command.data, sequences));
    if (FieldSet{command.field}.any_training())
        title += fmt::format("; {}, {}", name_of(command.training.optimizer),
                             counted(command.training.iterations, "iteration"));
    if (command.axes) title += " from " + weights_markup(command.start.wx, command.start.wrec);
    return title;
}

/// As many cells as the panel has pixels, or fewer that were asked for.
void set_size(const SurfaceCommand& command, const FigurePage& page, HeatmapFigure& figure) {
    Grid& grid = figure.panels.front().grid;
    const Grid pixels = panel_grid(figure, page);
    const auto size = [&](Axis Grid::*axis) {
        if (command.panel_size) return ((*command.panel_size).*axis).size;
        const std::size_t own = (pixels.*axis).size;
        return command.sized ? std::min((command.grid.*axis).size, own) : own;
    };
    grid.wx.size = size(&Grid::wx);
    grid.wrec.size = size(&Grid::wrec);
}

void add_overlay_options(CLI::App& app, CLI::Option* figure, SurfaceCommand& command) {
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
    app.add_option("--trajectory", command.trajectories,
                   "Training paths in the figure, as `gradscape train` writes them; the one that "
                   "ends with the least loss is the first in the legend")
        ->type_name("FILE.csv")
        ->needs(figure);
    app.add_flag("--contours", command.contours,
                 "Lines, with labels, where the field has the values that the colour bar names")
        ->needs(figure);
    app.add_flag("--arrows", command.arrows,
                 "Arrows along the steepest descent of the loss, longer where it is steeper")
        ->needs(figure);
}

}  // namespace

void add_surface_figure_options(CLI::App& app, SurfaceCommand& command) {
    in_group(app, "Figure");
    auto* figure =
        app.add_option("--figure", command.figure, "Picture with axes, colour bar and overlays")
            ->type_name("FILE.png|.svg|.pdf");
    add_figure_options(app, command.page);
    for (const std::string_view name : figure_option_names)
        app.get_option(std::string(name))->needs(figure);
    const auto size = [](const std::string& option, const std::string& text) {
        Grid grid;
        parse_size(option, text, grid);
        if (grid.wx.size > most_panel_cells || grid.wrec.size > most_panel_cells)
            throw InputError(fmt::format("{} {}: {} cells along a side are the most in a figure",
                                         option, text, most_panel_cells));
        return grid;
    };
    add_parsed(app, "--panel-size", command.panel_size, size,
               "Cells that the figure's panel shows; left out, those of --size where it is given "
               "and coarser than the panel's own pixels, else these",
               "COLSxROWS|N", "")
        ->needs(figure);
    add_parsed(
        app, "--samples", command.samples,
        [](const std::string& option, const std::string& text) {
            return parse_count(option, text, 1, 16);
        },
        "Anti-aliasing of the figure: K x K samples a cell, mean of their colours", "K", "1")
        ->needs(figure);
    add_overlay_options(app, figure, command);
}

Grid figure_grid(const SurfaceCommand& command) {
    Grid panel = in_panel_pixels(command.grid);
    if (command.panel_size)
        panel.wx.size = command.panel_size->wx.size,
        panel.wrec.size = command.panel_size->wrec.size;
    return refined(panel, command.samples);
}

HeatmapPanel surface_panel(const SurfaceCommand& command, const LoadedModel& model) {
    HeatmapPanel panel;
    panel.grid = in_panel_pixels(command.grid);
    panel.samples = command.samples;
    panel.marks = command.marks;
    label_weights(panel);
    if (command.axes)
        panel.x_label = axis_markup((*command.axes)[0]),
        panel.y_label = axis_markup((*command.axes)[1]);
    if (command.valley) {
        if (const RecurrentUnit unit = model.model().unit(); !has_row_form(unit))
            throw InputError(fmt::format("--valley: {}", only_linear_text("a valley line", unit)));
        panel.valley = valley_points(model, panel.grid.wrec);
    }
    std::vector<NamedPath> paths;
    for (const std::string& file : command.trajectories) paths.push_back(read_named_path(file));
    panel.paths = training_paths(paths, model);
    return panel;
}

HeatmapFigure compose_surface_figure(const SurfaceCommand& command, HeatmapPanel panel,
                                     const LoadedModel& model, View view, const ColorMap& map,
                                     const Context& context) {
    const FigurePage page = page_of(command.page);
    HeatmapFigure figure;
    figure.colors = map;
    if (row_of(command.field).counts_iterations) figure.below_label = "not reached";
    figure.value_label = with_offset(words_of(command.field), map.spec());
    figure.short_value_label = with_offset(std::string(row_of(command.field).markup), map.spec());
    figure.title = title_of(command.page, surface_title(command, model.model().sequences));
    if (command.contours) panel.contours = contours(model, view, command.field, map, context);
    if (command.arrows) panel.arrows = descent_arrows(model, view, context);
    figure.panels.push_back(std::move(panel));
    set_size(command, page, figure);
    HeatmapPanel& shown = figure.panels.front();
    view.grid = refined(shown.grid, shown.samples);
    shown.indices = index_image(model, view, command.field, map, context);
    return figure;
}

void write_surface_figure(const SurfaceCommand& command, AtomicFile file, HeatmapPanel panel,
                          const LoadedModel& model, View view, const ColorMap& map,
                          const Context& context, const FigureMetadata& metadata) {
    write_figure(
        std::move(file),
        compose_surface_figure(command, std::move(panel), model, std::move(view), map, context),
        metadata, page_of(command.page));
}

}  // namespace gradscape::cli
