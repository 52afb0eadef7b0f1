// Draws a scene with Cairo: on any surface.
// SPDX-License-Identifier: MIT
#pragma once

#include <cairo.h>

#include "host/figure/scene.hpp"

namespace gradscape::figure {

/// `pixels_per_point` of a raster surface, 0 for vector output: pictures finer than the surface
/// are averaged there, all others keep hard cell edges.
void draw(cairo_t* cairo, const Scene& scene, double pixels_per_point);

}  // namespace gradscape::figure
