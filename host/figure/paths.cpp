// SPDX-License-Identifier: MIT
#include "host/figure/paths.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "host/figure/clip.hpp"
#include "host/figure/overlays.hpp"

namespace gradscape::figure {
namespace {

constexpr double path_width = 1.5, path_rim = 0.8;
constexpr double dot_radius = 1.7, dot_spacing = 6.5;
constexpr double ring_radius = 4.2, hole_radius = 2;
constexpr double head_spacing = 70, head_size = 4.2, shortest_with_head = 16;

/// A triangle of the given size at a place, its tip forward.
Shape arrow_head(PlotPoint at, PlotPoint forward, double size, Rgb fill, Rgb edge = black) {
    const double length = std::hypot(forward.x, forward.y);
    const double x = forward.x / length * size, y = forward.y / length * size;
    return {.lines = {{{at.x + x, at.y + y},
                       {at.x - 0.7 * x - 0.75 * y, at.y - 0.7 * y + 0.75 * x},
                       {at.x - 0.7 * x + 0.75 * y, at.y - 0.7 * y - 0.75 * x}}},
            .closed = true,
            .fill = fill,
            .pen = Pen{edge, 0.7}};
}

void stroke_path(Scene& scene, const std::vector<Polyline>& lines, const Rect& clip,
                 const Pen& pen) {
    scene.add(Shape{.lines = lines, .pen = pen, .clip = clip});
}

/// Iterates that are far enough from the dot before them to be told from it.
std::vector<Circle> dots_along(const Polyline& points) {
    std::vector<Circle> dots;
    for (PlotPoint point : points)
        if (dots.empty() || distance(dots.back().center, point) >= dot_spacing)
            dots.push_back({point, dot_radius});
    return dots;
}

/// Where a line goes out of the plot, and the way it takes there.
struct Crossing {
    PlotPoint at, outward;
};

/// The mark of an end outside the plot: at the border, where the line crosses it or, if it never
/// does, nearest to the end. Returns the place behind it.
PlotPoint draw_outside(Scene& scene, const Rect& plot, PlotPoint end,
                       const std::optional<Crossing>& crossing, Rgb fill) {
    const Rect inner = plot.grown(-head_size - 1.5);
    const PlotPoint from = crossing ? crossing->at : end;
    const PlotPoint at{std::clamp(from.x, inner.x, inner.right()),
                       std::clamp(from.y, inner.y, inner.bottom())};
    const PlotPoint outward = crossing ? crossing->outward : PlotPoint{end.x - at.x, end.y - at.y};
    draw_way_out(scene, at, outward, fill);
    const double length = std::hypot(outward.x, outward.y), back = head_size + ring_radius;
    if (!(length > 0) || !std::isfinite(length)) return at;
    return {at.x - outward.x / length * back, at.y - outward.y / length * back};
}

}  // namespace

void draw_heads(Scene& scene, const Polyline& line, Rgb color) {
    double length = 0;
    for (std::size_t i = 1; i < line.size(); ++i) length += distance(line[i - 1], line[i]);
    if (length < shortest_with_head) return;
    const double heads = std::max(std::round(length / head_spacing), 1.0);
    double next = length / (2 * heads), done = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
        const PlotPoint a = line[i - 1], b = line[i], along{b.x - a.x, b.y - a.y};
        const double part = distance(a, b);
        // A whole step around a corner says nothing of the direction; a short one may not, either.
        for (; part > 0 && next <= done + part; next += length / heads) {
            const double t = (next - done) / part;
            scene.add(arrow_head({a.x + t * along.x, a.y + t * along.y}, along, head_size, color));
        }
        done += part;
    }
}

void draw_ring(Scene& scene, PlotPoint at, Rgb color, double around) {
    scene.add(Shape{.circles = {{at, ring_radius + around + path_rim}}, .fill = black});
    scene.add(Shape{.circles = {{at, ring_radius + around}}, .fill = color});
    scene.add(Shape{.circles = {{at, hole_radius}}, .fill = white});
}

std::vector<double> ring_growths(std::span<const TrainingPath> paths) {
    constexpr double wide = 2.6, widest = 9;  // of one ring, and of all of them
    std::vector<double> around;
    double most = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const auto same_start = [&](const TrainingPath& other) {
            return !other.points.empty() && !paths[i].points.empty() &&
                   other.points.front() == paths[i].points.front();
        };
        around.push_back(static_cast<double>(std::ranges::count_if(paths.first(i), same_start)));
        most = std::max(most, around.back());
    }
    for (double& growth : around) growth *= std::min(wide, widest / std::max(most, 1.0));
    return around;
}

