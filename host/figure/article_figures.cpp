// Axes, labels and colours of the article's figures.
// SPDX-License-Identifier: MIT
#include "gradscape/article_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace gradscape::figure {
namespace {

constexpr std::array<Rgb, 10> line_colors{
    rgb(0x1f77b4), rgb(0xd62728), rgb(0x2ca02c), rgb(0xff7f0e), rgb(0x9467bd),
    rgb(0x8c564b), rgb(0xe377c2), rgb(0x17becf), rgb(0xbcbd22), rgb(0x7f7f7f)};

constexpr std::array<LineStyle, 3> line_styles{LineStyle::solid, LineStyle::dashed,
                                               LineStyle::dash_dot};

/// Okabe and Ito's, the light ones last.
constexpr std::array<Rgb, 8> trace_colors{rgb(0x000000), rgb(0xd55e00), rgb(0x0072b2),
                                          rgb(0x009e73), rgb(0xcc79a7), rgb(0xe69f00),
                                          rgb(0x56b4e9), rgb(0xf0e442)};

/// The article's points have the colours that its text names.
bool are_articles(std::span<const GradientTrace> traces) {
    return std::ranges::equal(traces, article_points, {}, &GradientTrace::at);
}

Rgb darker(Rgb color) {
    const auto part = [](std::uint8_t channel) {
        return static_cast<std::uint8_t>(0.55 * channel);
    };
    return {part(color.r), part(color.g), part(color.b)};
}

template <class Item, std::size_t size>
Item cycled(const std::array<Item, size>& items, std::size_t index) {
    return items[index % size];
}

double power_of_ten(double exponent) { return std::pow(10.0, std::min(exponent, 308.0)); }

/// Whether an earlier one is of the same point, and so the same.
bool is_repeated(std::span<const GradientTrace> traces, std::size_t at) {
    return std::ranges::any_of(traces.first(at), [&](const GradientTrace& trace) {
        return trace.at.wx == traces[at].at.wx && trace.at.wrec == traces[at].at.wrec;
    });
}

/// So many that different points have different labels.
int telling_digits(std::span<const GradientTrace> traces) {
    int digits = 6;
    for (; digits < 17; ++digits) {
        std::set<std::string> labels;
        std::size_t points = 0;
        for (std::size_t i = 0; i < traces.size(); ++i) {
            if (is_repeated(traces, i)) continue;
            labels.insert(weights_markup(traces[i].at.wx, traces[i].at.wrec, digits));
            ++points;
        }
        if (labels.size() == points) break;
    }
    return digits;
}

/// All of the values, and a little room.
PlotAxis logarithm_axis(std::span<const GradientTrace> traces, std::string label) {
    double least = 0, largest = 1;
    for (const GradientTrace& trace : traces)
        for (double g : trace.gradient)
            if (std::isfinite(g)) least = std::min(least, g), largest = std::max(largest, g);
    for (const GradientTrace& trace : traces)
        for (const Quartiles& q : trace.spread) {
            if (std::isfinite(q.min)) least = std::min(least, q.min);
            if (std::isfinite(q.max)) largest = std::max(largest, q.max);
        }
    const double room = 0.04 * (largest - least);
    return {least - room, largest + room, Scale::linear, 1, std::move(label)};
}

/// ± the decade above the largest gradient, even decades so that the ends have ticks.
PlotAxis gradient_axis(std::span<const GradientTrace> traces, std::string label) {
    double largest = 1;
    for (const GradientTrace& trace : traces)
        for (double g : trace.gradient)
            if (std::isfinite(g)) largest = std::max(largest, std::fabs(g));
    double decades = std::ceil(std::log10(largest));
    decades = std::max(2.0, decades + std::fmod(decades, 2));
    const double end = power_of_ten(decades);
    return {-end, end, Scale::symlog, 1, std::move(label)};
}

/// About two dozen marks along a line, an odd number of steps apart, so that a gradient whose sign
/// changes at every step has marks of both kinds.
void mark_signs(const GradientTrace& trace, LineSeries& series) {
    constexpr std::size_t most = 24;
    if (trace.negative.empty()) return;
    std::size_t stride = std::max<std::size_t>((series.points.size() + most - 1) / most, 1);
    if (stride % 2 == 0) ++stride;
    for (std::size_t i = 0; i < series.points.size(); i += stride)
        (trace.negative[i] ? series.negative : series.positive).push_back(series.points[i]);
}

/// From the least to the largest of the sequences, and between the quartiles.
void add_bands(const GradientTrace& trace, Rgb color, LinePanel& panel) {
    if (trace.spread.empty()) return;
    LineBand whole{{}, {}, color, 0.12, "least to largest of the sequences"};
    LineBand middle{{}, {}, color, 0.25, "the middle half of them"};
    for (std::size_t k = 0; k < trace.spread.size(); ++k) {
        const double x = -static_cast<double>(k);
        const Quartiles& q = trace.spread[k];
        whole.lower.push_back({x, q.min}), whole.upper.push_back({x, q.max});
        middle.lower.push_back({x, q.lower}), middle.upper.push_back({x, q.upper});
    }
    panel.bands.push_back(std::move(whole));
    panel.bands.push_back(std::move(middle));
}

PlotAxis loss_axis(std::span<const OptimizerRun> runs) {
    double least = 1, first = 1;
    for (const OptimizerRun& run : runs) {
        for (double loss : run.loss)
            if (loss >= 1e-16) least = std::min(least, loss);
        if (!run.loss.empty() && std::isfinite(run.loss.front()))
            first = std::max(first, run.loss.front());
    }
    return {power_of_ten(std::floor(std::log10(least))),
            power_of_ten(std::ceil(std::log10(first)) + 2), Scale::log, 1, "loss"};
}

std::vector<PlotPoint> loss_curve(const OptimizerRun& run) {
    std::vector<PlotPoint> points;
    for (double loss : run.loss) {
        if (!std::isfinite(loss)) break;
        points.push_back({static_cast<double>(points.size()), loss});
    }
    if (run.diverged || points.size() < run.loss.size())
        points.push_back({static_cast<double>(points.size()), HUGE_VAL});
    return points;
}

}  // namespace
}  // namespace gradscape::figure

