// The figure of `gradscape ravine`.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <vector>

#include "gradscape/figure.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/reference.hpp"
#include "tools/common/figure_options.hpp"

namespace gradscape::cli {

/// At the bottom of the ravine.
struct RavinePoint {
    Weights at;
    double loss = 0;
    PointCurvature curvature;
    double curvature_error = 0;  ///< how far rounding may move either eigenvalue

    /// Whether more than rounding is left of the smaller eigenvalue, and so of the condition
    /// number.
    bool is_resolved() const {
        return std::fabs(curvature.curvature_min) > curvature_error &&
               std::isfinite(curvature.condition);
    }
};

/// The curvatures along it, and their quotient.
LineFigure ravine_figure(const std::vector<RavinePoint>& points);

}  // namespace gradscape::cli
