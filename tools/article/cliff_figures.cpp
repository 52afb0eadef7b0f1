// SPDX-License-Identifier: MIT
#include "tools/article/cliff_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "gradscape/color_fit.hpp"
#include "gradscape/internal/counted.hpp"
#include "tools/article/plots.hpp"

namespace gradscape::cli {
namespace {

LineSeries mark_line(const std::string& label, double bias, double lo, double hi, Rgb color,
                     LineStyle style) {
    return {.label = label,
            .note = {},
            .points = {{bias, lo}, {bias, hi * (1 - 1e-9)}},  // it does not leave at the top
            .color = color,
            .style = style};
}

TrainingPath path_text(const Trajectory& run, const std::string& name, Rgb color, Rgb end,
                       LineStyle style) {
    const Iterate& last = run.iterates.back();
    return {
        path_of(run),
        fmt::format("{}: {} after {}", name,
                    run.diverged ? std::string("diverged") : "error " + number_markup(last.loss, 2),
                    counted(run.iterates.size() - 1, "iteration")),
        color, end, style};
}

/// In the lines of the paper's figure: dashed where clipped.
std::vector<TrainingPath> paths_of(const CliffRuns& runs) {
    return {path_text(runs.clipped, "clipped", rgb(0xffffff), rgb(0x56b4e9), LineStyle::dashed),
            path_text(runs.unclipped, "unclipped", rgb(0xe69f00), rgb(0xd55e00), LineStyle::solid)};
}

constexpr const char* bias_label = "bias <i>b</i> = <i>w</i><sub>x</sub>";
constexpr const char* weight_label = "recurrent weight <i>w</i> = <i>w</i><sub>rec</sub>";
constexpr const char* error_label = "squared error <i>E</i>";

std::string wall_title(const TrainingOptions& training, const FigureOptions& page) {
    return title_of(
        page,
        fmt::format("Gradient descent at the cliff of an autonomous sigmoid cell: "
                    "rate {}, clipped to {}",
                    number_markup(training.learning_rate), number_markup(training.clip_norm)));
}

/// From 0 to what is above all of these values, rounded.
ColorSpec error_colors(std::span<const double> errors) {
    ColorSpec colors{
        .style = ColorStyle::smooth, .lo = 0, .hi = 0, .scale = Scale::linear, .offset = 0};
    for (const double error : errors) colors.hi = std::max(colors.hi, error);
    colors.hi = std::max(std::ceil(colors.hi * 20) / 20, 1e-3);
    return colors;
}

/// Around the whole of a path, in the proportions of the window.
Grid box_around(const Trajectory& run, const Grid& window) {
    const auto extent = [&](double Iterate::*weight) {
        double lo = HUGE_VAL, hi = -HUGE_VAL;
        for (const Iterate& at : run.iterates)
            if (std::isfinite(at.*weight))
                lo = std::min(lo, at.*weight), hi = std::max(hi, at.*weight);
        return lo <= hi ? Axis{lo, hi, 1} : Axis{0, 0, 1};
    };
    const Axis wx = extent(&Iterate::wx), wrec = extent(&Iterate::wrec);
    const auto width = [](const Axis& axis) { return axis.hi - axis.lo; };
    constexpr double margin = 1.3, least = 1e-3, most = 1e300;  // of windows that hardly are
    const double share = std::min(std::max({margin * width(wx) / width(window.wx),
                                            margin * width(wrec) / width(window.wrec), least}),
                                  most);
    const auto around = [share, width](const Axis& path, const Axis& all) {
        const double middle = path.lo + (path.hi - path.lo) / 2, half = share * width(all) / 2;
        return Axis{middle - half, middle + half, 1};
    };
    return {around(wx, window.wx), around(wrec, window.wrec)};
}

HeatmapPanel cliff_panel(const CliffRuns& runs, const Grid& box, std::string title) {
    HeatmapPanel panel;
    panel.grid = in_panel_pixels(box);
    panel.title = std::move(title);
    panel.paths = paths_of(runs);
    panel.x_label = bias_label;
    panel.y_label = weight_label;
    return panel;
}

/// Whole decades, down to 1e-6 or, where all is below that, six of them.
PlotAxis slope_axis(double shortest, double longest) {
    constexpr double least = 1e-300, most = 1e300;  // beyond, there is nothing to be told apart
    const double top = longest < least ? 1 : std::min(longest, most);
    const double bottom = std::max(std::min(shortest, top), std::min(1e-6, 1e-6 * top));
    const double to = std::ceil(std::log10(top)), from = std::floor(std::log10(bottom));
    return {std::pow(10, std::min(from, to - 1)), std::pow(10, to), Scale::log, 1, "|∇<i>E</i>|"};
}

}  // namespace

LineFigure cut_figure(const CliffCut& cut, const FigureOptions& page) {
    const Rgb black = rgb(0x1a1a1a), red = rgb(0xd55e00), blue = rgb(0x0072b2);
    const auto panel = [&](auto value, PlotAxis y, std::string title) {
        std::vector<LineSeries> series;
        const double lo = std::min(y.from, y.to), hi = std::max(y.from, y.to);
        const auto is_shown = [&](double bias) {
            return bias >= cut.line.front().wx && bias <= cut.line.back().wx;
        };
        if (cut.boundary && is_shown(*cut.boundary))
            series.push_back(
                mark_line("border of the basins", *cut.boundary, lo, hi, red, LineStyle::dashed));
        if (cut.folds)
            for (const double bias : *cut.folds)
                if (is_shown(bias))
                    series.push_back(mark_line("fold", bias, lo, hi, blue, LineStyle::dotted));
        LineSeries line{.label = {}, .note = {}, .points = {}, .color = black};
        for (const Iterate& at : cut.line) line.points.push_back({at.wx, value(at)});
        series.push_back(std::move(line));
        return LinePanel{{cut.line.front().wx, cut.line.back().wx, Scale::linear, 1, bias_label},
                         std::move(y),
                         std::move(series),
                         std::move(title)};
    };
    const auto loss = [](const Iterate& at) { return at.loss; };
    double most = 0, longest = slope_of(cut.steepest), shortest = longest;
    for (const Iterate& at : cut.line) {
        most = std::max(most, at.loss);
        if (slope_of(at) > 0) shortest = std::min(shortest, slope_of(at));
    }
    return {{panel(loss, {0, std::max(most * 1.05, 1e-3), Scale::linear, 1, error_label}, "Error"),
             panel(slope_of, slope_axis(shortest, longest), "Length of the gradient")},
            title_of(page,
                     fmt::format("The cliff of an autonomous sigmoid cell along <i>w</i> = {} = {}",
                                 wrec_markup, number_markup(cut.line.front().wrec))),
            {}};
}

HeatmapFigure wall_figure(const CliffRuns& runs, const TrainingOptions& training,
                          const LoadedModel& model, const Grid& window, const FigureOptions& page,
                          const Context& context) {
    View view;
    view.precision = Precision::f64;
    view.grid = window;
    view.grid.wx.size = view.grid.wrec.size = sample_side;
    HeatmapFigure figure;
    figure.panels = {cliff_panel(runs, window, {}),
                     cliff_panel(runs, box_around(runs.clipped, window), "At the wall")};
    std::vector<double> errors;
    for (const HeatmapPanel& panel : figure.panels) {
        view.grid.wx.lo = panel.grid.wx.lo, view.grid.wx.hi = panel.grid.wx.hi;
        view.grid.wrec.lo = panel.grid.wrec.lo, view.grid.wrec.hi = panel.grid.wrec.hi;
        const auto sample = sample_values(model, view, Field::loss, context);
        errors.insert(errors.end(), sample.begin(), sample.end());
    }
    figure.colors = ColorMap(error_colors(errors));
    figure.value_label = error_label;
    figure.title = wall_title(training, page);
    evaluate_panels(figure, page_of(page), model, context);
    return figure;
}

ReliefFigure wall_relief(const CliffRuns& runs, const TrainingOptions& training,
                         const LoadedModel& model, const Grid& window, const FigureOptions& page,
                         const Context& context) {
    // The wall goes through the mesh aslant, nearly along w: cells narrow in b make small teeth.
    constexpr std::size_t cols = 321, rows = 101;
    View view;
    view.precision = Precision::f64;
    view.grid = window;
    view.grid.wx.size = cols, view.grid.wrec.size = rows;
    ReliefFigure figure;
    figure.grid = view.grid;
    figure.values = grid_values(model, view, Field::loss, context);
    const ColorSpec colors = error_colors(figure.values);
    figure.colors = ColorMap(colors);
    figure.height = {0, colors.hi, Scale::linear, 1, error_label};
    figure.paths = paths_of(runs);
    figure.x_label = bias_label;
    figure.y_label = weight_label;
    figure.title = wall_title(training, page);
    return figure;
}

}  // namespace gradscape::cli