namespace gradscape {

HeatmapFigure surface_figure(std::vector<HeatmapPanel> panels, const ColorMap& colors,
                             std::span<const MarkedPoint> marks) {
    for (HeatmapPanel& panel : panels) panel.marks.assign(marks.begin(), marks.end());
    return {std::move(panels),
            colors,
            colors.spec().offset == 1 ? "loss + 1" : "loss",
            {},
            "Loss surface and the points at which gradients are followed"};
}

LineFigure gradients_figure(std::span<const GradientTrace> traces, std::string value_label,
                            GradientValues values) {
    LinePanel panel;
    std::size_t steps = 1;
    for (const GradientTrace& trace : traces) steps = std::max(steps, trace.gradient.size());
    panel.x = {0, -static_cast<double>(std::max<std::size_t>(steps, 2) - 1), Scale::linear, 1,
               "timestep <i>k</i> \u2212 <i>T</i>"};
    panel.x.counts = true;
    panel.y = values == GradientValues::plain
                  ? figure::gradient_axis(traces, std::move(value_label))
                  : figure::logarithm_axis(traces, std::move(value_label));
    const auto& colors = figure::are_articles(traces) ? mark_colors : figure::trace_colors;
    const int digits = figure::telling_digits(traces);
    for (std::size_t i = 0; i < traces.size(); ++i) {
        if (figure::is_repeated(traces, i)) continue;
        LineSeries series{.label = weights_markup(traces[i].at.wx, traces[i].at.wrec, digits),
                          .note = traces[i].note,
                          .points = {},
                          .color = figure::cycled(colors, i),
                          .style = figure::cycled(figure::line_styles, i / colors.size()),
                          .markers = traces[i].gradient.size() <= 40,
                          .outlined = true};
        for (std::size_t k = 0; k < traces[i].gradient.size(); ++k)
            series.points.push_back({-static_cast<double>(k), traces[i].gradient[k]});
        if (values == GradientValues::logarithms) series.markers = false;
        figure::mark_signs(traces[i], series);
        figure::add_bands(traces[i], series.color, panel);
        panel.series.push_back(std::move(series));
    }
    const bool signs = std::ranges::any_of(traces, [](const GradientTrace& trace) {
        return std::ranges::find(trace.negative, true) != trace.negative.end();
    });
    return {{std::move(panel)},
            std::string("Gradient over time, backwards from the output") +
                (signs ? " (● above 0, ○ below)" : ""),
            fmt::format("({}, {})", wx_markup, wrec_markup)};
}

HeatmapFigure trajectory_figure(std::vector<HeatmapPanel> panels, const ColorMap& colors,
                                std::span<const PlotPoint> trajectory, std::string title) {
    for (HeatmapPanel& panel : panels)
        panel.trajectory.assign(trajectory.begin(), trajectory.end());
    return {std::move(panels),
            colors,
            colors.spec().offset == 1 ? "loss + 1" : "loss",
            {},
            std::move(title)};
}

LineFigure optimizers_figure(std::span<const OptimizerRun> runs) {
    LinePanel panel;
    std::size_t iterations = 2;
    for (const OptimizerRun& run : runs) iterations = std::max(iterations, run.loss.size());
    panel.x = {0, static_cast<double>(iterations - 1), Scale::symlog, 10, "iteration"};
    panel.x.counts = true;
    panel.y = figure::loss_axis(runs);
    std::map<int, std::size_t> members;  // of each family so far
    for (const OptimizerRun& run : runs) {
        const std::size_t member = members[run.family]++;
        const Rgb color = figure::cycled(figure::line_colors, static_cast<std::size_t>(run.family));
        panel.series.push_back({run.label, run.note, figure::loss_curve(run),
                                member < figure::line_styles.size() ? color : figure::darker(color),
                                figure::cycled(figure::line_styles, member), false});
    }
    return {{std::move(panel)}, "Loss during training, from the same start", {}};
}

}  // namespace gradscape
