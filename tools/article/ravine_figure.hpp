// The figure of `gradscape ravine`.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/figure.hpp"
#include "gradscape/reference.hpp"
#include "gradscape/weights.hpp"
#include "tools/common/figure_options.hpp"

namespace gradscape::cli {

/// At the bottom of the ravine.
struct RavinePoint {
    Weights at;
    double loss = 0;
    PointCurvature curvature;
};

/// The curvatures along it, and their quotient.
LineFigure ravine_figure(const std::vector<RavinePoint>& points);

}  // namespace gradscape::cli
