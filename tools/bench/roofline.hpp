// The roofline picture: flop/s against flop per stored byte. The roof is the store bandwidth up to
// where the arithmetic peak takes over; a kernel below the roof has that much left to gain.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "gradscape/figure.hpp"
#include "tools/bench/results.hpp"

namespace gradscape::bench {

/// The highest rate at an intensity (flop per byte), under a peak.
double roof(const Limits& limits, double peak, double intensity);

/// Results with both bytes and flop are points; the others are left out.
LineFigure roofline_figure(const Limits& limits, std::span<const Result> results);

}  // namespace gradscape::bench
