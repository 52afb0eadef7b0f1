// SPDX-License-Identifier: MIT
#include "host/figure/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "gradscape/error.hpp"

namespace gradscape::figure {
namespace {

constexpr double smallest_scale = 0.68, largest_scale = 4;  // letters of 6 points are read on paper

/// Longer in one length or both, in whole tenths of an inch; none where not even a poster has room.
std::optional<FigurePage> smallest_with_room(
    const FigurePage& page, bool wider, bool higher,
    const std::function<bool(const FigurePage&)>& has_room) {
    constexpr double tenth = points_per_inch / 10, poster = 40 * points_per_inch;
    if ((wider && page.width == 0) || (higher && page.height == 0)) return {};
    const auto grown = [&](double times) {
        const auto length = [times](double of) { return std::ceil(of * times / tenth) * tenth; };
        FigurePage size = page;
        if (wider) size.width = length(page.width);
        if (higher) size.height = length(page.height);
        return size;
    };
    double small = 1, large = poster / std::max(wider ? page.width : 0, higher ? page.height : 0);
    if (large <= small || !has_room(grown(large))) return {};
    while (large / small > 1.03) {
        const double middle = std::sqrt(small * large);
        (has_room(grown(middle)) ? large : small) = middle;
    }
    return grown(large);
}

}  // namespace

Sheet sheet_of(const FigurePage& page, double natural_width, double natural_height,
               Letters letters) {
    Sheet sheet;
    const double by_width = page.width > 0 ? page.width / natural_width : 0;
    const double by_height = page.height > 0 ? page.height / natural_height : 0;
    if (page.has_size()) {
        const double both = letters == Letters::by_area ? std::sqrt(by_width * by_height)
                                                        : std::min(by_width, by_height);
        const double ratio = by_width > 0 && by_height > 0 ? both : std::max(by_width, by_height);
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

void refuse_small_page(const FigurePage& page,
                       const std::function<bool(const FigurePage&)>& has_room) {
    const auto in_words = [](const FigurePage& size) {
        const auto inches = [](double length) {
            return fmt::format("{:.4g} in", length / points_per_inch);
        };
        return fmt::format("{} by {}", size.width > 0 ? inches(size.width) : "any width",
                           size.height > 0 ? inches(size.height) : "any height");
    };
    const std::string small =
        fmt::format("a figure of {}: too small for its labels", in_words(page));
    std::optional<FigurePage> best;
    const auto area = [](const FigurePage& size) {
        return std::max(size.width, 1.0) * std::max(size.height, 1.0);
    };
    for (const auto& [by_width, by_height] : {std::pair{0, 1}, std::pair{1, 0}, std::pair{1, 1}})
        if (const auto size = smallest_with_room(page, by_width, by_height, has_room))
            if (!best || area(*size) < area(*best)) best = size;
    if (best) throw InputError(fmt::format("{}; {} would do", small, in_words(*best)));
    throw InputError(
        fmt::format("{}; a larger one is wanted, or fewer marks and paths for the legend", small));
}

std::vector<Sheet> sheets_of(const FigurePage& page, double natural_width, double natural_height) {
    std::vector<Sheet> sheets{sheet_of(page, natural_width, natural_height)};
    if (page.width > 0 && page.height > 0)
        sheets.push_back(sheet_of(page, natural_width, natural_height, Letters::by_shorter));
    return sheets;
}

}  // namespace gradscape::figure
