// The figures of `gradscape basins`.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "gradscape/basins.hpp"
#include "gradscape/box_counting.hpp"
#include "gradscape/figure.hpp"
#include "tools/common/figure_options.hpp"
#include "tools/common/parameter_axes.hpp"

namespace gradscape::cli {

/// Boxes that the boundary crosses over their side, and the line of the dimension.
LineFigure counts_figure(const BoxCounts& counts, const std::optional<BoxDimension>& dimension,
                         std::string title);

/// The starts in the colours of the minima that they end in; those are marked, unless the plane is
/// one of parameters.
HeatmapFigure basins_figure(const Basins& basins, const Grid& grid,
                            const std::optional<ParameterAxes>& axes, const std::string& title);

/// How many starts, or runs, end in a minimum, and its loss.
std::string share_text(const Basins& basins, std::size_t minimum, std::string_view of = "starts");

}  // namespace gradscape::cli
