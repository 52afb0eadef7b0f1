// Where an axis has ticks and what they say.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/figure.hpp"

namespace gradscape::figure {

struct Tick {
    double value = 0;
    std::string label;
};

struct Ticks {
    std::vector<Tick> major;
    std::vector<double> minor;
};

enum class Direction : std::uint8_t { horizontal, vertical };

/// 0 at axis.from, 1 at axis.to; −∞ for what a log scale cannot show.
double fraction(const PlotAxis& axis, double value);

/// Round values, as many as have room along `length` points without their labels touching.
Ticks make_ticks(const PlotAxis& axis, double length, Direction direction);

}  // namespace gradscape::figure
