// Where the parts of a heatmap figure are: panels as long as the page allows, the colour bar beside
// them, the legend below or at the right.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "host/figure/axes.hpp"
#include "host/figure/color_bar.hpp"
#include "host/figure/legend.hpp"
#include "host/figure/page.hpp"

namespace gradscape::figure {

struct Layout {
    Page page;
    std::vector<Axes> panels = {};
    ColorBar bar = {};
    Legend legend = {};
    PlotPoint bar_corner = {}, legend_corner = {};
    double columns_width = 0, rows_height = 0;  ///< of the panels that grow, in parts of a side
};

/// The axis of a picture: cells are centred on grid points, so it ends half a cell beyond them.
PlotAxis cell_axis(const Axis& axis, const std::string& label, std::string_view short_label);

Legend legend_of(const HeatmapFigure& figure, const std::vector<Axes>& panels);

/// InputError where the page is too small.
OnSheet<Layout> lay_out(const HeatmapFigure& figure, const FigurePage& page);

}  // namespace gradscape::figure
