// Colours, files and figures of surfaces: those that the program makes of the same view.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cmath>
#include <optional>

#include "gradscape/render.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/values.hpp"
#include "tools/article/plots.hpp"
#include "tools/python/arrays.hpp"
#include "tools/python/files.hpp"
#include "tools/python/places.hpp"
#include "tools/python/surface.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

std::optional<int> choice(const nb::object& value) {
    return value.is_none() ? std::nullopt : std::optional(nb::cast<int>(value));
}

/// Colours of a field: its own, but for what was asked for.
struct Colors {
    Colors(int of, const nb::object& palette, const nb::object& style, const nb::object& levels,
           const nb::object& scale, const nb::object& range, int iterations)
        : field(static_cast<Field>(of)) {
        if (const auto p = choice(palette)) asked.palette = static_cast<Palette>(*p);
        if (const auto s = choice(style)) asked.style = static_cast<ColorStyle>(*s);
        asked.levels = choice(levels);
        if (const auto s = choice(scale)) asked.scale = static_cast<Scale>(*s);
        if (!range.is_none()) {
            const auto [lo, hi] = nb::cast<std::pair<double, double>>(range);
            asked.range = Axis{lo, hi};
        }
        if (asked.levels && (*asked.levels < min_levels || *asked.levels > max_levels))
            throw InputError(fmt::format("levels {}: a whole number from {} to {} is wanted",
                                         *asked.levels, min_levels, max_levels));
        TrainingOptions training;
        training.iterations = iterations;
        map = ColorMap(cli::color_spec(asked, field, training));
    }

    /// Rows of red, green and blue, 0 to 255.
    Array colors() const {
        std::vector<std::uint8_t> values;
        for (const Rgb& color : map.colors())
            values.insert(values.end(), {color.r, color.g, color.b});
        return array_of(std::move(values), {map.colors().size(), 3});
    }

    Field field;
    cli::ColorOptions asked;
    ColorMap map;
};

Array array_copy(std::span<const double> values) {
    return array_of(std::vector<double>(values.begin(), values.end()));
}

/// What the program would have been asked for.
cli::SurfaceCommand command_of(const LoadedData& model, const View& view, int precision,
                               const Colors& colors) {
    cli::SurfaceCommand command;
    command.data = model.origin.options;
    command.data_in_memory = model.origin.in_memory;
    command.data_content =
        model.origin.in_memory ? cli::content_mark(model->model().sequences) : model.origin.content;
    command.activation = model.activation();
    command.field = colors.field;
    command.evaluation.backend = model.evaluator->name;
    command.evaluation.method = view.method;
    if (precision >= 0) command.evaluation.precision = static_cast<Precision>(precision);
    command.grid = view.grid;
    command.colors = colors.asked;
    command.training = view.training;
    command.report.quiet = true;
    return command;
}

ByteSink sink_to(const std::string& path, std::string& memory) {
    return path.empty() ? ByteSink(&memory) : ByteSink(open_file(path));
}

std::optional<nb::bytes> bytes_of(const std::string& path, const std::string& memory) {
    if (!path.empty()) return {};
    return nb::bytes(memory.data(), memory.size());
}

void run_sink(std::unique_ptr<FileSink> sink, const View& view, const Places& places,
              const Context& context) {
    FieldArray<const void*> values;
    for (Field field : view.fields) values[field] = places.data()[field];
    const std::array<Sink*, 1> sinks{sink.get()};
    run_strips(*memory_source(view, values), sinks, {context});
}

/// What the program writes into its files about them.
std::vector<PngText> texts_of(const cli::SurfaceCommand& command, const LoadedData& model,
                              const View& view, const Colors& colors) {
    return cli::picture_texts(cli::picture_parameters(command, view, colors.map, *model.evaluator));
}

/// The program's picture: from the evaluator's colours where it has them, else from the values
/// that are here, if they are of the precision that the program would take. Tiles have levels whose
/// values are not here.
std::optional<nb::bytes> save_picture(const std::string& path, int as, const LoadedData& model,
                                      const View& view, const nb::list& arrays, int precision,
                                      const Colors& colors) {
    const Places places(view, arrays, false);
    const auto kind = static_cast<OutputKind>(as);
    cli::SurfaceCommand command = command_of(model, view, precision, colors);
    command.outputs.push_back(".png");
    std::string memory;
    run(HUGE_VAL, {}, [&](const Context& context) {
        RenderJob job = cli::surface_job(command, colors.map, *model.evaluator);
        const ColoredView decided = decide_colors(*model, job);
        const auto texts = texts_of(command, model, decided.view, colors);
        ByteSink bytes = sink_to(path, memory);
        if (kind == OutputKind::png && !decided.colors && decided.view.precision == view.precision)
            return run_sink(heatmap_sink(std::move(bytes), view, colors.field, colors.map, texts),
                            view, places, context);
        job.outputs.push_back({kind, std::move(bytes)});
        job.record = [&](const View&) -> RenderRecord { return {texts, {}}; };
        render(*model, std::move(job), context);
    });
    return bytes_of(path, memory);
}

