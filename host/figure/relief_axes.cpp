// SPDX-License-Identifier: MIT
#include "host/figure/relief_axes.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

PlotPoint unit(PlotPoint v) {
    const double length = std::hypot(v.x, v.y);
    return {v.x / length, v.y / length};
}

/// How far a box of text reaches from its middle.
double reach_of(const Rect& box, PlotPoint direction) {
    return std::fabs(direction.x) * box.width / 2 + std::fabs(direction.y) * box.height / 2;
}

Text text_around(const std::string& markup, double size, PlotPoint middle) {
    return place_text(markup, size, middle, Align::center, Level::middle);
}

BoxPoint along(const EdgeAxis& edge, double part) {
    return {std::lerp(edge.from.x, edge.to.x, part), std::lerp(edge.from.y, edge.to.y, part),
            std::lerp(edge.from.z, edge.to.z, part)};
}

/// Where the label of a tick is, whose place on the edge is given.
Text tick_label(const EdgeAxis& edge, const Tick& tick, PlotPoint at) {
    const double off =
        tick_length + tick_pad + reach_of(text_around(tick.label, tick_text, {}).box, edge.tick);
    return text_around(tick.label, tick_text, {at.x + off * edge.tick.x, at.y + off * edge.tick.y});
}

bool stand_apart(const EdgeAxis& edge, const std::vector<Tick>& ticks, const Stage& stage) {
    std::optional<Rect> before;
    for (const Tick& tick : ticks) {
        const PlotPoint at = stage(along(edge, fraction(edge.axis, tick.value)));
        const Rect box = tick_label(edge, tick, at).box.grown(1.5);
        if (before && before->overlaps(box)) return false;
        before = box;
    }
    return true;
}

/// Labels along a slanted edge lie side by side and below each other, so that more have room than
/// along one that lies flat.
Ticks ticks_of(const EdgeAxis& edge, const Stage& stage) {
    const PlotPoint from = stage(edge.from), to = stage(edge.to);
    if (edge.direction == Direction::vertical)
        return make_ticks(edge.axis, std::fabs(to.y - from.y), edge.direction);
    const double length = std::fabs(to.x - from.x);
    for (const double more : {2.0, 1.6, 1.3}) {
        Ticks ticks = make_ticks(edge.axis, more * length, edge.direction);
        if (stand_apart(edge, ticks.major, stage)) return ticks;
    }
    return make_ticks(edge.axis, length, edge.direction);
}

}  // namespace

std::vector<EdgeAxis> edge_axes(const ReliefFigure& figure, const Stage& stage) {
    const PlotPoint zero = stage.projection({});
    const auto toward = [&](const BoxPoint& p) {
        const PlotPoint at = stage.projection(p);
        return unit({at.x - zero.x, at.y - zero.y});
    };
    const PlotPoint along_x = toward({1, 0, 0}), along_y = toward({0, 1, 0});
    const auto plane_axis = [](const Axis& axis, const std::string& label) {
        return PlotAxis{axis.lo, axis.hi, Scale::linear, 1, label};
    };
    return {
        {plane_axis(figure.grid.wx, figure.x_label),
         {0, 0, 0},
         {1, 0, 0},
         {-along_y.x, -along_y.y},
         {-along_x.y, along_x.x}},
        {plane_axis(figure.grid.wrec, figure.y_label),
         {1, 0, 0},
         {1, 1, 0},
         along_x,
         {-along_y.y, along_y.x}},
        {figure.height, {0, 0, 0}, {0, 0, relief_height}, {-1, 0}, {-1, 0}, Direction::vertical}};
}

