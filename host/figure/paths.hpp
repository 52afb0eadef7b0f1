// Training paths, contours and arrows over a heatmap: each readable on every colour, and apart from
// the others for whatever eyes.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "host/figure/axes.hpp"

namespace gradscape::figure {

/// The line with arrow heads along it, iterates as dots as far as they stand apart, a ring at the
/// start and a star at the end. An end that lies outside is a triangle at the border, pointing
/// there: full for the end, hollow for the start, whose ring is behind it.
void draw_path(Scene& scene, const TrainingPath& path, const Axes& axes, double ring_growth = 0);

/// By how much the ring of each is larger, so that those of one start are seen around each other:
/// the first path's, which is drawn last, is the innermost.
std::vector<double> ring_growths(std::span<const TrainingPath> paths);
void draw_path_key(Scene& scene, const Rect& box, Rgb color, Rgb end_color,
                   LineStyle style = LineStyle::solid);

/// The same in parts, of a path that is on the page already: its line and dots,
void draw_path_line(Scene& scene, const TrainingPath& path, const std::vector<Polyline>& lines,
                    const Polyline& iterates, const Rect& clip);
/// arrow heads, one in the middle of a line or one every so far, none on lines that are hardly
/// longer,
void draw_heads(Scene& scene, const Polyline& line, Rgb color);
/// the ring of a start, and the triangle of an end that lies outside.
void draw_ring(Scene& scene, PlotPoint at, Rgb color, double around = 0);
void draw_way_out(Scene& scene, PlotPoint at, PlotPoint outward, Rgb fill);

void draw_contours(Scene& scene, const std::vector<Contour>& contours, const Axes& axes);
/// On the lines, where there is room beside what `taken` covers already.
void label_contours(Scene& scene, const std::vector<Contour>& contours, const Axes& axes,
                    std::vector<Rect> taken);

void draw_arrows(Scene& scene, const std::vector<DirectionArrow>& arrows, const Axes& axes);
void draw_arrow_key(Scene& scene, const Rect& box);

}  // namespace gradscape::figure
