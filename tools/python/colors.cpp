// Colours of fields: those that the program has for the same options and the same view.
// SPDX-License-Identifier: MIT
#include "tools/python/colors.hpp"

#include <fmt/format.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

#include <optional>

#include "gradscape/render.hpp"
#include "tools/python/arrays.hpp"
#include "tools/python/files.hpp"
#include "tools/python/surface.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

void set_range(cli::ColorOptions& asked, const nb::object& range) {
    if (range.is_none()) return;
    asked.fit = nb::isinstance<nb::str>(range);  // "auto", the one word for it
    if (asked.fit) return;
    const auto [lo, hi] = nb::cast<std::pair<double, double>>(range);
    asked.range = Axis{lo, hi};
}

cli::ColorOptions color_options(const nb::object& palette, const nb::object& style,
                                const nb::object& levels, const nb::object& scale,
                                const nb::object& range) {
    cli::ColorOptions asked;
    if (!palette.is_none()) cli::parse_palette("palette", nb::cast<std::string>(palette), asked);
    if (!asked.palette_file.empty()) check_readable(asked.palette_file);
    cli::read_palette_file("palette", asked);
    if (!style.is_none()) asked.style = static_cast<ColorStyle>(nb::cast<int>(style));
    if (!levels.is_none()) asked.levels = nb::cast<int>(levels);
    if (!scale.is_none()) cli::parse_scale("scale", nb::cast<std::string>(scale), asked);
    set_range(asked, range);
    if (asked.levels && (*asked.levels < min_levels || *asked.levels > max_levels))
        throw InputError(fmt::format("levels {}: a whole number from {} to {} is wanted",
                                     *asked.levels, min_levels, max_levels));
    cli::check_color_effects(asked, asked.style.value_or(ColorStyle::bands),
                             {!style.is_none(), !levels.is_none(), !range.is_none(), ""});
    return asked;
}

ColorMap colors_of(const LoadedData& model, const View& view, int precision, int field,
                   const cli::ColorOptions& asked, int threads) {
    cli::SurfaceCommand command = command_of(model, view, precision, field, asked);
    command.outputs.push_back(".png");
    ColorMap map;
    View sample = view;
    sample.fields = {command.field};
    const double cost = cost_of(*model.evaluator, model->model().sequences, model.unit(), sample);
    run(cost, means_of(threads, nb::none()), [&](const Context& context) {
        const RenderJob job = cli::surface_job(command, {}, *model.evaluator);
        map = cli::surface_colors(command, *model, decide_view(*model, job), context);
    });
    return map;
}

/// Rows of red, green and blue, 0 to 255.
Array rows_of(const ColorMap& map) {
    std::vector<std::uint8_t> values;
    for (const Rgb& color : map.colors()) values.insert(values.end(), {color.r, color.g, color.b});
    return array_of(std::move(values), {map.colors().size(), 3});
}

Array array_copy(std::span<const double> values) {
    return array_of(std::vector<double>(values.begin(), values.end()));
}

}  // namespace

cli::SurfaceCommand command_of(const LoadedData& model, const View& view, int precision, int field,
                               const cli::ColorOptions& colors) {
    cli::SurfaceCommand command;
    command.data = model.origin.options;
    command.data_in_memory = model.origin.in_memory;
    command.data_content = model.origin.content;
    command.unit = model.unit();
    command.field = static_cast<Field>(field);
    command.evaluation.backend = model.evaluator->name;
    command.evaluation.method = view.method;
    if (precision >= 0) command.evaluation.precision = static_cast<Precision>(precision);
    command.grid = view.grid;
    command.colors = colors;
    command.training = view.training;
    command.report.quiet = true;
    return command;
}

cli::Json parameters_of(const cli::SurfaceCommand& command, const LoadedData& model,
                        const View& view, const ColorMap& map) {
    return cli::picture_parameters(command, view, map, *model.evaluator);
}

void bind_colors(nb::module_& m) {
    nb::class_<cli::ColorOptions>(m, "ColorOptions");
    m.def("color_options", color_options, "palette"_a.none(), "style"_a.none(), "levels"_a.none(),
          "scale"_a.none(), "range"_a.none());
    nb::class_<ColorMap>(m, "ColorMap")
        .def("levels", [](const ColorMap& map) { return array_copy(map.levels()); })
        .def("thresholds", [](const ColorMap& map) { return array_copy(map.thresholds()); })
        .def("colors", rows_of)
        .def_prop_ro("minus_infinity_is_lowest",
                     [](const ColorMap& map) { return map.spec().minus_infinity_is_lowest; })
        .def_prop_ro("offset", [](const ColorMap& map) { return map.spec().offset; })
        .def_prop_ro("scale",
                     [](const ColorMap& map) { return std::string(name_of(map.spec().scale)); });
    m.def("colors_of", colors_of, "model"_a, "view"_a, "precision"_a, "field"_a, "options"_a,
          "threads"_a);
}

}  // namespace gradscape::python
