// SPDX-License-Identifier: MIT
#include "gradscape/parameter_plane.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gradscape/error.hpp"

namespace gradscape::training {
namespace {

constexpr std::string_view logarithm = "log10-";

const TrainingParameter& row_of(TrainingNumber parameter) {
    for (const TrainingParameter& row : training_parameters)
        if (row.value == parameter) return row;
    throw InputError("this is no parameter of training");
}

void check_axis(const ParameterAxis& axis, const Axis& range, Optimizer optimizer) {
    const TrainingParameter& row = row_of(axis.parameter);
    if (!row.is_used_by(optimizer))
        throw InputError(
            fmt::format("axis {}: has no effect on {}", axis.name(), name_of(optimizer)));
    for (const double coordinate : {range.lo, range.hi})
        if (!row.range.holds(axis.value(coordinate)))
            throw InputError(fmt::format("axis {}: {} = {} is outside of what it may be",
                                         axis.name(), row.name, axis.value(coordinate)));
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

std::string ParameterAxis::name() const {
    return fmt::format("{}{}", logarithmic ? training::logarithm : std::string_view(),
                       training::row_of(parameter).name);
}

ParameterAxis parse_parameter_axis(std::string_view name) {
    const bool logarithmic = name.starts_with(training::logarithm);
    std::string_view wanted = name;
    if (logarithmic) wanted.remove_prefix(training::logarithm.size());
    if (wanted == "lr") wanted = "learning-rate";
    std::string known;
    for (const TrainingParameter& row : training_parameters) {
        if (row.name == wanted) return {row.value, logarithmic};
        known += (known.empty() ? "" : ", ") + std::string(row.name);
    }
    throw InputError(fmt::format("{}: no such parameter; one of {} is wanted, or log10- before it",
                                 name, known));
}

void check(const ParameterPlane& plane, const Grid& grid, const TrainingOptions& options) {
    if (plane.x.parameter == plane.y.parameter)
        throw InputError(fmt::format("axes {} and {}: two different parameters are wanted",
                                     plane.x.name(), plane.y.name()));
    training::check_axis(plane.x, grid.wx, options.optimizer);
    training::check_axis(plane.y, grid.wrec, options.optimizer);
    for (const double x : {grid.wx.lo, grid.wx.hi})
        for (const double y : {grid.wrec.lo, grid.wrec.hi}) {
            TrainingOptions at = options;
            plane.set({x, y}, at);
            if (at.delta_min > at.delta_max)
                throw InputError(
                    fmt::format("delta-min {} is above delta-max {} at ({}, {}) of these axes",
                                at.delta_min, at.delta_max, x, y));
            if (at.optimizer == Optimizer::nesterov && at.momentum == 0)
                throw InputError("nesterov looks ahead along its momentum, which must not be 0");
        }
}

}  // namespace gradscape
