// Files of surfaces: those that the program makes of the same view.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <cmath>
#include <optional>

#include "gradscape/render.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/values.hpp"
#include "tools/python/colors.hpp"
#include "tools/python/files.hpp"
#include "tools/python/places.hpp"
#include "tools/python/surface.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

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
                              const View& view, const ColorMap& map) {
    return cli::picture_texts(parameters_of(command, model, view, map));
}

/// The program's picture: from the evaluator's colours where it has them, else from the values
/// that are here, if they are of the precision that the program would take. Tiles have levels whose
/// values are not here.
std::optional<nb::bytes> save_picture(const std::string& path, int as, const LoadedData& model,
                                      const View& view, const nb::list& arrays, int precision,
                                      int field, const cli::ColorOptions& colors, int overview) {
    const Places places(view, arrays, false);
    const auto kind = static_cast<OutputKind>(as);
    cli::SurfaceCommand command = command_of(model, view, precision, field, colors);
    command.overview = static_cast<Overview>(overview);
    command.outputs.push_back(".png");
    std::string memory;
    run(HUGE_VAL, {}, [&](const Context& context) {
        RenderJob job = cli::surface_job(command, {}, *model.evaluator);
        job.map = cli::surface_colors(command, *model, decide_view(*model, job), context);
        const ColoredView decided = decide_colors(*model, job);
        const auto texts = texts_of(command, model, decided.view, job.map);
        ByteSink bytes = sink_to(path, memory);
        if (kind == OutputKind::png && !decided.colors && decided.view.precision == view.precision)
            return run_sink(heatmap_sink(std::move(bytes), view, command.field, job.map, texts),
                            view, places, context);
        job.outputs.push_back({kind, std::move(bytes)});
        job.record = [&](const View&) -> RenderRecord { return {texts, {}}; };
        render(*model, std::move(job), context);
    });
    return bytes_of(path, memory);
}

void save_arrays(const std::string& path, int as, const LoadedData& model, const View& view,
                 const nb::list& arrays, int precision, int field,
                 const cli::ColorOptions& colors) {
    const Places places(view, arrays, false);
    const cli::SurfaceCommand command = command_of(model, view, precision, field, colors);
    const ColorMap usual = cli::usual_colors(command);
    run(HUGE_VAL, {}, [&](const Context& context) {
        run_sink(values_sink(static_cast<OutputKind>(as), open_file(path), view, command.field,
                             texts_of(command, model, view, usual)),
                 view, places, context);
    });
}

}  // namespace

void bind_pictures(nb::module_& m) {
    m.def("save_picture", save_picture, "path"_a, "kind"_a, "model"_a, "view"_a, "arrays"_a,
          "precision"_a, "field"_a, "colors"_a, "overview"_a);
    m.def("save_arrays", save_arrays, "path"_a, "kind"_a, "model"_a, "view"_a, "arrays"_a,
          "precision"_a, "field"_a, "colors"_a);
}

}  // namespace gradscape::python
