// Room for and drawing of ticks, labels and title.
// SPDX-License-Identifier: MIT
#include "host/figure/axes.hpp"

#include <algorithm>
#include <utility>

#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

constexpr double axis_label_height = 1.3 * label_text;

/// How far the labels at the ends of a horizontal axis reach beyond it.
double overhang(const PlotAxis& axis, const Ticks& ticks, double length) {
    double most = 0;
    for (const Tick& tick : ticks.major)
        most = std::max(most, measure(tick.label, tick_text).width / 2 -
                                  (1 - fraction(axis, tick.value)) * length);
    return most;
}

void draw_horizontal_ticks(Scene& scene, const Axes& axes) {
    Shape lines{.pen = Pen{ink, frame_width}};
    const double y = axes.plot.bottom();
    const auto x_of = [&](double value) {
        return axes.plot.x + fraction(axes.x, value) * axes.plot.width;
    };
    for (double value : axes.x_ticks.minor)
        lines.lines.push_back({{x_of(value), y}, {x_of(value), y + minor_tick_length}});
    for (const Tick& tick : axes.x_ticks.major) {
        const double x = x_of(tick.value);
        lines.lines.push_back({{x, y}, {x, y + tick_length}});
        scene.add(place_text(tick.label, tick_text, {x, y + tick_length + tick_pad + 2},
                             Align::center, Level::top));
    }
    scene.add(std::move(lines));
}

/// A label may reach over the ends of its axis, where the page has room for so much.
constexpr double label_overhang = 20;

void shorten(PlotAxis& axis, double length) {
    if (!axis.short_label.empty() &&
        measure(axis.label, label_text).width > length + label_overhang)
        axis.label = axis.short_label;
}

}  // namespace

double widest_label(const Ticks& ticks) {
    double widest = 0;
    for (const Tick& tick : ticks.major)
        widest = std::max(widest, measure(tick.label, tick_text).width);
    return widest;
}

Axes lay_axes(PlotAxis x, PlotAxis y, std::string title, double width, double height) {
    Axes axes{std::move(x), std::move(y), std::move(title), {0, 0, width, height}, {}, {}};
    shorten(axes.x, width);
    shorten(axes.y, height);
    axes.x_ticks = make_ticks(axes.x, width, Direction::horizontal);
    axes.y_ticks = make_ticks(axes.y, height, Direction::vertical);
    axes.left = tick_length + tick_pad + widest_label(axes.y_ticks) + label_pad +
                (axes.y.label.empty() ? 0 : axis_label_height);
    axes.right = overhang(axes.x, axes.x_ticks, width);
    axes.top = axes.title.empty() ? tick_text / 2 : 1.9 * label_text;
    axes.bottom = tick_length + tick_pad + 2 + tick_text + label_pad +
                  (axes.x.label.empty() ? 0 : axis_label_height);
    return axes;
}

void draw_grid(Scene& scene, const Axes& axes) {
    Shape lines{.pen = Pen{grid_ink, 0.8}};
    const Rect& plot = axes.plot;
    for (const Tick& tick : axes.x_ticks.major) {
        const double x = plot.x + fraction(axes.x, tick.value) * plot.width;
        lines.lines.push_back({{x, plot.y}, {x, plot.bottom()}});
    }
    for (const Tick& tick : axes.y_ticks.major) {
        const double y = plot.bottom() - fraction(axes.y, tick.value) * plot.height;
        lines.lines.push_back({{plot.x, y}, {plot.right(), y}});
    }
    scene.add(std::move(lines));
}

double draw_vertical_ticks(Scene& scene, const PlotAxis& axis, const Ticks& ticks,
                           const Rect& along, int side) {
    Shape lines{.pen = Pen{ink, frame_width}};
    const double x = side < 0 ? along.x : along.right();
    const auto y_of = [&](double value) {
        return along.bottom() - fraction(axis, value) * along.height;
    };
    for (double value : ticks.minor)
        lines.lines.push_back({{x, y_of(value)}, {x + side * minor_tick_length, y_of(value)}});
    for (const Tick& tick : ticks.major) {
        const double y = y_of(tick.value);
        lines.lines.push_back({{x, y}, {x + side * tick_length, y}});
        scene.add(place_text(tick.label, tick_text, {x + side * (tick_length + tick_pad), y},
                             side < 0 ? Align::end : Align::start, Level::middle));
    }
    scene.add(std::move(lines));
    return widest_label(ticks);
}

void draw_axes(Scene& scene, const Axes& axes) {
    const Rect& plot = axes.plot;
    scene.add(Shape{.lines = {plot.corners()}, .closed = true, .pen = Pen{ink, frame_width}});
    draw_horizontal_ticks(scene, axes);
    draw_vertical_ticks(scene, axes.y, axes.y_ticks, plot, -1);
    if (!axes.x.label.empty())
        scene.add(
            place_text(axes.x.label, label_text,
                       {plot.x + plot.width / 2, plot.bottom() + axes.bottom - 0.4 * label_text},
                       Align::center, Level::baseline));
    if (!axes.y.label.empty())
        scene.add(place_upright(axes.y.label, label_text,
                                {plot.x - axes.left + label_text / 2, plot.y + plot.height / 2}));
    if (!axes.title.empty())
        scene.add(place_text(axes.title, label_text,
                             {plot.x + plot.width / 2, plot.y - 0.7 * label_text}, Align::center,
                             Level::baseline));
}

}  // namespace gradscape::figure
