// The parts of the drawing module: scenes and text with Cairo and Pango, on any surface.
// SPDX-License-Identifier: MIT
#pragma once

#include <cairo.h>

#include <memory>
#include <string>

#include "host/figure/drawing.hpp"
#include "host/figure/scene.hpp"

namespace gradscape::figure {

struct DestroySurface {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, DestroySurface>;

/// `pixels_per_point` of a raster surface, 0 for vector output: pictures finer than the surface
/// are averaged there, all others keep hard cell edges.
void draw(cairo_t* cairo, const Scene& scene, double pixels_per_point);

/// RunError where this machine has no font: Pango would crash at the first text.
void expect_fonts();

/// Text is measured and drawn with the same settings.
TextExtent measure_text(const std::string& markup, double size);
void draw_text(cairo_t* cairo, const Text& text);

}  // namespace gradscape::figure
