// The article's figures from plain data, general enough for other points, runs and ranges.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gradscape/article.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/trace_spread.hpp"

namespace gradscape {

/// A gradient over time at one point.
struct GradientTrace {
    Weights at;
    std::vector<double> gradient;        ///< T + 1 values, k = T … 0
    std::string note;                    ///< what it does: explodes, vanishes, …
    std::vector<bool> negative = {};     ///< of logarithms, the signs of the gradients
    std::vector<Quartiles> spread = {};  ///< over the sequences, in the order of the values
};

/// One run of an optimiser.
struct OptimizerRun {
    std::string label, note;
    std::vector<double> loss;  ///< at iteration 0, 1, …
    bool diverged = false;     ///< the line leaves through the top at its end
    int family = 0;            ///< runs of one family share a colour and differ in line style
};

/// Panels as evaluated (grid, indices, valley line), with the points marked in all.
HeatmapFigure surface_figure(std::vector<HeatmapPanel> panels, const ColorMap& colors,
                             std::span<const MarkedPoint> marks);

/// What the values of a figure of gradients are: the gradients g, or log10 |g| (NaN for 0: nothing
/// is drawn), which shows any range, with marks for the signs.
enum class GradientValues : std::uint8_t { plain, logarithms };

/// Timesteps 0 … −T from left to right.
LineFigure gradients_figure(std::span<const GradientTrace> traces, std::string value_label,
                            GradientValues values = GradientValues::plain);

HeatmapFigure trajectory_figure(std::vector<HeatmapPanel> panels, const ColorMap& colors,
                                std::span<const PlotPoint> trajectory, std::string title);

LineFigure optimizers_figure(std::span<const OptimizerRun> runs);

}  // namespace gradscape
