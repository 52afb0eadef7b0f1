// SPDX-License-Identifier: MIT
#include "host/figure/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gradscape/error.hpp"

namespace gradscape::figure {
namespace {

constexpr double smallest_scale = 0.68, largest_scale = 4;  // letters of 6 points are read on paper

}  // namespace

Sheet sheet_of(const FigurePage& page, double natural_width, double natural_height) {
    Sheet sheet;
    const double by_width = page.width > 0 ? page.width / natural_width : 0;
    const double by_height = page.height > 0 ? page.height / natural_height : 0;
    if (page.has_size()) {
        const double ratio = by_width > 0 && by_height > 0 ? std::sqrt(by_width * by_height)
                                                           : std::max(by_width, by_height);
        // Small figures are read near, so letters shrink less than they; slides are read far.
        const double scale = ratio < 1 ? std::sqrt(ratio) : ratio;
        sheet.scale = std::clamp(scale, smallest_scale, largest_scale);
    }
    sheet.width = page.width / sheet.scale;
    sheet.height = page.height / sheet.scale;
    sheet.pixel = points_per_inch / (page.dpi * sheet.scale);
    if (page.has_size() || page.dpi != FigurePage{}.dpi) sheet.step = sheet.pixel;
    return sheet;
}

void refuse_small_page(const FigurePage& page) {
    const auto inches = [](double length) {
        return length > 0 ? fmt::format("{:.3g} in", length / points_per_inch)
                          : std::string("any height");
    };
    throw InputError(
        fmt::format("a figure of {} by {}: too small for its labels; a larger one is "
                    "wanted, or fewer marks and paths for the legend",
                    page.width > 0 ? inches(page.width) : "any width", inches(page.height)));
}

}  // namespace gradscape::figure
