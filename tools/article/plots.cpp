// SPDX-License-Identifier: MIT
#include "tools/article/plots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/index_image.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/internal/file_extension.hpp"

namespace gradscape::cli {
namespace {

constexpr const char* state_gradient = "∂<i>ξ</i>/∂<i>S</i><sub>k</sub>";

std::string reduction_label(Reduction reduction) {
    const std::string gradient = state_gradient;
    switch (reduction) {
        case Reduction::mean:
            return gradient + ", mean over sequences";
        case Reduction::article:
            return gradient + ", sum over sequences × their number";
        case Reduction::sum:
            break;
    }
    return gradient + ", sum over sequences";
}

std::string run_label(const TrainingOptions& options) {
    std::string label(name_of(options.optimizer));
    if (has_learning_rate(options.optimizer))
        label += ", rate " + number_markup(options.learning_rate, 2);
    if (options.clip_norm > 0) label += ", norm ≤ " + number_markup(options.clip_norm, 2);
    return label;
}

std::string run_note(const Trajectory& run) {
    const auto last = run.iterates.size() - 1;
    if (run.diverged) return "diverges in " + counted(last, "iteration");
    if (const int reached = run.first_below(1e-5); reached >= 0)
        return fmt::format("loss &lt; {} after {}", number_markup(1e-5), reached);
    return fmt::format("loss {} after {}", number_markup(run.iterates.back().loss, 2), last);
}

void evaluate_panel(HeatmapPanel& panel, const LoadedModel& model, const ColorMap& map,
                    const Context& context) {
    View view;
    view.precision = Precision::f64;  // float ends at 3e38, far below many a plane
    view.grid = panel.grid;
    panel.indices = index_image(model, view, Field::loss, map, context);
    // A loss beyond double is above the last level, too.
    std::ranges::replace(panel.indices, map.non_finite(), map.above());
}

/// Points of a line that can be told apart, and signs that change at each of them.
constexpr std::size_t most_signed = 60;

bool beyond_double(std::span<const Trace> traces, Reduction reduction) {
    return std::ranges::any_of(traces, [&](const Trace& trace) {
        for (std::size_t k = 0; k < trace.sums.size(); ++k)
            if (std::isinf(trace.value(k, reduction))) return true;
        return false;
    });
}

bool shows_magnitudes(std::span<const Trace> traces, Reduction reduction, TraceValues values,
                      bool spreads) {
    if (values != TraceValues::automatic) return values == TraceValues::magnitudes;
    const auto is_long = [](const Trace& trace) { return trace.sums.size() > most_signed; };
    return spreads || std::ranges::any_of(traces, is_long) || beyond_double(traces, reduction);
}

GradientTrace curve_of(const Trace& trace, Reduction reduction, bool magnitudes) {
    GradientTrace curve{trace.at, {}, behaviour_markup(trace)};
    for (std::size_t k = trace.sums.size(); k-- > 0;) {
        const double g = trace.value(k, reduction), logarithm = trace.log10_value(k, reduction);
        const bool is_zero = logarithm == -HUGE_VAL;
        curve.gradient.push_back(!magnitudes ? g : is_zero ? std::nan("") : logarithm);
        if (magnitudes) curve.negative.push_back(std::signbit(g));
    }
    return curve;
}

}  // namespace

void label_weights(HeatmapPanel& panel) {
    panel.x_label = fmt::format("input weight {}", wx_markup);
    panel.y_label = fmt::format("recurrent weight {}", wrec_markup);
}

HeatmapPanel box_panel(const LoadedModel& model, const Grid& box) {
    HeatmapPanel panel;
    panel.grid = in_panel_pixels(box);
    if (has_row_form(model.model().unit())) panel.valley = valley_points(model, panel.grid.wrec);
    return panel;
}

HeatmapPanel loss_panel(const LoadedModel& model, const Grid& box, const ColorMap& map,
                        const Context& context) {
    HeatmapPanel panel = box_panel(model, box);
    evaluate_panel(panel, model, map, context);
    return panel;
}

void evaluate_panels(HeatmapFigure& figure, const FigurePage& page, const LoadedModel& model,
                     const Context& context) {
    std::vector<Grid> grids;
    for (std::size_t p = 0; p < figure.panels.size(); ++p)
        grids.push_back(panel_grid(figure, page, p));
    for (std::size_t p = 0; p < figure.panels.size(); ++p) {
        figure.panels[p].grid = grids[p];
        evaluate_panel(figure.panels[p], model, figure.colors, context);
    }
}

std::vector<PlotPoint> valley_points(const LoadedModel& model, const Axis& wrec) {
    const std::vector<double> rows = wrec.values(), valley = model.valley(rows);
    std::vector<PlotPoint> points;
    for (std::size_t i = 0; i < rows.size(); ++i) points.push_back({valley[i], rows[i]});
    return points;
}

std::string behaviour_markup(const Trace& trace) {
    const GradientBehaviour behaviour = behaviour_of(trace);
    std::string text = describe(behaviour);
    const std::string factor = factor_text(behaviour.factor);
    const auto at = text.find(factor);
    if (at == std::string::npos || factor.find('e') == std::string::npos) return text;
    return fmt::format("{}({}){}", text.substr(0, at), number_markup(behaviour.factor, 3),
                       text.substr(at + factor.size()));
}

PlotAxis decade_axis(std::span<const LineSeries> series, std::string label) {
    double least = HUGE_VAL, most = 0;
    for (const LineSeries& each : series)
        for (const PlotPoint& point : each.points)
            if (point.y > 0 && std::isfinite(point.y))
                least = std::min(least, point.y), most = std::max(most, point.y);
    if (!(least <= most)) least = most = 1;
    const auto power = [](double exponent) { return std::pow(10, exponent); };
    return {power(std::floor(std::log10(least))),
            power(std::max(std::ceil(std::log10(most)), std::floor(std::log10(least)) + 1)),
            Scale::log, 1, std::move(label)};
}

std::vector<PlotPoint> path_of(const Trajectory& run) {
    std::vector<PlotPoint> path;
    for (const Iterate& at : run.iterates) path.push_back({at.wx, at.wrec});
    return path;
}

LineFigure traces_figure(std::span<const Trace> traces, Reduction reduction, TraceValues values,
                         std::span<const std::vector<Quartiles>> spreads) {
    const bool magnitudes = shows_magnitudes(traces, reduction, values, !spreads.empty());
    std::vector<GradientTrace> curves;
    for (std::size_t i = 0; i < traces.size(); ++i) {
        curves.push_back(curve_of(traces[i], reduction, magnitudes));
        if (!spreads.empty()) curves.back().spread.assign(spreads[i].rbegin(), spreads[i].rend());
    }
    const std::string label = reduction_label(reduction);
    LineFigure figure =
        magnitudes ? gradients_figure(curves, "log<sub>10</sub> |<i>g</i>|, <i>g</i> = " + label,
                                      GradientValues::logarithms)
                   : gradients_figure(curves, label);
    figure.panels.at(0).y.short_label =
        magnitudes ? fmt::format("log<sub>10</sub> |{}|", state_gradient) : state_gradient;
    return figure;
}

LineFigure study_figure(const OptimizerStudy& study) {
    std::vector<OptimizerRun> curves;
    for (const StudyRun& run : study.runs) {
        OptimizerRun curve{run_label(run.options),
                           run_note(run.trajectory),
                           {},
                           run.trajectory.diverged,
                           static_cast<int>(run.options.optimizer)};
        for (const Iterate& at : run.trajectory.iterates) curve.loss.push_back(at.loss);
        curves.push_back(std::move(curve));
    }
    return optimizers_figure(curves);
}

bool is_table(const std::string& path) {
    return has_extension(path, ".csv") || path == "-" || path == "/dev/stdout";
}

FigureMetadata figure_metadata(const std::string& parameters) {
    return {{"Software", "gradscape " GRADSCAPE_VERSION}, {"gradscape:parameters", parameters}};
}

}  // namespace gradscape::cli
