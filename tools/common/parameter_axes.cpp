// SPDX-License-Identifier: MIT
#include "tools/common/parameter_axes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gradscape/article.hpp"
#include "gradscape/error.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

ParameterAxes parse_axes(const std::string& option, const std::string& text) {
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

}  // namespace

void add_axes_options(CLI::App& app, std::optional<ParameterAxes>& axes, Weights& start) {
    in_group(app, "Training");
    add_parsed(
        app, "--axes", axes, parse_axes,
        "Map over these parameters of the optimiser, every run from --start; --wx and --wrec "
        "are their ranges then; log10- before a name takes powers of ten",
        "X,Y", "");
    const auto parse = [](const std::string& option, const std::string& text) {
        return parse_weights(option, text);
    };
    add_parsed(app, "--start", start, parse, "Where all runs of --axes start", "WX,WREC",
               fmt::format("{},{}", article_start.wx, article_start.wrec));
}

void check_axes(const ParameterPlane& plane, const Grid& grid, const TrainingOptions& training,
                std::string_view backend, const GivenOptions& given, bool has_ranges) {
    if (!has_ranges)
        throw InputError(
            "--axes: the ranges of both parameters are wanted, X's by --wx and Y's by --wrec");
    try {
        check(plane, grid, training);
    } catch (const InputError& error) {
        throw InputError(fmt::format("--axes: {}", error.what()));
    }
    for (const ParameterAxis& axis : {plane.x, plane.y})
        if (const std::string option = "--" + ParameterAxis{axis.parameter, false}.name();
            given.contains(option))
            throw InputError(
                fmt::format("{}: has no effect beside --axes, which go over its values", option));
    if (backend == "cuda" || backend == "emulated")
        throw InputError(fmt::format(
            "--backend {}: has no maps over parameters; use cpu or reference", backend));
}

std::string backend_of_axes(const std::optional<ParameterAxes>& axes, const std::string& backend) {
    return axes && backend == "auto" ? "cpu" : backend;
}

std::string axis_markup(const ParameterAxis& axis) {
    std::string name = axis.name();
    if (axis.logarithmic) name = name.substr(name.find('-') + 1);
    std::ranges::replace(name, '-', ' ');
    return axis.logarithmic ? fmt::format("log<sub>10</sub> {}", name) : name;
}

}  // namespace gradscape::cli
