// SPDX-License-Identifier: MIT
#include "host/figure/relief.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "host/figure/ticks.hpp"

namespace gradscape::figure {
namespace {

constexpr Rgb front_side = rgb(0xb4b9c0), right_side = rgb(0x9aa0a8);

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

Rgb shaded(Rgb color, double light) {
    const auto dimmed = [light](std::uint8_t channel) {
        return static_cast<std::uint8_t>(std::lround(channel * light));
    };
    return {dimmed(color.r), dimmed(color.g), dimmed(color.b)};
}

/// From 0.6 to 1, in steps, so that faces that are nearly alike are of one colour; for a surface
/// that rises so much along both axes. The light comes from the left, above who looks.
double light_on(double rise_x, double rise_y) {
    constexpr BoxPoint sun{-0.25, -0.45, 0.86};
    constexpr double steps = 40;
    const double facing = (-rise_x * sun.x - rise_y * sun.y + sun.z) /
                          std::sqrt(rise_x * rise_x + rise_y * rise_y + 1);
    return 0.6 + 0.4 * std::round(std::max(facing, 0.0) * steps) / steps;
}

}  // namespace

Projection::Projection(double azimuth, double elevation)
    : sin_azimuth_(std::sin(radians(azimuth))),
      cos_azimuth_(std::cos(radians(azimuth))),
      sin_elevation_(std::sin(radians(elevation))),
      cos_elevation_(std::cos(radians(elevation))) {}

Relief::Relief(const ReliefFigure& figure)
    : figure_(figure), cols_(figure.grid.cols()), rows_(figure.grid.rows()) {
    if (cols_ < 2 || rows_ < 2 || figure.values.size() != cols_ * rows_)
        throw std::invalid_argument("a relief needs a value for each of 2 x 2 points or more");
    for (const double value : figure.values) {
        const double part = std::isnan(value) ? 0 : fraction(figure.height, value);
        heights_.push_back(relief_height * std::clamp(part, 0.0, 1.0));
    }
}

BoxPoint Relief::vertex(std::size_t col, std::size_t row) const {
    return {static_cast<double>(col) / static_cast<double>(cols_ - 1),
            static_cast<double>(row) / static_cast<double>(rows_ - 1), height(col, row)};
}

BoxPoint Relief::at(double x, double y) const {
    const auto cell = [](double place, std::size_t points) {
        const auto most = static_cast<double>(points - 2);
        return static_cast<std::size_t>(
            std::clamp(std::floor(place * static_cast<double>(points - 1)), 0.0, most));
    };
    const std::size_t col = cell(x, cols_), row = cell(y, rows_);
    const double right = x * static_cast<double>(cols_ - 1) - static_cast<double>(col);
    const double up = y * static_cast<double>(rows_ - 1) - static_cast<double>(row);
    return {x, y,
            (1 - up) * std::lerp(height(col, row), height(col + 1, row), right) +
                up * std::lerp(height(col, row + 1), height(col + 1, row + 1), right)};
}

bool Relief::is_seen(const BoxPoint& p, const Projection& projection) const {
    // What hides by less, or along a shorter way, is the roughness of the mesh: a wall that goes
    // through it aslant has teeth as large as its cells.
    constexpr double roughness = 0.012 * relief_height;
    const double finest = 1.0 / static_cast<double>(std::max(cols_, rows_));
    const double coarsest = 1.0 / static_cast<double>(std::min(cols_, rows_) - 1);
    const BoxPoint to = projection.to_viewer();
    double hidden = 0;
    for (double t = finest;; t += 0.4 * finest) {
        const BoxPoint q{p.x + t * to.x, p.y + t * to.y, p.z + t * to.z};
        if (q.x > 1 || q.y < 0 || q.z > relief_height) return true;
        hidden = at(q.x, q.y).z > q.z + roughness ? hidden + 0.4 * finest : 0;
        if (hidden > 2 * coarsest) return false;
    }
}

Face Relief::surface_face(std::size_t col, std::size_t row) const {
    const BoxPoint a = vertex(col, row), b = vertex(col + 1, row), c = vertex(col + 1, row + 1),
                   d = vertex(col, row + 1);
    const double rise_x = (b.z - a.z + c.z - d.z) / 2 * static_cast<double>(cols_ - 1);
    const double rise_y = (d.z - a.z + c.z - b.z) / 2 * static_cast<double>(rows_ - 1);
    double value = 0;
    for (const std::size_t at : {row * cols_ + col, (row + 1) * cols_ + col})
        value += (figure_.values[at] + figure_.values[at + 1]) / 4;
    // The ends of the height are colours of the palette, and no values beyond it.
    const ColorMap& map = figure_.colors;
    const int index = std::isnan(value) ? map.non_finite()
                                        : std::clamp<int>(map.index(value), 1, map.above() - 1);
    const Rgb color = map.colors()[static_cast<std::size_t>(index)];
    return {{a, b, c, d}, shaded(color, light_on(rise_x, rise_y)), col, row};
}

std::vector<Face> Relief::faces() const {
    // Far are small x and great y: over one place only one face lies, and no ray to who looks goes
    // back to a smaller x or a greater y.
    std::vector<Face> all;
    for (std::size_t row = rows_ - 1; row-- > 0;)
        for (std::size_t col = 0; col + 1 < cols_; ++col) all.push_back(surface_face(col, row));
    const auto down = [](BoxPoint p) { return BoxPoint{p.x, p.y, 0}; };
    for (std::size_t col = 0; col + 1 < cols_; ++col) {
        const BoxPoint a = vertex(col, 0), b = vertex(col + 1, 0);
        all.push_back({{down(a), down(b), b, a}, front_side, col, 0, true});
    }
    for (std::size_t row = 0; row + 1 < rows_; ++row) {
        const BoxPoint a = vertex(cols_ - 1, row), b = vertex(cols_ - 1, row + 1);
        all.push_back({{down(a), down(b), b, a}, right_side, cols_ - 1, row, true});
    }
    return all;
}

}  // namespace gradscape::figure
