// SPDX-License-Identifier: MIT
#include "tools/article/ravine_figure.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

#include "tools/article/plots.hpp"

namespace gradscape::cli {
namespace {

template <class Value>
LineSeries series_of(const std::vector<RavinePoint>& points, std::string label, Rgb color,
                     LineStyle style, Value value) {
    LineSeries series{
        .label = std::move(label), .note = {}, .points = {}, .color = color, .style = style};
    for (const RavinePoint& point : points) {
        const double y = value(point);
        series.points.push_back({point.at.wrec, y > 0 && std::isfinite(y) ? y : std::nan("")});
    }
    return series;
}

}  // namespace

LineFigure ravine_figure(const std::vector<RavinePoint>& points) {
    const auto panel = [&](std::vector<LineSeries> series, std::string label, std::string title) {
        const double from = points.empty() ? 0 : points.front().at.wrec;
        const double to = points.empty() ? 1 : points.back().at.wrec;
        LinePanel made{{from, to, Scale::linear, 1, fmt::format("recurrent weight {}", wrec_markup),
                        std::string(wrec_markup)},
                       decade_axis(series, std::move(label)),
                       std::move(series),
                       std::move(title)};
        return made;
    };
    const Rgb steep = rgb(0xd55e00), flat = rgb(0x0072b2), black = rgb(0x1a1a1a);
    const auto largest = [](const RavinePoint& p) { return p.curvature.sharpness; };
    const auto smallest = [](const RavinePoint& p) {
        return p.is_resolved() ? p.curvature.curvature_min : std::nan("");
    };
    const auto below = [smallest](const RavinePoint& p) { return -smallest(p); };
    const auto condition = [](const RavinePoint& p) {
        return p.is_resolved() ? p.curvature.condition : std::nan("");
    };
    return {{panel({series_of(points, "across the ravine, <i>\u03bb</i><sub>max</sub>", steep,
                              LineStyle::solid, largest),
                    series_of(points, "along it, <i>\u03bb</i><sub>min</sub>", flat,
                              LineStyle::solid, smallest),
                    series_of(points, "\u2212<i>\u03bb</i><sub>min</sub>, where it curves down",
                              flat, LineStyle::dotted, below)},
                   "eigenvalue of the Hessian", "Curvature at the bottom"),
             panel({series_of(points, "condition number, about the steps of descent", black,
                              LineStyle::solid, condition)},
                   "condition number", "Their quotient")},
            "The curvature along the ravine\u2019s bottom",
            {}};
}

}  // namespace gradscape::cli
