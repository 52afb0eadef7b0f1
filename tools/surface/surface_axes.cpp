// --axes: maps over two parameters of the optimiser in place of the weights.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "gradscape/error.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {
namespace {

std::array<ParameterAxis, 2> parse_axes(const std::string& option, const std::string& text) {
    const std::vector<std::string> names = split(text, ',');
    if (names.size() != 2)
        throw InputError(
            fmt::format("{} {}: two parameters X,Y are wanted, as in "
                        "log10-learning-rate,momentum",
                        option, text));
    try {
        return {parse_parameter_axis(names[0]), parse_parameter_axis(names[1])};
    } catch (const InputError& error) {
        throw InputError(fmt::format("{} {}", option, error.what()));
    }
}

/// Whose files call their columns w_x and w_rec.
bool names_weights(const std::string& path) {
    const auto kind = output_kind_of(path);
    return kind && *kind != OutputKind::png && *kind != OutputKind::npy && *kind != OutputKind::dzi;
}

}  // namespace

void add_axes_options(CLI::App& app, SurfaceCommand& command) {
    in_group(app, "Training");
    add_parsed(
        app, "--axes", command.axes, parse_axes,
        "Map over these parameters of the optimiser, every run from --start; --wx and --wrec "
        "are their ranges then; log10- before a name takes powers of ten",
        "X,Y", "");
    const auto start = [](const std::string& option, const std::string& text) {
        return parse_weights(option, text);
    };
    add_parsed(app, "--start", command.start, start, "Where all runs of --axes start", "WX,WREC",
               fmt::format("{},{}", article_start.wx, article_start.wrec));
}

void check_axes_of(const SurfaceCommand& command, bool given) {
    if (!command.axes) return;
    if (!given)
        throw InputError(
            "--axes: the ranges of both parameters are wanted, X's by --wx and Y's by --wrec");
    try {
        check(*command.parameters(), command.grid, command.training);
    } catch (const InputError& error) {
        throw InputError(fmt::format("--axes: {}", error.what()));
    }
    const std::string& backend = command.evaluation.backend;
    if (backend == "cuda" || backend == "emulated")
        throw InputError(fmt::format(
            "--backend {}: has no maps over parameters; use cpu or reference", backend));
    const auto wrong = std::ranges::find_if(command.outputs, names_weights);
    if (wrong != command.outputs.end())
        throw InputError(fmt::format(
            "-o {}: such files tell of weights; .png, .npy and .dzi can have other --axes",
            *wrong));
}

std::string axis_markup(const ParameterAxis& axis) {
    std::string name = axis.name();
    if (axis.logarithmic) name = name.substr(name.find('-') + 1);
    std::ranges::replace(name, '-', ' ');
    return axis.logarithmic ? fmt::format("log<sub>10</sub> {}", name) : name;
}

}  // namespace gradscape::cli
