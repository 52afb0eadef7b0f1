// A plot's frame: ticks, labels and title around it, and the way from values to points on the page.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/figure/scene.hpp"
#include "host/figure/ticks.hpp"

namespace gradscape::figure {

struct Axes {
    PlotAxis x, y;
    std::string title;
    Rect plot;  ///< width and height as given to lay_axes(), position set by the page's layout
    Ticks x_ticks, y_ticks;
    double left = 0, right = 0, top = 0, bottom = 0;  ///< room taken around the plot

    PlotPoint at(PlotPoint value) const {
        return {plot.x + fraction(x, value.x) * plot.width,
                plot.bottom() - fraction(y, value.y) * plot.height};
    }
};

Axes lay_axes(PlotAxis x, PlotAxis y, std::string title, double width, double height);

void draw_grid(Scene& scene, const Axes& axes);

/// Frame, ticks, labels and title; over the content, whose edges it covers.
void draw_axes(Scene& scene, const Axes& axes);

/// Ticks and their labels at a vertical axis' left (side −1) or right (+1); the widest label.
double draw_vertical_ticks(Scene& scene, const PlotAxis& axis, const Ticks& ticks,
                           const Rect& along, int side);
double widest_label(const Ticks& ticks);

}  // namespace gradscape::figure
