// From the options to what is rendered: the same for files, and for what the explorer exports.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <vector>

#include "gradscape/resolution.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {
namespace {

std::optional<Precision> decide_precision(const SurfaceCommand& command,
                                          const Evaluator& evaluator) {
    const FieldSet fields{command.field};
    View view;
    view.fields = fields;
    view.method = command.evaluation.method;
    const Method method = method_used(evaluator, view, command.unit);
    std::vector<Grid> grids;
    if (!command.outputs.empty()) grids.push_back(command.grid);
    if (!command.figure.empty()) grids.push_back(figure_grid(command));
    const PrecisionChoice choice =
        choose_precision(grids, method, command.evaluation.precision, fields);
    if (choice.raised)
        say(command.report, "neighbouring cells would be the same point in f32: evaluated in f64");
    if (choice.coincide) {
        const Precision taken = choice.precision.value_or(Precision::f64);
        say(command.report,
            fmt::format("warning: neighbouring cells are the same point in {}{}", name_of(taken),
                        taken == Precision::f32
                            ? "; --precision f64 tells more of them apart"
                            : ", the most precise: fewer cells or wider ranges have more to show"));
    }
    return choice.precision;
}

}  // namespace

RenderJob surface_job(const SurfaceCommand& command, const ColorMap& map,
                      const Evaluator& evaluator) {
    return {command.grid,
            command.field,
            command.evaluation.method,
            decide_precision(command, evaluator),
            command.training,
            map,
            command.overview,
            command.histogram,
            {},
            {},
            {},
            command.parameters()};
}

}  // namespace gradscape::cli
