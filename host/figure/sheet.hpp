// The page that a figure is laid out on, in the layout's own units: letters have the same size in
// all of them, so that a unit is less than a point in a small figure and more on a slide.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include "gradscape/figure.hpp"

namespace gradscape::figure {

inline constexpr double points_per_inch = 72;

struct Sheet {
    double width = 0, height = 0;  ///< 0: as the content asks
    double scale = 1;              ///< points a unit
    double pixel = 0.5;            ///< of the raster, in units
    double step = 1;               ///< plots begin at multiples of it

    bool is_fixed() const { return width > 0 || height > 0; }
};

/// For a figure that by itself is so large.
Sheet sheet_of(const FigurePage& page, double natural_width, double natural_height);

/// The longest that is at most `length` and whole pixels.
inline double in_pixels(double length, const Sheet& sheet) {
    return std::floor(length / sheet.pixel + 1e-6) * sheet.pixel;
}

/// InputError: a figure of this size has no room for its plots.
[[noreturn]] void refuse_small_page(const FigurePage& page);

}  // namespace gradscape::figure