void draw_way_out(Scene& scene, PlotPoint at, PlotPoint outward, Rgb fill) {
    scene.add(arrow_head(at, outward, head_size + 1.5, fill));
}

void draw_path_line(Scene& scene, const TrainingPath& path, const std::vector<Polyline>& lines,
                    const Polyline& iterates, const Rect& clip) {
    stroke_path(scene, lines, clip, {black, path_width + 2 * path_rim});
    stroke_path(scene, lines, clip, {path.color, path_width, dashes_of(path.style)});
    Shape rims{.circles = dots_along(iterates), .fill = black};
    Shape dots = rims;
    for (Circle& circle : rims.circles) circle.radius += 0.6;
    dots.fill = path.color;
    if (iterates.empty()) return;
    scene.add(std::move(rims));
    scene.add(std::move(dots));
}

void draw_path(Scene& scene, const TrainingPath& path, const Axes& axes, double ring_growth) {
    std::vector<PlotPoint> points = path.points;
    std::erase_if(points, [](PlotPoint p) { return !is_number(p); });
    if (points.empty()) return;
    const std::vector<Polyline> lines = visible_line(axes, points).pieces;
    draw_path_line(scene, path, lines, visible_points(axes, points), axes.plot);
    for (const Polyline& line : lines) draw_heads(scene, line, path.color);
    const PlotPoint start = placed(axes, points.front()), end = placed(axes, points.back());
    const auto crossing = [&](bool first) -> std::optional<Crossing> {
        if (lines.empty()) return {};
        const Polyline& line = first ? lines.front() : lines.back();
        const PlotPoint at = first ? line[0] : line.back();
        const PlotPoint before = first ? line[1] : line[line.size() - 2];
        if (at == before) return {};
        return Crossing{at, {at.x - before.x, at.y - before.y}};
    };
    if (axes.plot.contains(start))
        draw_ring(scene, start, path.color, ring_growth);
    else
        draw_ring(scene, draw_outside(scene, axes.plot, start, crossing(true), white), path.color,
                  ring_growth);
    if (axes.plot.contains(end))
        draw_end(scene, end, path.end_color);
    else
        draw_outside(scene, axes.plot, end, crossing(false), path.end_color);
}

void draw_path_key(Scene& scene, const Rect& box, Rgb color, Rgb end_color, LineStyle style) {
    const double y = box.y + box.height / 2;
    const Polyline line{{box.x + 2, y}, {box.right() - 7, y}};
    stroke_path(scene, {line}, box.grown(4), {black, path_width + 2 * path_rim});
    stroke_path(scene, {line}, box.grown(4), {color, path_width, dashes_of(style)});
    draw_ring(scene, line.front(), color);
    draw_end(scene, line.back(), end_color);
}

void draw_arrows(Scene& scene, const std::vector<DirectionArrow>& arrows, const Axes& axes) {
    constexpr double shortest = 4, longest = 15;
    const double x_unit = axes.plot.width / (axes.x.to - axes.x.from);
    const double y_unit = axes.plot.height / (axes.y.to - axes.y.from);
    for (const DirectionArrow& arrow : arrows) {
        PlotPoint along{arrow.direction.x * x_unit, -arrow.direction.y * y_unit};
        const double length = std::hypot(along.x, along.y);
        if (!(length > 0) || !std::isfinite(length)) continue;
        const double half = (shortest + (longest - shortest) * arrow.size) / 2;
        along = {along.x / length * half, along.y / length * half};
        const PlotPoint at = axes.at(arrow.at);
        const Polyline shaft{{at.x - along.x, at.y - along.y},
                             {at.x + 0.5 * along.x, at.y + 0.5 * along.y}};
        stroke_path(scene, {shaft}, axes.plot, {black, 1.7});
        stroke_path(scene, {shaft}, axes.plot, {white, 0.8});
        scene.add(arrow_head({at.x + 0.7 * along.x, at.y + 0.7 * along.y}, along, 2.4, white));
    }
}

void draw_arrow_key(Scene& scene, const Rect& box) {
    const double y = box.y + box.height / 2;
    const Polyline shaft{{box.x + 4, y}, {box.right() - 8, y}};
    stroke_path(scene, {shaft}, box.grown(4), {black, 1.7});
    stroke_path(scene, {shaft}, box.grown(4), {white, 0.8});
    scene.add(arrow_head({box.right() - 7, y}, {1, 0}, 2.4, white));
}

}  // namespace gradscape::figure
