// SPDX-License-Identifier: MIT
#include "tools/bench/roofline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gradscape/internal/counted.hpp"

namespace gradscape::bench {
namespace {

constexpr double giga = 1e9;

/// A roof over [from, to], with its corner.
LineSeries roof_line(const Limits& limits, double peak, double from, double to, const char* name,
                     LineStyle style) {
    LineSeries line;
    line.label = fmt::format("{}: {}", name, with_prefix(peak, "flop/s"));
    line.color = rgb(0x404040);
    line.style = style;
    for (const double x : {from, peak / limits.store, to})
        line.points.push_back({x, roof(limits, peak, x) / giga});
    return line;
}

/// Of the cases in turn, each readable on white.
constexpr std::array<Rgb, 8> case_colors{rgb(0x000000), rgb(0xff0000), rgb(0x0000ff),
                                         rgb(0xff8c00), rgb(0x00bfbf), rgb(0xbf00bf),
                                         rgb(0xbfbf00), rgb(0x008000)};

double intensity_of(const Result& result) { return result.work.flop / result.work.bytes; }

bool has_place(const Result& result) {
    return result.error.empty() && result.work.bytes > 0 && result.work.flop > 0 &&
           result.limit != LimitKind::none && result.name.find("/cuda/") == std::string::npos;
}

}  // namespace

double roof(const Limits& limits, double peak, double intensity) {
    return std::min(peak, limits.store * intensity);
}

LineFigure roofline_figure(const Limits& limits, std::span<const Result> results) {
    double from = 0.1, to = 1000, low = 1, high = 2 * limits.flop_f32 / giga;
    LinePanel panel;
    std::size_t color = 0;
    for (const Result& result : results) {
        if (!has_place(result)) continue;
        const double x = intensity_of(result), y = result.flop_rate() / giga;
        to = std::max(to, 4 * x);
        from = std::min(from, x / 4);
        low = std::min(low, y / 2);
        high = std::max(high, 2 * y);
        LineSeries point;
        point.label = escape_markup(result.name);
        point.note =
            fmt::format("{} of {}", share_text(result.share(result.beside)), name_of(result.limit));
        point.points = {{x, y}};
        point.color = case_colors[color++ % case_colors.size()];
        point.markers = true;
        panel.series.push_back(std::move(point));
    }
    panel.series.insert(
        panel.series.begin(),
        {roof_line(limits, limits.flop_f32, from, to, "FMA f32", LineStyle::solid),
         roof_line(limits, limits.flop_f64, from, to, "FMA f64", LineStyle::dashed)});
    panel.x = {from, to, Scale::log, 1, "flop per byte stored"};
    panel.y = {low, high, Scale::log, 1, "Gflop/s"};
    return {{std::move(panel)},
            fmt::format("Roofline: store bandwidth {}", with_prefix(limits.store, "B/s")),
            "Limits and cases"};
}

}  // namespace gradscape::bench
