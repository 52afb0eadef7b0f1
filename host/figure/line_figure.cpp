// Layout and lines of a line figure, the legend to the right.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/figure/axes.hpp"
#include "host/figure/clip.hpp"
#include "host/figure/legend.hpp"
#include "host/figure/page.hpp"
#include "host/figure/text.hpp"
#include "host/figure/theme.hpp"

namespace gradscape::figure {
namespace {

struct Size {
    double width = 0, height = 0;
};

constexpr double plot_width = 460, line_width = 1.5, marker_radius = 2.3;
constexpr double legend_gap = 16, line_stack_gap = 6;
constexpr double smallest_plot = 70, sign_radius = 2.6;
constexpr Size natural{720, 390};  // of a plot with its surroundings

double luminance(Rgb color) {
    const auto linear = [](std::uint8_t channel) {  // sRGB
        const double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

/// WCAG 2.2, success criterion 1.4.11: what must be seen has a contrast of 3 to 1 with its ground.
bool stands_out(Rgb color, Rgb ground) {
    const double a = luminance(color) + 0.05, b = luminance(ground) + 0.05;
    return std::max(a, b) / std::min(a, b) >= 3;
}

/// Too near to the ground to be seen without a rim.
bool is_lost(Rgb color, Rgb ground) {
    const auto brightness = [](Rgb c) { return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b; };
    return ground == white ? brightness(color) > 200 : brightness(color) < 70;
}

void draw_band(Scene& scene, const LineBand& band, const Axes& axes, Rgb ground) {
    std::vector<PlotPoint> outline;
    const auto add = [&](PlotPoint value) {
        const PlotPoint p = axes.at(value);
        if (std::isnan(p.y)) return;
        outline.push_back({p.x, std::clamp(p.y, axes.plot.y - 10, axes.plot.bottom() + 10)});
    };
    for (PlotPoint value : band.lower) add(value);
    for (std::size_t i = band.upper.size(); i-- > 0;) add(band.upper[i]);
    scene.add(Shape{.lines = {std::move(outline)},
                    .closed = true,
                    .fill = stands_out(band.color, ground) ? band.color : ink,
                    .clip = axes.plot,
                    .opacity = band.opacity});
}

void draw_signs(Scene& scene, const LineSeries& series, const Polyline& positive,
                const Polyline& negative, Rgb ground) {
    const bool lost = !stands_out(series.color, ground);
    Shape full{.fill = series.color, .pen = Pen{lost ? ink : series.color, 0.9}};
    Shape hollow{.fill = ground, .pen = Pen{lost ? ink : series.color, 1.3}};
    for (PlotPoint point : positive) full.circles.push_back({point, sign_radius});
    for (PlotPoint point : negative) hollow.circles.push_back({point, sign_radius});
    if (!full.circles.empty()) scene.add(std::move(full));
    if (!hollow.circles.empty()) scene.add(std::move(hollow));
}

void draw_line(Scene& scene, const LineSeries& series, const std::vector<Polyline>& lines,
               const Polyline& points, const Rect& clip, Rgb ground) {
    // Ink is what the theme makes of it.
    const bool rim =
        series.color != ink &&
        (is_lost(series.color, ground) || (series.outlined && !stands_out(series.color, ground)));
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

void draw_content(Scene& scene, const LinePanel& panel, const Axes& axes, Rgb ground) {
    for (const LineBand& band : panel.bands) draw_band(scene, band, axes, ground);
    std::vector<std::pair<PlotPoint, Rgb>> exits;
    for (const LineSeries& series : panel.series) {
        const VisibleLine line = visible_line(axes, series.points);
        draw_line(scene, series, line.pieces, visible_points(axes, series.points),
                  axes.plot.grown(marker_radius), ground);
        draw_signs(scene, series, visible_points(axes, series.positive),
                   visible_points(axes, series.negative), ground);
        if (line.exit) exits.emplace_back(*line.exit, series.color);
    }
    for (const auto& [at, color] : exits) draw_exit(scene, at, color);
}

bool is_new(const Legend& legend, const std::string& label) {
    const auto same = [&](const LegendEntry& entry) { return entry.label == label; };
    return !label.empty() && std::ranges::none_of(legend.entries, same);
}

Legend legend_of(const LineFigure& figure, Rgb ground) {
    Legend legend{.title = figure.legend_title, .entries = {}};
    for (const LinePanel& panel : figure.panels) {
        for (const LineSeries& series : panel.series) {
            if (!is_new(legend, series.label)) continue;
            const auto key = [ground, series = LineSeries{.label = {},
                                                          .note = {},
                                                          .points = {},
                                                          .color = series.color,
                                                          .style = series.style,
                                                          .markers = series.markers,
                                                          .outlined = series.outlined}](
                                 Scene& scene, const Rect& box) {
                const double y = box.y + box.height / 2;
                draw_line(scene, series, {{{box.x, y}, {box.right(), y}}},
                          {{box.x + box.width / 2, y}}, box.grown(2), ground);
            };
            legend.entries.push_back({key, series.label, series.note});
        }
        for (const LineBand& band : panel.bands) {
            if (!is_new(legend, band.label)) continue;
            const auto key = [opacity = band.opacity](Scene& scene, const Rect& box) {
                scene.add(Shape{
                    .lines = {box.corners()}, .closed = true, .fill = ink, .opacity = opacity});
            };
            legend.entries.push_back({key, band.label, {}});
        }
    }
    return legend;
}

/// How the parts of a figure stand together.
struct LineArrangement {
    bool stacked = false;       ///< panels below each other
    bool legend_below = false;  ///< instead of to the right
};

struct LineLayout {
    Page page;
    std::vector<Axes> panels = {};
    Legend legend = {};
    PlotPoint corner = {};  ///< of the legend
};

/// Where the label of the values would reach over the page's ends, the shorter one, or none.
void keep_on_page(Axes& axes, const std::string& shorter, double page_height) {
    std::string& label = axes.y.label;
    const double middle = axes.plot.y + axes.plot.height / 2;
    const auto leaves = [&] {
        const double half = measure(label, label_text).width / 2;
        return middle - half < 0 || middle + half > page_height;
    };
    if (leaves()) label = shorter;
    if (leaves()) label.clear();
}

LineLayout lay_out(const LineFigure& figure, const Sheet& sheet, const Size& plot,
                   const LineArrangement& arrangement, Rgb ground) {
    LineLayout layout{Page(figure.title, sheet)};
    for (const LinePanel& panel : figure.panels) {
        PlotAxis y = panel.y;
        y.short_label.clear();  // a label may be longer than its plot
        layout.panels.push_back(
            lay_axes(panel.x, std::move(y), panel.title, plot.width, plot.height));
    }
    for (Axes& axes : layout.panels) {
        const bool first = &axes == layout.panels.data();
        if (arrangement.stacked && !first)
            layout.page.place_below(axes, line_stack_gap);
        else
            layout.page.place(axes, first ? 0 : legend_gap);
    }
    layout.legend = legend_of(figure, ground);
    if (layout.legend.entries.empty()) return layout;
    if (arrangement.legend_below) {
        lay_legend(layout.legend,
                   sheet.width > 0 ? sheet.width - 2 * page_margin : layout.page.content_width());
        layout.corner = layout.page.reserve_below(layout.legend.width, layout.legend.height);
        return layout;
    }
    lay_legend(layout.legend, 0);
    const double top = (arrangement.stacked ? layout.panels.front() : layout.panels.back()).plot.y;
    layout.corner = layout.page.reserve_right(layout.legend.width, top, legend_gap);
    layout.page.reach(top + layout.legend.height);
    return layout;
}

/// Titles of panels side by side must not run into each other, nor over the page.
bool titles_fit(const LineFigure& figure, const Size& plot) {
    return figure.panels.size() < 2 ||
           std::ranges::all_of(figure.panels, [&](const LinePanel& panel) {
               return measure(panel.title, label_text).width <= plot.width + legend_gap;
           });
}

/// The largest plots that fill the sheet; nothing where there is no room. Labels change with the
/// size, so it is a search.
Size fitting_size(const LineFigure& figure, const Sheet& sheet, const LineArrangement& arrangement,
                  Rgb ground) {
    Size size{plot_width, panel_side}, fits;
    const auto panels = static_cast<double>(figure.panels.size());
    const double columns = arrangement.stacked ? 1 : panels;
    const double rows = arrangement.stacked ? panels : 1;
    for (int round = 0; round < 12; ++round) {
        const LineLayout layout = lay_out(figure, sheet, size, arrangement, ground);
        const double more_width =
            sheet.width > 0 ? (sheet.width - layout.page.width()) / columns : 0;
        const double more_height =
            sheet.height > 0 ? (sheet.height - layout.page.height()) / rows : 0;
        const bool fit = more_width >= -1e-6 && more_height >= -1e-6;
        if (fit && titles_fit(figure, size)) fits = size;
        // Pages grow by whole pixels, so that what is too large by less needs one less.
        const bool near = std::fabs(more_width) + std::fabs(more_height) < sheet.pixel;
        if (near && fit) break;
        const double less = near ? sheet.pixel : 0;
        const Size before = size;
        size.width = std::max(size.width + more_width - less, smallest_plot);
        size.height = std::max(size.height + more_height - less, smallest_plot);
        // With one length given, the shape stays.
        if (sheet.height == 0) size.height = size.width * panel_side / plot_width;
        if (sheet.width == 0) size.width = size.height * plot_width / panel_side;
        if (size.width == before.width && size.height == before.height) break;
    }
    return fits;
}

std::optional<LineLayout> fitted(const LineFigure& figure, const Sheet& sheet, Rgb ground) {
    if (!sheet.is_fixed()) return lay_out(figure, sheet, {plot_width, panel_side}, {}, ground);
    LineArrangement best;
    Size size;
    // Those that are read with less wandering come first, and may cost some room.
    for (const bool stacked : {false, true})
        for (const bool legend_below : {false, true}) {
            if (stacked && figure.panels.size() == 1) continue;
            const LineArrangement other{stacked, legend_below};
            const Size fits = fitting_size(figure, sheet, other, ground);
            if (fits.width * fits.height <= 1.4 * size.width * size.height) continue;
            best = other;
            size = fits;
        }
    if (size.width == 0) return {};
    LineLayout layout = lay_out(figure, sheet, size, best, ground);
    for (std::size_t p = 0; p < layout.panels.size(); ++p)
        keep_on_page(layout.panels[p], figure.panels[p].y.short_label,
                     sheet.height > 0 ? sheet.height : layout.page.height());
    return layout;
}

}  // namespace

Scene compose(const LineFigure& figure, const FigurePage& page) {
    const Rgb ground = ground_of(page.theme);
    const auto [sheet, layout] = laid_out(
        page, [](const FigurePage& size) { return sheets_of(size, natural.width, natural.height); },
        [&](const Sheet& on) { return fitted(figure, on, ground); });
    Scene scene = begin_scene(layout.page, sheet, page, figure.title);
    for (std::size_t p = 0; p < layout.panels.size(); ++p) {
        draw_grid(scene, layout.panels[p]);
        draw_axes(scene, layout.panels[p]);
        draw_content(scene, figure.panels[p], layout.panels[p], ground);
    }
    draw_legend(scene, layout.legend, layout.corner);
    apply_theme(scene, page.theme);
    return scene;
}

}  // namespace gradscape::figure