/// Of any kind but pictures.
std::unique_ptr<FileSink> array_sink(OutputKind kind, ByteSink bytes, const View& view, Field field,
                                     const std::vector<PngText>& texts) {
    if (kind == OutputKind::npy) return npy_sink(std::move(bytes), view, field);
    if (kind == OutputKind::npz) return npz_sink(std::move(bytes), view);
    if (kind == OutputKind::csv) return csv_sink(std::move(bytes), view);
    if (kind == OutputKind::vti) return vti_sink(std::move(bytes), view, texts);
    return hdf5_sink(std::move(bytes), view, texts);
}

void save_arrays(const std::string& path, int as, const LoadedData& model, const View& view,
                 const nb::list& arrays, int precision, const Colors& colors) {
    const Places places(view, arrays, false);
    const cli::SurfaceCommand command = command_of(model, view, precision, colors);
    run(HUGE_VAL, {}, [&](const Context& context) {
        run_sink(array_sink(static_cast<OutputKind>(as), open_file(path), view, colors.field,
                            texts_of(command, model, view, colors)),
                 view, places, context);
    });
}

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

std::vector<PlotPoint> points_of(nb::handle path) {
    std::vector<PlotPoint> points;
    if (path.is_none()) return points;
    std::size_t shape[2];
    const std::vector<double> numbers = numbers_from(path, "trajectory", 2, shape);
    if (shape[1] < 2)
        throw InputError("trajectory: points (w_x, w_rec) are wanted, two numbers each");
    for (std::size_t i = 0; i < shape[0]; ++i)
        points.push_back({numbers[i * shape[1]], numbers[i * shape[1] + 1]});
    return points;
}

std::optional<nb::bytes> surface_figure(const std::string& format, const std::string& path,
                                        const LoadedData& model, const View& view, int precision,
                                        const Colors& colors, std::size_t samples,
                                        const nb::list& marks, bool valley, nb::handle trajectory,
                                        int threads) {
    if (samples < 1 || samples > 16)
        throw InputError(fmt::format("samples {}: a whole number from 1 to 16 is wanted", samples));
    cli::SurfaceCommand command = command_of(model, view, precision, colors);
    command.figure = path.empty() ? "." + format : path;
    command.samples = samples;
    command.marks = marks_of(marks);
    command.valley = valley && has_row_form(model.activation());
    if (valley && !command.valley)
        throw InputError(fmt::format("valley: only the linear cell has a valley line, not {}",
                                     name_of(model.activation())));
    std::vector<PlotPoint> points = points_of(trajectory);
    return make_figure(
        format, path,
        [&](const Context& context) {
            HeatmapPanel panel = cli::surface_panel(command, *model);
            panel.trajectory = std::move(points);
            const RenderJob job = cli::surface_job(command, colors.map, *model.evaluator);
            const View decided = decide_view(*model, job);
            const cli::Json facts =
                cli::picture_parameters(command, decided, colors.map, *model.evaluator);
            return FigureOf{cli::compose_surface_figure(command, std::move(panel), *model, decided,
                                                        colors.map, context),
                            cli::figure_metadata(cli::json_text(facts))};
        },
        means_of(threads, nb::none()));
}

}  // namespace

void bind_pictures(nb::module_& m) {
    nb::class_<Colors>(m, "Colors")
        .def(nb::init<int, const nb::object&, const nb::object&, const nb::object&,
                      const nb::object&, const nb::object&, int>(),
             "field"_a, "palette"_a.none(), "style"_a.none(), "levels"_a.none(), "scale"_a.none(),
             "range"_a.none(), "iterations"_a)
        .def("levels", [](const Colors& c) { return array_copy(c.map.levels()); })
        .def("thresholds", [](const Colors& c) { return array_copy(c.map.thresholds()); })
        .def("colors", &Colors::colors)
        .def_prop_ro("minus_infinity_is_lowest",
                     [](const Colors& c) { return c.map.spec().minus_infinity_is_lowest; })
        .def_prop_ro("offset", [](const Colors& c) { return c.map.spec().offset; })
        .def_prop_ro("scale",
                     [](const Colors& c) { return std::string(name_of(c.map.spec().scale)); });
    m.def("save_picture", save_picture, "path"_a, "kind"_a, "model"_a, "view"_a, "arrays"_a,
          "precision"_a, "colors"_a);
    m.def("save_arrays", save_arrays, "path"_a, "kind"_a, "model"_a, "view"_a, "arrays"_a,
          "precision"_a, "colors"_a);
    m.def("surface_figure", surface_figure, "format"_a, "path"_a, "model"_a, "view"_a,
          "precision"_a, "colors"_a, "samples"_a, "marks"_a, "valley"_a, "trajectory"_a.none(),
          "threads"_a);
}

}  // namespace gradscape::python
