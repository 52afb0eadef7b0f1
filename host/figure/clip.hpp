// Lines of any length and value, made fit for drawing: mapped, cut at the plot's edges (drawing
// libraries overflow far outside), thinned to what can be seen.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "host/figure/axes.hpp"

namespace gradscape::figure {

struct VisibleLine {
    std::vector<Polyline> pieces;
    std::optional<PlotPoint> exit;  ///< where it left through the top for good
};

/// A number on the page; what is infinite lies as far out as any.
PlotPoint placed(const Axes& axes, PlotPoint value);

VisibleLine visible_line(const Axes& axes, std::span<const PlotPoint> points);

/// From a to b, both included, in equal steps no longer than `step`.
Polyline evenly_along(PlotPoint a, PlotPoint b, double step);

/// The points inside the plot, without those that fall on the one before.
Polyline visible_points(const Axes& axes, std::span<const PlotPoint> points);

inline double distance(PlotPoint a, PlotPoint b) { return std::hypot(a.x - b.x, a.y - b.y); }
inline bool is_number(PlotPoint p) { return !std::isnan(p.x) && !std::isnan(p.y); }

}  // namespace gradscape::figure
