// Layout of a heatmap figure: title, panels, colour bar, the legend below.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "gradscape/internal/counted.hpp"
#include "host/figure/axes.hpp"
#include "host/figure/color_bar.hpp"
#include "host/figure/legend.hpp"
#include "host/figure/overlays.hpp"
#include "host/figure/page.hpp"

namespace gradscape::figure {
namespace {

constexpr double panel_gap = 22, bar_gap = 16;
constexpr std::size_t max_picture_side = 3 * panel_pixels;  // vector figures are zoomed

/// The mean colour of the samples under a pixel.
struct ColorSum {
    std::uint64_t r = 0, g = 0, b = 0, count = 0;

    void add(Rgb color) { r += color.r, g += color.g, b += color.b, ++count; }
    std::uint32_t mean() const {
        const auto rounded = [this](std::uint64_t channel) {
            return static_cast<std::uint32_t>((channel + count / 2) / count);
        };
        return rounded(r) << 16 | rounded(g) << 8 | rounded(b);
    }
};

/// Row 0 on top = highest w_rec. Grids beyond max_picture_side are reduced by averaging colours.
Picture heat_picture(const HeatmapPanel& panel, const ColorMap& map, const Rect& box) {
    const std::size_t cols = panel.grid.cols() * panel.samples;
    const std::size_t rows = panel.grid.rows() * panel.samples;
    if (cols == 0 || panel.indices.size() != cols * rows)
        throw std::invalid_argument("a heatmap panel needs one index for each sample of its grid");
    Picture picture{box,
                    std::min(panel.grid.cols(), max_picture_side),
                    std::min(panel.grid.rows(), max_picture_side),
                    {}};
    picture.pixels.reserve(picture.cols * picture.rows);
    const auto start = [](std::size_t pixel, std::size_t pixels, std::size_t cells) {
        return pixel * cells / pixels;
    };
    for (std::size_t y = picture.rows; y-- > 0;)
        for (std::size_t x = 0; x < picture.cols; ++x) {
            ColorSum sum;
            for (std::size_t i = start(y, picture.rows, rows); i < start(y + 1, picture.rows, rows);
                 ++i)
                for (std::size_t j = start(x, picture.cols, cols);
                     j < start(x + 1, picture.cols, cols); ++j)
                    sum.add(map.colors()[panel.indices[i * cols + j]]);
            picture.pixels.push_back(sum.mean());
        }
    return picture;
}

/// The axis of a picture: cells are centred on grid points, so it ends half a cell beyond them.
PlotAxis cell_axis(const Axis& axis, std::string_view label) {
    double half_cell = axis.step() / 2;
    if (axis.size == 1) half_cell = axis.hi > axis.lo ? (axis.hi - axis.lo) / 2 : 0.5;
    const double last = axis.at(axis.size - 1);
    return {axis.lo - half_cell, last + half_cell, Scale::linear, 1, std::string(label)};
}

/// Equal units along both axes where that gives a reasonable shape, else a square.
Axes lay_panel(const HeatmapPanel& panel) {
    PlotAxis x = cell_axis(panel.grid.wx, wx_markup), y = cell_axis(panel.grid.wrec, wrec_markup);
    const double ratio = (x.to - x.from) / (y.to - y.from);
    double width = panel_side, height = panel_side;
    const auto in_half_points = [](double length) { return std::round(2 * length) / 2; };
    if (ratio > 1 && ratio < 2.6) height = in_half_points(panel_side / ratio);
    if (ratio < 1 && ratio > 1 / 2.6) width = in_half_points(panel_side * ratio);
    return lay_axes(std::move(x), std::move(y), panel.title, width, height);
}

ColorBar bar_of(const HeatmapFigure& figure, const ColorMap& map) {
    std::array<bool, 256> occurs{};
    for (const HeatmapPanel& panel : figure.panels)
        for (std::uint8_t index : panel.indices) occurs[index] = true;
    return {.label = figure.value_label,
            .below_label = figure.below_label,
            .below = occurs[map.below()],
            .above = occurs[map.above()],
            .non_finite = occurs[map.non_finite()]};
}

PlotPoint middle(const Rect& box) { return {box.x + box.width / 2, box.y + box.height / 2}; }

Polyline across(const Rect& box) { return {{box.x, middle(box).y}, {box.right(), middle(box).y}}; }

std::string weights_text(PlotPoint p) { return weights_markup(p.x, p.y, 5); }

void add_marks(Legend& legend, const HeatmapPanel& panel, const Axes& axes) {
    for (const MarkedPoint& mark : panel.marks) {
        const std::string label = weights_markup(mark.wx, mark.wrec, 6);
        const auto same = [&](const LegendEntry& entry) { return entry.label == label; };
        if (std::ranges::any_of(legend.entries, same) ||
            !axes.plot.contains(axes.at({mark.wx, mark.wrec})))
            continue;
        const auto key = [color = mark.color](Scene& scene, const Rect& box) {
            draw_mark(scene, middle(box), color);
        };
        legend.entries.push_back({key, label, mark.note});
    }
}

void add_trajectory(Legend& legend, const std::vector<PlotPoint>& path) {
    const auto key = [](Scene& scene, const Rect& box) {
        const double y = middle(box).y;
        draw_trajectory(scene, {across(box)}, {{box.x + 4, y}, middle(box), {box.right() - 4, y}},
                        box.grown(4));
    };
    const auto start = [](Scene& scene, const Rect& box) { draw_start(scene, middle(box)); };
    const auto end = [](Scene& scene, const Rect& box) { draw_end(scene, middle(box)); };
    legend.entries.push_back({key, counted(path.size() - 1, "iteration"), ""});
    legend.entries.push_back({start, "start " + weights_text(path.front()), ""});
    legend.entries.push_back({end, "end " + weights_text(path.back()), ""});
}

Legend legend_of(const HeatmapFigure& figure, const std::vector<Axes>& panels) {
    Legend legend;
    for (std::size_t p = 0; p < panels.size(); ++p) add_marks(legend, figure.panels[p], panels[p]);
    const auto has = [&](const auto& member) {
        return std::ranges::find_if(
            figure.panels, [&](const HeatmapPanel& panel) { return !(panel.*member).empty(); });
    };
    if (has(&HeatmapPanel::valley) != figure.panels.end()) {
        const auto key = [](Scene& scene, const Rect& box) {
            draw_valley(scene, {across(box)}, box.grown(4));
        };
        legend.entries.push_back(
            {key, fmt::format("valley line {}<sup>∗</sup>({})", wx_markup, wrec_markup), ""});
    }
    if (const auto panel = has(&HeatmapPanel::trajectory); panel != figure.panels.end())
        add_trajectory(legend, panel->trajectory);
    return legend;
}

Axis refined(const Axis& axis, std::size_t samples) {
    const PlotAxis cells = cell_axis(axis, {});
    const double half_sample =
        (cells.to - cells.from) / static_cast<double>(2 * axis.size * samples);
    return {cells.from + half_sample, cells.to - half_sample, axis.size * samples};
}

}  // namespace

Scene compose(const HeatmapFigure& figure) {
    const ColorMap map(figure.colors);
    std::vector<Axes> panels;
    for (const HeatmapPanel& panel : figure.panels) panels.push_back(lay_panel(panel));
    Page page(figure.title);
    for (Axes& axes : panels) page.place(axes, &axes == panels.data() ? 0 : panel_gap);
    ColorBar bar = bar_of(figure, map);
    lay_color_bar(bar, map, panels.back().plot.height);
    const PlotPoint bar_corner =
        page.reserve_right(bar.width, panels.back().plot.y, bar_gap - panels.back().right);
    Legend legend = legend_of(figure, panels);
    lay_legend(legend, page.content_width());
    const PlotPoint legend_corner = page.reserve_below(legend.width, legend.height);

    Scene scene = page.begin();
    for (std::size_t p = 0; p < panels.size(); ++p) {
        scene.add(heat_picture(figure.panels[p], map, panels[p].plot));
        draw_overlays(scene, figure.panels[p], panels[p]);
        draw_axes(scene, panels[p]);
    }
    draw_color_bar(scene, bar, map, bar_corner);
    draw_legend(scene, legend, legend_corner);
    return scene;
}

}  // namespace gradscape::figure

namespace gradscape {

Grid refined(const Grid& grid, std::size_t samples) {
    if (samples == 1) return grid;
    return {figure::refined(grid.wx, samples), figure::refined(grid.wrec, samples)};
}

}  // namespace gradscape
