// The figures of `gradscape cliff`.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "gradscape/cliff.hpp"
#include "gradscape/context.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/relief.hpp"
#include "tools/common/figure_options.hpp"

namespace gradscape::cli {

/// Along w_rec = cut.
struct CliffCut {
    std::vector<Iterate> line;
    Iterate steepest;
    std::optional<std::array<double, 2>> folds;
    std::optional<double> boundary;
    bool is_resolved = true;  ///< the wall is wider than double's numbers are apart; else
                              ///< `steepest` is any point of it
};

struct CliffRuns {
    Trajectory unclipped, clipped;
};

/// |∇E|
inline double slope_of(const Iterate& at) { return std::hypot(at.grad_wx, at.grad_wrec); }

/// Error and length of the gradient along the cut, with the folds and the border of the basins.
LineFigure cut_figure(const CliffCut& cut, const FigureOptions& page);

/// The error over (b, w) with both paths: the whole window, and around the path that is clipped.
HeatmapFigure wall_figure(const CliffRuns& runs, const TrainingOptions& training,
                          const LoadedModel& model, const Grid& window, const FigureOptions& page,
                          const Context& context);
/// The error as a relief, as in the paper, with both paths on it.
ReliefFigure wall_relief(const CliffRuns& runs, const TrainingOptions& training,
                         const LoadedModel& model, const Grid& window, const FigureOptions& page,
                         const Context& context);

}  // namespace gradscape::cli
