// --axes X,Y --start: maps over two parameters of the optimiser in place of the weights.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "gradscape/parameter_plane.hpp"
#include "tools/common/given_options.hpp"

namespace gradscape::cli {

using ParameterAxes = std::array<ParameterAxis, 2>;

/// In the group of training.
void add_axes_options(CLI::App& app, std::optional<ParameterAxes>& axes, Weights& start);

/// InputError where the axes do not go together with the other options, or the backend has none of
/// such maps; `has_ranges`: those of both axes are given.
void check_axes(const ParameterPlane& plane, const Grid& grid, const TrainingOptions& training,
                std::string_view backend, const GivenOptions& given, bool has_ranges);

/// The backend that `auto` stands for where there are such axes: the CPU, which has their maps.
std::string backend_of_axes(const std::optional<ParameterAxes>& axes, const std::string& backend);

/// What a figure writes along such an axis, as markup.
std::string axis_markup(const ParameterAxis& axis);

}  // namespace gradscape::cli
