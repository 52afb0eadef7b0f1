// Liang and Barsky's segment clipping, and thinning by distance.
// SPDX-License-Identifier: MIT
#include "host/figure/clip.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gradscape::figure {
namespace {

constexpr double infinitely_far = 1e300;  // points; keeps directions finite
constexpr double far_away = 1e7;          // points; keeps crossings exact
constexpr double seen_apart = 0.06;       // points; nearer ones look the same

bool is_far(PlotPoint p) { return std::max(std::fabs(p.x), std::fabs(p.y)) > far_away; }

/// On the way to a point that is far away.
PlotPoint nearer(PlotPoint from, PlotPoint far) {
    const double dx = far.x - from.x, dy = far.y - from.y;
    const double part = far_away / std::max(std::fabs(dx), std::fabs(dy));
    return {from.x + part * dx, from.y + part * dy};
}

/// The part of a segment inside a rectangle.
std::optional<std::pair<PlotPoint, PlotPoint>> clip(PlotPoint a, PlotPoint b, const Rect& to) {
    if (is_far(b) && !is_far(a))
        b = nearer(a, b);
    else if (is_far(a) && !is_far(b))
        a = nearer(b, a);
    const double dx = b.x - a.x, dy = b.y - a.y;
    const std::pair<double, double> edges[] = {
        {-dx, a.x - to.x}, {dx, to.right() - a.x}, {-dy, a.y - to.y}, {dy, to.bottom() - a.y}};
    double enter = 0, leave = 1;
    for (const auto& [outward, room] : edges) {
        if (outward == 0) {
            if (room < 0) return {};
        } else if (outward < 0) {
            enter = std::max(enter, room / outward);
        } else {
            leave = std::min(leave, room / outward);
        }
    }
    if (enter > leave) return {};
    return std::pair{PlotPoint{a.x + enter * dx, a.y + enter * dy},
                     leave == 1 ? b : PlotPoint{a.x + leave * dx, a.y + leave * dy}};
}

}  // namespace

PlotPoint placed(const Axes& axes, PlotPoint value) {
    const PlotPoint p = axes.at(value);
    return {std::clamp(p.x, -infinitely_far, infinitely_far),
            std::clamp(p.y, -infinitely_far, infinitely_far)};
}

VisibleLine visible_line(const Axes& axes, std::span<const PlotPoint> points) {
    VisibleLine line;
    std::optional<PlotPoint> previous;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!is_number(points[i])) {
            previous.reset();
            continue;
        }
        const PlotPoint p = placed(axes, points[i]);
        const bool last = i + 1 == points.size();
        if (previous && !last && distance(*previous, p) < seen_apart) continue;
        if (const auto part = previous ? clip(*previous, p, axes.plot) : std::nullopt) {
            const bool goes_on = !line.pieces.empty() && line.pieces.back().back() == part->first;
            if (goes_on)
                line.pieces.back().push_back(part->second);
            else
                line.pieces.push_back({part->first, part->second});
            if (p.y < axes.plot.y && part->second.y < axes.plot.y + 1e-6) line.exit = part->second;
        }
        if (p.y >= axes.plot.y) line.exit.reset();
        previous = p;
    }
    return line;
}

Polyline evenly_along(PlotPoint a, PlotPoint b, double step) {
    const int parts = std::max(static_cast<int>(std::ceil(distance(a, b) / step)), 1);
    Polyline line;
    for (int part = 0; part <= parts; ++part) {
        const double along = static_cast<double>(part) / parts;
        line.push_back({std::lerp(a.x, b.x, along), std::lerp(a.y, b.y, along)});
    }
    return line;
}

Polyline visible_points(const Axes& axes, std::span<const PlotPoint> points) {
    Polyline visible;
    for (PlotPoint value : points) {
        if (!is_number(value)) continue;
        const PlotPoint p = placed(axes, value);
        if (!axes.plot.contains(p)) continue;
        if (visible.empty() || distance(visible.back(), p) >= seen_apart) visible.push_back(p);
    }
    return visible;
}

}  // namespace gradscape::figure
