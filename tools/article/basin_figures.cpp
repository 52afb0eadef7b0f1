// SPDX-License-Identifier: MIT
#include "tools/article/basin_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/article/plots.hpp"

namespace gradscape::cli {
namespace {

/// Of the minima in turn: path_colors, in an order in which neighbours differ most.
constexpr std::array<Rgb, 7> basin_colors{rgb(0x0072b2), rgb(0xe69f00), rgb(0x009e73),
                                          rgb(0xcc79a7), rgb(0x56b4e9), rgb(0xd55e00),
                                          rgb(0xf0e442)};

/// Band b for minimum b, in its very colour: the palette has each many times.
ColorMap basin_map(std::size_t minima) {
    constexpr std::size_t repeats = 32;
    const std::size_t bands = std::max<std::size_t>(minima, 1);
    OwnColors own;
    for (std::size_t m = 0; m < bands; ++m)
        for (std::size_t i = 0; i < repeats; ++i)
            own.palette.push_back(basin_colors[m % basin_colors.size()]);
    // The same whatever the number of minima, and none of theirs.
    own.outside = {.below = rgb(0xffffff), .above = rgb(0x808080), .non_finite = rgb(0x000000)};
    return {{.palette = Palette::own,
             .style = ColorStyle::bands,
             .levels = static_cast<int>(bands) + 1,
             .lo = 0.5,
             .hi = static_cast<double>(bands) + 0.5,
             .scale = Scale::linear,
             .offset = 0},
            std::move(own)};
}

std::string percent(std::size_t part, std::size_t all) {
    return fmt::format("{:.3g} %", 100.0 * static_cast<double>(part) / static_cast<double>(all));
}

}  // namespace

std::string share_text(const Basins& basins, std::size_t minimum, std::string_view of) {
    const BasinMinimum& m = basins.minima[minimum];
    return fmt::format("{} of the {}, loss {:.3g}", percent(m.starts, basins.of.size()), of,
                       m.loss);
}

LineFigure counts_figure(const BoxCounts& counts, const std::optional<BoxDimension>& dimension,
                         std::string title) {
    LineSeries counted{.label = "boxes with runs of both kinds",
                       .note = {},
                       .points = {},
                       .color = rgb(0x0072b2),
                       .markers = true};
    for (const BoxCount& count : counts.by_side)
        counted.points.push_back(
            {static_cast<double>(count.side), static_cast<double>(count.crossed)});
    std::vector<LineSeries> series{std::move(counted)};
    if (dimension) {
        const auto at = [&](std::size_t side) {
            const auto s = static_cast<double>(side);
            return PlotPoint{s,
                             std::exp(dimension->intercept - dimension->dimension * std::log(s))};
        };
        series.push_back({.label = fmt::format("dimension {:.3f} ± {:.3f}", dimension->dimension,
                                               dimension->standard_error),
                          .note = {},
                          .points = {at(dimension->smallest), at(dimension->largest)},
                          .color = rgb(0xd55e00),
                          .style = LineStyle::dashed});
    }
    PlotAxis y = decade_axis(series, "boxes that the boundary crosses");
    const double last = static_cast<double>(counts.by_side.back().side);
    y.counts = true;
    y.short_label = "boxes crossed";
    PlotAxis x{1, std::max(last, 2.0), Scale::log, 1, "side of a box, in cells"};
    x.counts = true;
    return {{LinePanel{std::move(x), std::move(y), std::move(series), {}}}, std::move(title), {}};
}

HeatmapFigure basins_figure(const Basins& basins, const Grid& grid,
                            const std::optional<ParameterAxes>& axes, const std::string& title) {
    HeatmapFigure figure;
    figure.colors = basin_map(basins.minima.size());
    HeatmapPanel panel;
    panel.grid = grid;
    for (const std::uint8_t of : basins.of)
        panel.indices.push_back(of == Basins::diverged    ? figure.colors.non_finite()
                                : of == Basins::elsewhere ? figure.colors.below()
                                                          : of);
    panel.x_label =
        axes ? axis_markup((*axes)[0]) : fmt::format("start, input weight {}", wx_markup);
    panel.y_label =
        axes ? axis_markup((*axes)[1]) : fmt::format("start, recurrent weight {}", wrec_markup);
    for (std::size_t m = 0; !axes && m < basins.minima.size(); ++m)
        panel.marks.push_back({basins.minima[m].at.wx, basins.minima[m].at.wrec,
                               basin_colors[m % basin_colors.size()],
                               fmt::format("{} of starts, loss {}",
                                           percent(basins.minima[m].starts, basins.of.size()),
                                           number_markup(basins.minima[m].loss, 2))});
    figure.panels.push_back(std::move(panel));
    figure.value_label = "minimum in which training ends";
    figure.short_value_label = "minimum";
    figure.below_label = "elsewhere";
    figure.non_finite_label = "diverged";
    figure.has_bands = !basins.minima.empty();
    figure.title = title;
    return figure;
}

}  // namespace gradscape::cli