void draw_edge(Scene& scene, const EdgeAxis& edge, const Stage& stage) {
    const Ticks ticks = ticks_of(edge, stage);
    const PlotPoint from = stage(edge.from), to = stage(edge.to);
    Shape lines{.lines = {{from, to}}, .pen = Pen{ink, frame_width}};
    const auto add_tick = [&](double value, double length) {
        const PlotPoint at = stage(along(edge, fraction(edge.axis, value)));
        lines.lines.push_back({at, {at.x + length * edge.tick.x, at.y + length * edge.tick.y}});
        return at;
    };
    for (const double value : ticks.minor) add_tick(value, minor_tick_length);
    double farthest = tick_length;
    for (const Tick& tick : ticks.major) {
        const PlotPoint at = add_tick(tick.value, tick_length);
        Text label = tick_label(edge, tick, at);
        const PlotPoint middle{label.box.x + label.box.width / 2 - at.x,
                               label.box.y + label.box.height / 2 - at.y};
        farthest = std::max(farthest, middle.x * edge.out.x + middle.y * edge.out.y +
                                          reach_of(label.box, edge.out));
        scene.add(std::move(label));
    }
    scene.add(std::move(lines));
    if (edge.axis.label.empty()) return;
    const bool upright = edge.direction == Direction::vertical;
    const Rect extent = upright ? place_upright(edge.axis.label, label_text, {}).box
                                : text_around(edge.axis.label, label_text, {}).box;
    const double off = farthest + label_pad + reach_of(extent, edge.out);
    const PlotPoint middle{(from.x + to.x) / 2 + off * edge.out.x,
                           (from.y + to.y) / 2 + off * edge.out.y};
    scene.add(upright ? place_upright(edge.axis.label, label_text, middle)
                      : text_around(edge.axis.label, label_text, middle));
}

void draw_walls(Scene& scene, const std::vector<EdgeAxis>& edges, const Stage& stage) {
    Shape grid{.pen = Pen{grid_ink, 0.8}}, frame{.pen = Pen{ink, frame_width}};
    const auto line = [&](Shape& shape, BoxPoint a, BoxPoint b) {
        shape.lines.push_back({stage(a), stage(b)});
    };
    constexpr double top = relief_height;
    for (const Tick& tick : ticks_of(edges[0], stage).major) {
        const double x = fraction(edges[0].axis, tick.value);
        line(grid, {x, 1, 0}, {x, 1, top});
    }
    for (const Tick& tick : ticks_of(edges[1], stage).major) {
        const double y = fraction(edges[1].axis, tick.value);
        line(grid, {0, y, 0}, {0, y, top});
    }
    for (const Tick& tick : ticks_of(edges[2], stage).major) {
        const double z = top * fraction(edges[2].axis, tick.value);
        line(grid, {0, 0, z}, {0, 1, z});
        line(grid, {0, 1, z}, {1, 1, z});
    }
    line(frame, {0, 1, 0}, {0, 1, top});
    line(frame, {1, 1, 0}, {1, 1, top});
    line(frame, {0, 0, top}, {0, 1, top});
    line(frame, {0, 1, top}, {1, 1, top});
    scene.add(std::move(grid));
    scene.add(std::move(frame));
}

/// What the box and its labels cover, for the box's corner at the origin.
Rect extent_of(const ReliefFigure& figure, const Stage& stage) {
    Scene scene;
    for (const EdgeAxis& edge : edge_axes(figure, stage)) draw_edge(scene, edge, stage);
    double left = HUGE_VAL, right = -HUGE_VAL, top = HUGE_VAL, bottom = -HUGE_VAL;
    const auto hold = [&](PlotPoint p) {
        left = std::min(left, p.x), right = std::max(right, p.x);
        top = std::min(top, p.y), bottom = std::max(bottom, p.y);
    };
    for (const double x : {0.0, 1.0})
        for (const double y : {0.0, 1.0})
            for (const double z : {0.0, relief_height}) hold(stage({x, y, z}));
    for (const auto& item : scene.items)
        if (const auto* text = std::get_if<Text>(&item))
            hold({text->box.x, text->box.y}), hold({text->box.right(), text->box.bottom()});
    return {left, top, right - left, bottom - top};
}

}  // namespace gradscape::figure
