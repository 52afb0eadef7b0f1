// The box of a relief on the page, with an axis along each of three edges.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "host/figure/relief.hpp"
#include "host/figure/ticks.hpp"

namespace gradscape::figure {

/// The box on the page.
struct Stage {
    Projection projection;
    double side = 0;  ///< of the floor
    PlotPoint origin = {};

    PlotPoint operator()(const BoxPoint& p) const {
        const PlotPoint at = projection(p);
        return {origin.x + side * at.x, origin.y + side * at.y};
    }
};

/// An axis along an edge of the box; ticks and labels stand out from it.
struct EdgeAxis {
    PlotAxis axis;
    BoxPoint from, to;
    PlotPoint tick;  ///< unit vectors on the page
    PlotPoint out;
    Direction direction = Direction::horizontal;
};

/// Along x, y and z.
std::vector<EdgeAxis> edge_axes(const ReliefFigure& figure, const Stage& stage);
void draw_edge(Scene& scene, const EdgeAxis& edge, const Stage& stage);

/// Behind the surface, with lines that go on from the ticks.
void draw_walls(Scene& scene, const std::vector<EdgeAxis>& edges, const Stage& stage);

/// What the box and its labels cover.
Rect extent_of(const ReliefFigure& figure, const Stage& stage);

}  // namespace gradscape::figure
