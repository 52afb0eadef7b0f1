// The texts of a scene as elements of an SVG file.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/figure/scene.hpp"

namespace gradscape::figure {

/// One <text> each, as long as it was laid out, whatever font shows it: `w<sub>x</sub>` is italic
/// and lowered letters in the drawing, and "w_x" to who reads or searches.
std::string svg_texts(const Scene& scene);

}  // namespace gradscape::figure
