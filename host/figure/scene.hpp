// A figure laid out: a list of shapes, pictures and texts in points, y downwards. Layout needs no
// output surface, so tests can look at it; render.cpp draws it on any.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gradscape/figure.hpp"
#include "gradscape/relief.hpp"
#include "host/figure/style.hpp"

namespace gradscape::figure {

struct Rect {
    double x = 0, y = 0, width = 0, height = 0;

    double right() const { return x + width; }
    double bottom() const { return y + height; }
    bool contains(PlotPoint p) const {
        return p.x >= x && p.x <= right() && p.y >= y && p.y <= bottom();
    }
    bool overlaps(const Rect& other) const {
        return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
    }
    Rect grown(double by) const { return {x - by, y - by, width + 2 * by, height + 2 * by}; }
    std::vector<PlotPoint> corners() const {
        return {{x, y}, {right(), y}, {right(), bottom()}, {x, bottom()}};
    }
};

struct Pen {
    Rgb color = ink;
    double width = 1;
    std::span<const double> dashes = {};  ///< of a constant
};

inline std::span<const double> dashes_of(LineStyle style) {
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

struct Circle {
    PlotPoint center;
    double radius = 1;
};

using Polyline = std::vector<PlotPoint>;

/// Filled first, then stroked where the pen has a width. A line of one point twice is a dot as wide
/// as the pen.
struct Shape {
    std::vector<Polyline> lines = {};
    bool closed = false;
    std::vector<Circle> circles = {};
    std::optional<Rgb> fill = {};
    Pen pen = {ink, 0};
    std::optional<Rect> clip = {};
    double opacity = 1;  ///< of the fill
};

/// Pixels 0x00rrggbb in C order, row 0 on top, stretched over the box without smoothing.
struct Picture {
    Rect box;
    std::size_t cols = 0, rows = 0;
    std::vector<std::uint32_t> pixels;
};

struct Text {
    std::string markup;
    double size = tick_text;
    PlotPoint origin;      ///< start of the baseline
    bool upright = false;  ///< read from below
    Rect box = {};         ///< covers the ink and the advance
    Rgb color = ink;
    bool halo = false;  ///< a light rim, for texts within a picture
};

/// In units of `scale` points. On paper a unit is a point.
struct Scene {
    double width = 0, height = 0;
    std::vector<std::variant<Shape, Picture, Text>> items = {};
    double scale = 1, dpi = 144;
    Rgb ground = white;
    std::string title = {};  ///< in plain words, for readers of the file

    template <class Item>
    void add(Item item) {
        items.emplace_back(std::move(item));
    }
};

Scene compose(const HeatmapFigure& figure, const FigurePage& page = {});
Scene compose(const LineFigure& figure, const FigurePage& page = {});
Scene compose(const ReliefFigure& figure, const FigurePage& page = {});

}  // namespace gradscape::figure
