// The figure of a run of training: its path on the loss surface.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/context.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/train.hpp"
#include "tools/common/figure_options.hpp"

namespace gradscape::cli {

struct RunFigure {
    Optimizer optimizer = Optimizer::rprop;
    Grid box;                     ///< its ranges
    bool article_colors = false;  ///< else colours by the losses in the box
    FigureOptions page;
    DataOptions data = {};  ///< for the title
};

/// The box, and the surroundings of the end if there is one.
HeatmapFigure run_figure(const LoadedModel& model, const Trajectory& run, const RunFigure& wanted,
                         const Context& context);

}  // namespace gradscape::cli
