// Figures of surfaces: those that the program draws of the same view.
// SPDX-License-Identifier: MIT
#include "tools/python/figures.hpp"

#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>

#include "gradscape/render.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/option_types.hpp"
#include "tools/python/colors.hpp"
#include "tools/python/files.hpp"
#include "tools/python/numbers.hpp"
#include "tools/python/surface.hpp"
#include "tools/surface/surface_overlays.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

/// `marks`: pairs or triples, the third a colour's name.
std::vector<MarkedPoint> marks_of(const nb::list& marks) {
    std::vector<MarkedPoint> all;
    for (nb::handle mark : marks) {
        const auto given = nb::cast<nb::tuple>(mark);
        const Rgb color = given.size() > 2 ? parse_color(nb::cast<std::string>(given[2]))
                                           : mark_colors[all.size() % mark_colors.size()];
        all.push_back({nb::cast<double>(given[0]), nb::cast<double>(given[1]), color, {}});
    }
    return all;
}

/// Pairs of a name, of files empty for their own, and what has it: a file or an array of points.
std::vector<cli::NamedPath> paths_of(const nb::list& trajectories) {
    std::vector<cli::NamedPath> paths;
    for (nb::handle each : trajectories) {
        const auto pair = nb::cast<nb::tuple>(each);
        const auto name = nb::cast<std::string>(pair[0]);
        if (nb::isinstance<nb::str>(pair[1])) {
            const auto file = nb::cast<std::string>(pair[1]);
            check_readable(file);
            cli::NamedPath read = cli::read_named_path(file);
            if (!name.empty()) read.name = name;
            paths.push_back(std::move(read));
            continue;
        }
        std::size_t shape[2];
        const std::vector<double> numbers = numbers_from(pair[1], "trajectory", 2, shape);
        if (shape[1] < 2 || shape[0] < 1)
            throw InputError("trajectory: points (w_x, w_rec) are wanted, two numbers each");
        cli::NamedPath path{name, {}};
        for (std::size_t i = 0; i < shape[0]; ++i)
            path.weights.push_back({numbers[i * shape[1]], numbers[i * shape[1] + 1]});
        paths.push_back(std::move(path));
    }
    return paths;
}

std::optional<Grid> panel_size(const nb::object& size) {
    if (size.is_none()) return {};
    const auto given = nb::cast<nb::tuple>(size);
    Grid grid;
    grid.wx.size = nb::cast<std::size_t>(given[0]);
    grid.wrec.size = nb::cast<std::size_t>(given[1]);
    if (std::max(grid.wx.size, grid.wrec.size) > cli::most_panel_cells)
        throw InputError(
            fmt::format("panel_size ({}, {}): {} cells along a side are the most in a "
                        "figure",
                        grid.wx.size, grid.wrec.size, cli::most_panel_cells));
    return grid;
}

/// What is drawn over the field, and on what.
void set_overlays(cli::SurfaceCommand& command, const nb::dict& options) {
    command.samples = nb::cast<std::size_t>(options["samples"]);
    if (command.samples < 1 || command.samples > 16)
        throw InputError(
            fmt::format("samples {}: a whole number from 1 to 16 is wanted", command.samples));
    command.marks = marks_of(nb::cast<nb::list>(options["mark"]));
    command.panel_size = panel_size(options["panel_size"]);
    command.contours = nb::cast<bool>(options["contours"]);
    command.arrows = nb::cast<bool>(options["arrows"]);
    command.valley = nb::cast<bool>(options["valley"]);
    if (command.valley && !has_row_form(command.unit))
        throw InputError(
            fmt::format("valley: {}", only_linear_text("a valley line", command.unit)));
}

std::optional<nb::bytes> surface_figure(const std::string& format, const std::string& path,
                                        const LoadedData& model, const View& view, int precision,
                                        int field, const cli::ColorOptions& colors,
                                        const nb::dict& options, const nb::dict& page,
                                        int threads) {
    cli::SurfaceCommand command = command_of(model, view, precision, field, colors);
    command.figure = path.empty() ? "." + format : path;
    command.page = page_options(page);
    set_overlays(command, options);
    const auto paths = paths_of(nb::cast<nb::list>(options["trajectory"]));
    return make_figure(
        format, path,
        [&](const Context& context) {
            HeatmapPanel panel = cli::surface_panel(command, *model);
            panel.paths = cli::training_paths(paths, *model);
            const RenderJob job = cli::surface_job(command, {}, *model.evaluator);
            const View decided = decide_view(*model, job);
            const ColorMap map = cli::surface_colors(command, *model, decided, context);
            const cli::Json facts = parameters_of(command, model, decided, map);
            return FigureOf{cli::compose_surface_figure(command, std::move(panel), *model, decided,
                                                        map, context),
                            cli::figure_metadata(cli::json_text(facts)),
                            cli::page_of(command.page)};
        },
        means_of(threads, nb::none()));
}

}  // namespace

cli::FigureOptions page_options(const nb::dict& given) {
    cli::FigureOptions page;
    const auto text = [&](const char* name) -> std::optional<std::string> {
        if (!given.contains(name)) return {};
        return nb::cast<std::string>(given[name]);
    };
    if (const auto width = text("width")) page.width = cli::parse_length("width", *width);
    if (const auto height = text("height")) page.height = cli::parse_length("height", *height);
    if (const auto dpi = text("dpi")) page.dpi = cli::parse_dpi("dpi", *dpi);
    page.title = text("title");
    if (const auto theme = text("theme"))
        page.theme = static_cast<Theme>(cli::parse_choice("theme", *theme, theme_names));
    return page;
}

void bind_figures(nb::module_& m) {
    m.def("surface_figure", surface_figure, "format"_a, "path"_a, "model"_a, "view"_a,
          "precision"_a, "field"_a, "colors"_a, "options"_a, "page"_a, "threads"_a);
}

}  // namespace gradscape::python
