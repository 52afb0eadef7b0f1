// Layout and lines of a line figure, the legend to the right.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "host/figure/axes.hpp"
#include "host/figure/clip.hpp"
#include "host/figure/legend.hpp"
#include "host/figure/page.hpp"

namespace gradscape::figure {
namespace {

constexpr double plot_width = 460, line_width = 1.5, marker_radius = 2.3, legend_gap = 16;

std::span<const double> dashes_of(LineStyle style) {
    static constexpr double dashed[] = {5, 3}, dotted[] = {0.1, 3}, dash_dot[] = {6, 3, 0.1, 3};
    switch (style) {
        case LineStyle::dashed:
            return dashed;
        case LineStyle::dotted:
            return dotted;
        case LineStyle::dash_dot:
            return dash_dot;
        default:
            return {};
    }
}

/// Too light to be seen on white without a rim.
bool is_light(Rgb color) { return 0.299 * color.r + 0.587 * color.g + 0.114 * color.b > 200; }

/// WCAG 2.2, success criterion 1.4.11: what must be seen has a contrast of 3 to 1 with its ground.
bool stands_out_from_white(Rgb color) {
    const auto linear = [](std::uint8_t channel) {  // sRGB
        const double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    const double luminance =
        0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
    return 1.05 / (luminance + 0.05) >= 3;
}

void draw_line(Scene& scene, const LineSeries& series, const std::vector<Polyline>& lines,
               const Polyline& points, const Rect& clip) {
    const bool rim =
        is_light(series.color) || (series.outlined && !stands_out_from_white(series.color));
    if (rim)
        scene.add(Shape{.lines = lines, .pen = Pen{faint_ink, line_width + 1.2}, .clip = clip});
    scene.add(Shape{.lines = lines,
                    .pen = Pen{series.color, line_width, dashes_of(series.style)},
                    .clip = clip});
    if (!series.markers) return;
    Shape discs{.fill = series.color};
    for (PlotPoint point : points) discs.circles.push_back({point, marker_radius});
    if (rim) discs.pen = Pen{faint_ink, 0.7};
    scene.add(std::move(discs));
}

/// Where a line left through the top.
void draw_exit(Scene& scene, PlotPoint at, Rgb color) {
    scene.add(Shape{.lines = {{{at.x - 3.6, at.y + 1}, {at.x + 3.6, at.y + 1}, {at.x, at.y - 6}}},
                    .closed = true,
                    .fill = color,
                    .pen = Pen{white, 0.7}});
}

void draw_content(Scene& scene, const LinePanel& panel, const Axes& axes) {
    std::vector<std::pair<PlotPoint, Rgb>> exits;
    for (const LineSeries& series : panel.series) {
        const VisibleLine line = visible_line(axes, series.points);
        draw_line(scene, series, line.pieces, visible_points(axes, series.points),
                  axes.plot.grown(marker_radius));
        if (line.exit) exits.emplace_back(*line.exit, series.color);
    }
    for (const auto& [at, color] : exits) draw_exit(scene, at, color);
}

Legend legend_of(const LineFigure& figure) {
    Legend legend{.title = figure.legend_title, .entries = {}};
    for (const LinePanel& panel : figure.panels)
        for (const LineSeries& series : panel.series) {
            const auto same = [&](const LegendEntry& e) { return e.label == series.label; };
            if (series.label.empty() || std::ranges::any_of(legend.entries, same)) continue;
            const auto key = [series = LineSeries{.label = {},
                                                  .note = {},
                                                  .points = {},
                                                  .color = series.color,
                                                  .style = series.style,
                                                  .markers = series.markers,
                                                  .outlined = series.outlined}](Scene& scene,
                                                                                const Rect& box) {
                const double y = box.y + box.height / 2;
                draw_line(scene, series, {{{box.x, y}, {box.right(), y}}},
                          {{box.x + box.width / 2, y}}, box.grown(2));
            };
            legend.entries.push_back({key, series.label, series.note});
        }
    return legend;
}

}  // namespace

Scene compose(const LineFigure& figure) {
    std::vector<Axes> panels;
    for (const LinePanel& panel : figure.panels)
        panels.push_back(lay_axes(panel.x, panel.y, panel.title, plot_width, panel_side));
    Page page(figure.title);
    for (Axes& axes : panels) page.place(axes, &axes == panels.data() ? 0 : legend_gap);
    Legend legend = legend_of(figure);
    lay_legend(legend, 0);
    const double top = panels.back().plot.y;
    PlotPoint corner;
    if (!legend.entries.empty()) {
        corner = page.reserve_right(legend.width, top, legend_gap);
        page.reach(top + legend.height);
    }
    Scene scene = page.begin();
    for (std::size_t p = 0; p < panels.size(); ++p) {
        draw_grid(scene, panels[p]);
        draw_axes(scene, panels[p]);
        draw_content(scene, figure.panels[p], panels[p]);
    }
    draw_legend(scene, legend, corner);
    return scene;
}

}  // namespace gradscape::figure
