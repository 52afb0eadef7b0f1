// SPDX-License-Identifier: MIT
#include "host/figure/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gradscape::figure {
namespace {

constexpr double cap_height = 0.73;  // of the font size, as in DejaVu Sans

}  // namespace

std::string plain_text(std::string_view markup) {
    static constexpr std::pair<std::string_view, std::string_view> replaced[]{
        {"<sub>", "_"}, {"<sup>", "^"}, {"</sub>", ""}, {"</sup>", ""}, {"<i>", ""},   {"</i>", ""},
        {"<b>", ""},    {"</b>", ""},   {"&lt;", "<"},  {"&gt;", ">"},  {"&amp;", "&"}};
    std::string plain;
    while (!markup.empty()) {
        const auto* const found = std::ranges::find_if(
            replaced, [&](const auto& pair) { return markup.starts_with(pair.first); });
        if (found == std::end(replaced)) {
            plain += markup.front();
            markup.remove_prefix(1);
        } else {
            plain += found->second;
            markup.remove_prefix(found->first.size());
        }
    }
    return plain;
}

TextExtent measure(const std::string& markup, double size) {
    return drawing().measure(markup, size);
}

Text place_text(std::string markup, double size, PlotPoint anchor, Align align, Level level,
                Rgb color) {
    const TextExtent extent = measure(markup, size);
    const double shift = align == Align::start ? 0 : align == Align::center ? 0.5 : 1;
    const double drop = level == Level::top      ? cap_height
                        : level == Level::middle ? cap_height / 2
                                                 : 0;
    const PlotPoint origin{anchor.x - shift * extent.width, anchor.y + drop * size};
    const Rect box{origin.x, origin.y - extent.above, extent.width, extent.above + extent.below};
    return {std::move(markup), size, origin, false, box, color};
}

Text place_upright(std::string markup, double size, PlotPoint center) {
    const TextExtent extent = measure(markup, size);
    const PlotPoint origin{center.x + cap_height / 2 * size, center.y + extent.width / 2};
    const Rect box{origin.x - extent.above, origin.y - extent.width, extent.above + extent.below,
                   extent.width};
    return {std::move(markup), size, origin, true, box};
}

}  // namespace gradscape::figure
