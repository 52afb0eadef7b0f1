// Valley line, trajectory, marked points.
// SPDX-License-Identifier: MIT
#include "host/figure/overlays.hpp"

#include <cmath>
#include <numbers>

#include "host/figure/clip.hpp"
#include "host/figure/paths.hpp"
#include "host/figure/theme.hpp"

namespace gradscape::figure {
namespace {

constexpr double rim = 0.7;

void disc(Scene& scene, PlotPoint at, double radius, Rgb color) {
    scene.add(Shape{.circles = {{at, radius}}, .fill = color});
}

void stroke(Scene& scene, const std::vector<Polyline>& lines, const Rect& clip, const Pen& pen) {
    scene.add(Shape{.lines = lines, .pen = pen, .clip = clip});
}

Polyline star(PlotPoint center, double radius) {
    Polyline corners;
    for (int corner = 0; corner < 10; ++corner) {
        const double angle = std::numbers::pi * (corner / 5.0 - 0.5);
        const double reach = corner % 2 == 0 ? radius : 0.45 * radius;
        corners.push_back({center.x + reach * std::cos(angle), center.y + reach * std::sin(angle)});
    }
    return corners;
}

/// Where a path is drawn, which lies over labels.
void add_places(std::vector<Rect>& taken, const std::vector<PlotPoint>& path, const Axes& axes) {
    constexpr double step = 5;
    std::vector<PlotPoint> points = path;
    std::erase_if(points, [](PlotPoint p) { return !is_number(p); });
    for (const Polyline& line : visible_line(axes, points).pieces)
        for (std::size_t i = 1; i < line.size(); ++i)
            for (const PlotPoint at : evenly_along(line[i - 1], line[i], step))
                taken.push_back(Rect{at.x, at.y, 0, 0}.grown(2.5));
    if (points.empty()) return;
    for (const PlotPoint end : {axes.at(points.front()), axes.at(points.back())})
        if (axes.plot.contains(end)) taken.push_back(Rect{end.x, end.y, 0, 0}.grown(8));
}

}  // namespace

void draw_mark(Scene& scene, PlotPoint at, Rgb color) {
    disc(scene, at, 4.8 + rim, black);
    disc(scene, at, 4.8, white);
    disc(scene, at, 3.7, kept(color));
}

void draw_start(Scene& scene, PlotPoint at) {
    disc(scene, at, 4 + rim, black);
    disc(scene, at, 4, white);
}

void draw_end(Scene& scene, PlotPoint at, Rgb color) {
    scene.add(Shape{.lines = {star(at, 7)}, .closed = true, .fill = color, .pen = Pen{black, 2.4}});
    scene.add(Shape{.lines = {star(at, 7)}, .closed = true, .fill = color, .pen = Pen{white, 1.1}});
}

void draw_valley(Scene& scene, const std::vector<Polyline>& lines, const Rect& clip) {
    stroke(scene, lines, clip, {black, 2.4});
    stroke(scene, lines, clip, {rgb(0xffa040), 1.3});
}

void draw_trajectory(Scene& scene, const std::vector<Polyline>& lines, const Polyline& dots,
                     const Rect& clip) {
    std::vector<Polyline> spots;
    for (PlotPoint dot : dots) spots.push_back({dot, dot});
    stroke(scene, lines, clip, {black, 0.6 + 2 * rim});
    stroke(scene, spots, clip, {black, 2.8 + 2 * rim});
    stroke(scene, lines, clip, {white, 0.6});
    stroke(scene, spots, clip, {white, 2.8});
}

void draw_overlays(Scene& scene, const HeatmapPanel& panel, const Axes& axes) {
    std::vector<Rect> taken;
    for (const MarkedPoint& mark : panel.marks) {
        const PlotPoint at = axes.at({mark.wx, mark.wrec});
        taken.push_back(Rect{at.x, at.y, 0, 0}.grown(6));
    }
    if (!panel.contours.empty()) {  // whose labels alone mind them
        for (const TrainingPath& path : panel.paths) add_places(taken, path.points, axes);
        add_places(taken, panel.trajectory, axes);
    }
    draw_contours(scene, panel.contours, axes);
    draw_arrows(scene, panel.arrows, axes);
    if (!panel.valley.empty())
        draw_valley(scene, visible_line(axes, panel.valley).pieces, axes.plot);
    label_contours(scene, panel.contours, axes, std::move(taken));
    const auto inside = [&](PlotPoint value) { return axes.plot.contains(axes.at(value)); };
    if (const auto& path = panel.trajectory; !path.empty()) {
        draw_trajectory(scene, visible_line(axes, path).pieces, visible_points(axes, path),
                        axes.plot);
        if (inside(path.front())) draw_start(scene, axes.at(path.front()));
        if (inside(path.back())) draw_end(scene, axes.at(path.back()));
    }
    // The best one last, on top.
    const std::vector<double> growths = ring_growths(panel.paths);
    for (std::size_t i = panel.paths.size(); i-- > 0;)
        draw_path(scene, panel.paths[i], axes, growths[i]);
    for (const MarkedPoint& mark : panel.marks)
        if (inside({mark.wx, mark.wrec}))
            draw_mark(scene, axes.at({mark.wx, mark.wrec}), mark.color);
}

}  // namespace gradscape::figure
