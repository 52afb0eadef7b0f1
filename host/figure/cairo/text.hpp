// Text measured and drawn, both with the same settings.
// SPDX-License-Identifier: MIT
#pragma once

#include <cairo.h>

#include <string>

#include "host/figure/drawing.hpp"

namespace gradscape::figure {

/// RunError where this machine has no font: Pango would crash at the first text.
void expect_fonts();

TextExtent measure_text(const std::string& markup, double size);

void draw_text(cairo_t* cairo, const Text& text);

}  // namespace gradscape::figure
