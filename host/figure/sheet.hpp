// The page that a figure is laid out on, in the layout's own units: letters have the same size in
// all of them, so that a unit is less than a point in a small figure and more on a slide.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

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

/// What suits whom: letters that grow with the page's area, or, on one much longer than the figure
/// is by itself, with the length that is short of room.
enum class Letters : std::uint8_t { by_area, by_shorter };

/// For a figure that by itself is so large.
Sheet sheet_of(const FigurePage& page, double natural_width, double natural_height,
               Letters letters = Letters::by_area);

/// Those that a page may be laid out on, best first.
std::vector<Sheet> sheets_of(const FigurePage& page, double natural_width, double natural_height);

/// The longest that is at most `length` and whole pixels.
inline double in_pixels(double length, const Sheet& sheet) {
    return std::floor(length / sheet.pixel + 1e-6) * sheet.pixel;
}

/// InputError: a figure of this size has no room for its plots; says what size of those a little
/// larger has, as `has_room` tells.
[[noreturn]] void refuse_small_page(const FigurePage& page,
                                    const std::function<bool(const FigurePage&)>& has_room);

/// A sheet, and where everything is on it.
template <class Layout>
struct OnSheet {
    Sheet sheet;
    Layout layout;
};

/// The layout on the first of the page's sheets that has room for one. `sheets_of` gives those of a
/// page, best first; `lay_out` a layout, or none.
template <class SheetsOf, class LayOut>
auto laid_out(const FigurePage& page, SheetsOf sheets_of, LayOut lay_out) {
    using Layout = typename std::invoke_result_t<LayOut, const Sheet&>::value_type;
    const auto attempt = [&](const FigurePage& size) -> std::optional<OnSheet<Layout>> {
        for (const Sheet& sheet : sheets_of(size))
            if (auto layout = lay_out(sheet)) return OnSheet<Layout>{sheet, std::move(*layout)};
        return {};
    };
    if (auto found = attempt(page)) return std::move(*found);
    refuse_small_page(page, [&](const FigurePage& size) { return attempt(size).has_value(); });
}

}  // namespace gradscape::figure
