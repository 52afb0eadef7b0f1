// Layout of a heatmap figure: a search for the longest panels that fit.
// SPDX-License-Identifier: MIT
#include "host/figure/heatmap_layout.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace gradscape::figure {
namespace {

constexpr double panel_gap = 22, bar_gap = 16, smallest_side = 60;
constexpr double natural_width = 430, natural_height = 400;  // of one panel with its surroundings

/// Of a panel that is `side` long: equal units along both axes where that gives a reasonable shape,
/// else a square.
Axes lay_panel(const HeatmapPanel& panel, double side, const Sheet& sheet) {
    PlotAxis x = cell_axis(panel.grid.wx, panel.x_label, wx_markup);
    PlotAxis y = cell_axis(panel.grid.wrec, panel.y_label, wrec_markup);
    const double ratio = (x.to - x.from) / (y.to - y.from);
    double width = side, height = side;
    const auto rounded = [&](double length) {
        return std::max(std::round(length / sheet.pixel), 1.0) * sheet.pixel;
    };
    if (ratio > 1 && ratio < 2.6) height = rounded(side / ratio);
    if (ratio < 1 && ratio > 1 / 2.6) width = rounded(side * ratio);
    return lay_axes(std::move(x), std::move(y), panel.title, width, height);
}

ColorBar bar_of(const HeatmapFigure& figure) {
    const ColorMap& map = figure.colors;
    std::array<bool, 256> occurs{};
    for (const HeatmapPanel& panel : figure.panels)
        for (std::uint8_t index : panel.indices) occurs[index] = true;
    return {.label = figure.value_label,
            .below_label = figure.below_label,
            .short_label = figure.short_value_label,
            .non_finite_label = figure.non_finite_label,
            .below = occurs[map.below()],
            .above = occurs[map.above()],
            .non_finite = occurs[map.non_finite()],
            .has_bands = figure.has_bands};
}

/// How the parts of a figure stand together.
struct Arrangement {
    bool stacked = false;       ///< panels below each other
    bool legend_right = false;  ///< beside the colour bar instead of below
    double margin_x = 0, margin_y = 0;
};

constexpr double stack_gap = 6, narrow_panel = 150;

Layout lay_out(const HeatmapFigure& figure, const Sheet& sheet, double side,
               const Arrangement& arrangement) {
    Layout layout{Page(figure.title, sheet, {arrangement.margin_x, arrangement.margin_y})};
    layout.bar = bar_of(figure);
    for (const HeatmapPanel& panel : figure.panels)
        layout.panels.push_back(lay_panel(panel, side, sheet));
    for (Axes& axes : layout.panels) {
        const bool first = &axes == layout.panels.data();
        if (arrangement.stacked && !first)
            layout.page.place_below(axes, stack_gap);
        else
            layout.page.place(axes, first ? 0 : panel_gap);
        const double wide = axes.plot.width / side, high = axes.plot.height / side;
        layout.columns_width = arrangement.stacked ? std::max(layout.columns_width, wide)
                                                   : layout.columns_width + wide;
        layout.rows_height =
            arrangement.stacked ? layout.rows_height + high : std::max(layout.rows_height, high);
    }
    const Axes& beside = arrangement.stacked ? layout.panels.front() : layout.panels.back();
    layout.bar.room_for_all = sheet.is_fixed();
    lay_color_bar(layout.bar, figure.colors, beside.plot.height);
    layout.bar_corner =
        layout.page.reserve_right(layout.bar.width, beside.plot.y, bar_gap - beside.right);
    layout.legend = legend_of(figure, layout.panels);
    if (arrangement.legend_right) {
        lay_legend(layout.legend, 0);
        layout.legend_corner =
            layout.page.reserve_right(layout.legend.width, beside.plot.y, bar_gap);
        layout.page.reach(beside.plot.y + layout.legend.height);
    } else {
        const double width =
            sheet.width > 0 ? sheet.width - 2 * page_margin : layout.page.content_width();
        lay_legend(layout.legend, width);
        layout.legend_corner = layout.page.reserve_below(layout.legend.width, layout.legend.height);
    }
    return layout;
}

/// How much longer the panels may be, at most: negative where they are too long.
double spare_side(const Layout& layout, const Sheet& sheet) {
    constexpr double nothing = 1e-9;  // by which rounding makes a line of text wider than its room
    double spare = std::numeric_limits<double>::infinity();
    if (sheet.width > 0)
        spare = std::min(spare, (sheet.width - layout.page.width()) / layout.columns_width);
    if (sheet.height > 0)
        spare = std::min(spare, (sheet.height - layout.page.height()) / layout.rows_height);
    return std::fabs(spare) < nothing ? 0 : spare;
}

/// The longest panels that the sheet holds. Labels change with the length, so it is a search.
double fitting_side(const HeatmapFigure& figure, const Sheet& sheet,
                    const Arrangement& arrangement) {
    double side = in_pixels(panel_side, sheet), fits = 0;
    for (int round = 0; round < 12; ++round) {
        const double spare = spare_side(lay_out(figure, sheet, side, arrangement), sheet);
        if (spare >= 0) fits = std::max(fits, side);
        const double next = in_pixels(std::max(side + spare, smallest_side), sheet);
        if (next == side || (spare >= 0 && next <= fits)) break;
        side = next;
    }
    // Shorter panels have other labels, which may be wider: the search may miss all that would fit.
    for (side = in_pixels(panel_side, sheet); fits <= smallest_side && side > smallest_side;) {
        side = in_pixels(std::max(0.97 * side, smallest_side), sheet);
        if (spare_side(lay_out(figure, sheet, side, arrangement), sheet) >= 0)
            fits = std::max(fits, side);
    }
    return fits;
}

/// The arrangement with the longest panels.
std::pair<Arrangement, double> best_arrangement(const HeatmapFigure& figure, const Sheet& sheet) {
    std::pair<Arrangement, double> best{{}, 0};
    for (const bool stacked : {false, true})
        for (const bool right : {false, true}) {
            if (stacked && figure.panels.size() == 1) continue;
            const Arrangement arrangement{.stacked = stacked, .legend_right = right};
            const double side = fitting_side(figure, sheet, arrangement);
            if (side > 1.05 * best.second) best = {arrangement, side};
        }
    return best;
}

/// Of panels side by side where they have room, else below each other.
std::vector<Sheet> sheets_of(const HeatmapFigure& figure, const FigurePage& page) {
    const auto more = static_cast<double>(figure.panels.size() - 1);
    const auto beside = [&](Letters letters) {
        return sheet_of(page, natural_width + more * (panel_side + 60), natural_height, letters);
    };
    const auto below = [&](Letters letters) {
        return sheet_of(page, natural_width, natural_height * (1 + 0.8 * more), letters);
    };
    const double room = beside(Letters::by_area).width / static_cast<double>(figure.panels.size());
    const bool are_beside = page.width == 0 || room > narrow_panel + 90;
    std::vector<Sheet> sheets{are_beside ? beside(Letters::by_area) : below(Letters::by_area)};
    if (page.width > 0 && page.height > 0) {
        sheets.push_back(beside(Letters::by_shorter));
        sheets.push_back(below(Letters::by_shorter));
    }
    return sheets;
}

/// With panels as long as the sheet allows, if it has room for any.
std::optional<Layout> fitted(const HeatmapFigure& figure, const Sheet& sheet) {
    if (!sheet.is_fixed()) return lay_out(figure, sheet, in_pixels(panel_side, sheet), {});
    auto [arrangement, side] = best_arrangement(figure, sheet);
    const double shortest_bar = figure.has_bands ? 30 : 0;  // with a number or two
    if (side < smallest_side) return {};
    const Layout tight = lay_out(figure, sheet, side, arrangement);
    if (tight.bar.bar_height < shortest_bar) return {};
    // What the panels leave is shared between both sides.
    const auto margin = [&](double room, double used) {
        return room > used ? in_pixels((room - used) / 2, sheet) : 0;
    };
    // However long the title is: it is centred over them by itself.
    arrangement.margin_x = margin(sheet.width, tight.page.content_width() + 2 * page_margin);
    arrangement.margin_y = margin(sheet.height, tight.page.height());
    return lay_out(figure, sheet, side, arrangement);
}

}  // namespace

/// The axis of a picture: cells are centred on grid points, so it ends half a cell beyond them.
PlotAxis cell_axis(const Axis& axis, const std::string& label, std::string_view short_label) {
    double half_cell = axis.step() / 2;
    if (axis.size == 1) half_cell = axis.hi > axis.lo ? (axis.hi - axis.lo) / 2 : 0.5;
    const double last = axis.at(axis.size - 1);
    return {axis.lo - half_cell,     last + half_cell, Scale::linear, 1, label,
            std::string(short_label)};
}

OnSheet<Layout> lay_out(const HeatmapFigure& figure, const FigurePage& page) {
    return laid_out(
        page, [&](const FigurePage& size) { return sheets_of(figure, size); },
        [&](const Sheet& sheet) { return fitted(figure, sheet); });
}

}  // namespace gradscape::figure
