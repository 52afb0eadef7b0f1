// What the legend of a heatmap figure says: marked points, lines, paths.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "gradscape/internal/counted.hpp"
#include "host/figure/heatmap_layout.hpp"
#include "host/figure/overlays.hpp"
#include "host/figure/paths.hpp"

namespace gradscape::figure {
namespace {

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

void add_paths(Legend& legend, const HeatmapPanel& panel) {
    for (const TrainingPath& path : panel.paths) {
        const auto key = [color = path.color, end = path.end_color, style = path.style](
                             Scene& scene, const Rect& box) {
            draw_path_key(scene, box, color, end, style);
        };
        legend.entries.push_back({key, path.label, ""});
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

}  // namespace

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
    add_paths(legend, figure.panels.front());
    if (!figure.panels.front().arrows.empty())
        legend.entries.push_back({[](Scene& scene, const Rect& box) { draw_arrow_key(scene, box); },
                                  "\u2212∇<i>L</i>, longer where steeper", ""});
    return legend;
}

}  // namespace gradscape::figure
