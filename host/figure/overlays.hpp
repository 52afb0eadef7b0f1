// What is drawn over a heatmap, readable on every colour: light ink on a thin dark rim.
// The same functions draw the legend's keys.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "host/figure/axes.hpp"

namespace gradscape::figure {

inline constexpr Rgb end_red = rgb(0xff3b30);

void draw_mark(Scene& scene, PlotPoint at, Rgb color);
void draw_start(Scene& scene, PlotPoint at);
void draw_end(Scene& scene, PlotPoint at, Rgb color = end_red);
void draw_valley(Scene& scene, const std::vector<Polyline>& lines, const Rect& clip);
void draw_trajectory(Scene& scene, const std::vector<Polyline>& lines, const Polyline& dots,
                     const Rect& clip);

/// All overlays of a panel in order of importance.
void draw_overlays(Scene& scene, const HeatmapPanel& panel, const Axes& axes);

}  // namespace gradscape::figure
