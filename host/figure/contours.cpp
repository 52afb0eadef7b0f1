// Contour lines: where they cross the edges of the grid's squares (marching squares), joined, and
// drawn with labels.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <utility>

#include "gradscape/figure.hpp"
#include "host/figure/clip.hpp"
#include "host/figure/paths.hpp"
#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

/// An edge between two neighbours: from the point of this number rightwards (even) or up (odd).
using Edge = std::size_t;

/// The squares of four points, each with the edges that the level crosses.
class Crossings {
public:
    Crossings(const Grid& grid, std::span<const double> values, double level)
        : grid_(grid), values_(values), level_(level) {
        for (std::size_t row = 0; row + 1 < grid.rows(); ++row)
            for (std::size_t col = 0; col + 1 < grid.cols(); ++col) add_square(row, col);
    }

    /// Edges that follow each other along a line; a closed one ends where it began.
    std::vector<std::vector<Edge>> chains() {
        std::vector<std::vector<Edge>> all;
        // Open lines from their ends first, then rings from anywhere.
        for (const bool rings : {false, true})
            for (const auto& [edge, ignored] : next_)
                if (degree(edge) == (rings ? 2u : 1u)) all.push_back(follow(edge));
        return all;
    }
    PlotPoint place(Edge edge) const {
        const std::size_t point = edge / 2, row = point / grid_.cols(), col = point % grid_.cols();
        const bool up = edge % 2 == 1;
        const std::size_t other = point + (up ? grid_.cols() : 1);
        const double t = (level_ - values_[point]) / (values_[other] - values_[point]);
        const auto between = [&](const Axis& axis, std::size_t at) {
            return axis.at(at) + t * (axis.at(at + 1) - axis.at(at));
        };
        return up ? PlotPoint{grid_.wx.at(col), between(grid_.wrec, row)}
                  : PlotPoint{between(grid_.wx, col), grid_.wrec.at(row)};
    }

private:
    bool is_above(std::size_t point) const { return values_[point] > level_; }

    void add_square(std::size_t row, std::size_t col) {
        const std::size_t a = row * grid_.cols() + col, b = a + 1, c = b + grid_.cols(),
                          d = a + grid_.cols();
        for (std::size_t point : {a, b, c, d})
            if (!std::isfinite(values_[point])) return;
        std::vector<Edge> crossed;  // counter-clockwise from the lower one
        if (is_above(a) != is_above(b)) crossed.push_back(2 * a);
        if (is_above(b) != is_above(c)) crossed.push_back(2 * b + 1);
        if (is_above(c) != is_above(d)) crossed.push_back(2 * d);
        if (is_above(d) != is_above(a)) crossed.push_back(2 * a + 1);
        if (crossed.size() == 2) join(crossed[0], crossed[1]);
        if (crossed.size() != 4) return;
        // A saddle: the mean of the corners says which of them belong together.
        const double mean = (values_[a] + values_[b] + values_[c] + values_[d]) / 4;
        const bool around_a = (mean > level_) != is_above(a);
        join(crossed[0], crossed[around_a ? 3 : 1]);
        join(crossed[2], crossed[around_a ? 1 : 3]);
    }
    void join(Edge a, Edge b) {
        next_[a].push_back(b);
        next_[b].push_back(a);
    }
    std::size_t degree(Edge edge) const { return next_.at(edge).size(); }

    std::vector<Edge> follow(Edge from) {
        std::vector<Edge> chain{from};
        for (auto* links = &next_[from]; !links->empty(); links = &next_[chain.back()]) {
            const Edge to = links->back();
            links->pop_back();
            std::erase(next_[to], chain.back());
            chain.push_back(to);
        }
        return chain;
    }

    const Grid& grid_;
    std::span<const double> values_;
    double level_;
    std::map<Edge, std::vector<Edge>> next_;  // in order, so that lines are
};

constexpr double label_size = 8, label_gap = 2.5, shortest_labelled = 45;

/// Somewhere on the line, the middle first, in the plot and touching nothing, if there is room.
void place_label(Scene& scene, const Polyline& line, const std::string& label, const Rect& plot,
                 std::vector<Rect>& taken) {
    for (const double part : {0.5, 0.3, 0.7, 0.15, 0.85}) {
        const PlotPoint at =
            line[static_cast<std::size_t>(part * static_cast<double>(line.size() - 1))];
        Text text = place_text(label, label_size, at, Align::center, Level::middle, ink);
        text.halo = true;
        const Rect box = text.box.grown(label_gap);
        const bool inside =
            plot.contains({box.x, box.y}) && plot.contains({box.right(), box.bottom()});
        if (!inside || std::ranges::any_of(taken, [&](const Rect& r) { return r.overlaps(box); }))
            continue;
        taken.push_back(box);
        scene.add(std::move(text));
        return;
    }
}

std::vector<Polyline> visible_lines(const Contour& contour, const Axes& axes) {
    std::vector<Polyline> lines;
    for (const auto& points : contour.lines)
        for (Polyline& piece : visible_line(axes, points).pieces) lines.push_back(std::move(piece));
    return lines;
}

double length_of(const Polyline& line) {
    double length = 0;
    for (std::size_t i = 1; i < line.size(); ++i) length += distance(line[i - 1], line[i]);
    return length;
}

}  // namespace

void draw_contours(Scene& scene, const std::vector<Contour>& contours, const Axes& axes) {
    for (const Contour& contour : contours) {
        const std::vector<Polyline> lines = visible_lines(contour, axes);
        scene.add(Shape{.lines = lines, .pen = Pen{black, 1.2}, .clip = axes.plot});
        scene.add(Shape{.lines = lines, .pen = Pen{white, 0.6}, .clip = axes.plot});
    }
}

void label_contours(Scene& scene, const std::vector<Contour>& contours, const Axes& axes,
                    std::vector<Rect> taken) {
    for (const Contour& contour : contours)
        for (const Polyline& line : visible_lines(contour, axes))
            if (length_of(line) >= shortest_labelled)
                place_label(scene, line, contour.label, axes.plot, taken);
}

}  // namespace gradscape::figure

namespace gradscape {

std::vector<std::vector<PlotPoint>> contour_lines(const Grid& grid, std::span<const double> values,
                                                  double level) {
    if (values.size() != grid.cells())
        throw std::invalid_argument("contours need a value for each point of the grid");
    figure::Crossings crossings(grid, values, level);
    std::vector<std::vector<PlotPoint>> lines;
    for (const auto& chain : crossings.chains()) {
        std::vector<PlotPoint> line;
        for (const std::size_t edge : chain) line.push_back(crossings.place(edge));
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace gradscape
