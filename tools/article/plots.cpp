// SPDX-License-Identifier: MIT
#include "tools/article/plots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/index_image.hpp"
#include "gradscape/internal/counted.hpp"

namespace gradscape::cli {
namespace {

std::string reduction_label(Reduction reduction) {
    const std::string gradient = "∂<i>ξ</i>/∂<i>S</i><sub>k</sub>";
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

}  // namespace

HeatmapPanel loss_panel(const LoadedModel& model, const Grid& box, const ColorMap& map,
                        const Context& context) {
    View view;
    view.precision = Precision::f64;  // float ends at 3e38, far below many a plane
    view.grid = box;
    view.grid.wx.size = view.grid.wrec.size = panel_pixels;
    HeatmapPanel panel;
    panel.grid = view.grid;
    panel.indices = index_image(model, view, Field::loss, map, context);
    // A loss beyond double is above the last level, too.
    std::ranges::replace(panel.indices, map.non_finite(), map.above());
    if (has_row_form(model.model().activation)) panel.valley = valley_points(model, view.grid.wrec);
    return panel;
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
    const std::string factor = fmt::format("{:.3g}", behaviour.factor);
    const auto at = text.find(factor);
    if (at == std::string::npos || factor.find('e') == std::string::npos) return text;
    return fmt::format("{}({}){}", text.substr(0, at), number_markup(behaviour.factor, 3),
                       text.substr(at + factor.size()));
}

std::vector<PlotPoint> path_of(const Trajectory& run) {
    std::vector<PlotPoint> path;
    for (const Iterate& at : run.iterates) path.push_back({at.wx, at.wrec});
    return path;
}

HeatmapFigure run_figure(const LoadedModel& model, const Trajectory& run, Optimizer optimizer,
                         const Grid& box, const Context& context) {
    const ColorMap map;
    std::vector<HeatmapPanel> panels{loss_panel(model, box, map, context)};
    if (const Iterate& last = run.iterates.back(); !run.diverged) {
        const Grid near{{last.wx - 1, last.wx + 1, 1}, {last.wrec - 1, last.wrec + 1, 1}};
        panels.push_back(loss_panel(model, near, map, context));
    }
    return trajectory_figure(std::move(panels), map.spec(), path_of(run),
                             fmt::format("{} on the loss surface", name_of(optimizer)));
}

LineFigure traces_figure(std::span<const Trace> traces, Reduction reduction) {
    const bool beyond_double = std::ranges::any_of(traces, [&](const Trace& trace) {
        for (std::size_t k = 0; k < trace.sums.size(); ++k)
            if (std::isinf(trace.value(k, reduction))) return true;
        return false;
    });
    std::vector<GradientTrace> curves;
    for (const Trace& trace : traces) {
        GradientTrace curve{trace.at, {}, behaviour_markup(trace)};
        for (std::size_t k = trace.sums.size(); k-- > 0;) {
            const double g = trace.value(k, reduction), logarithm = trace.log10_value(k, reduction);
            const bool is_zero = logarithm == -HUGE_VAL;
            curve.gradient.push_back(!beyond_double ? g : is_zero ? std::nan("") : logarithm);
        }
        curves.push_back(std::move(curve));
    }
    if (!beyond_double) return gradients_figure(curves, reduction_label(reduction));
    return gradients_figure(curves,
                            "log<sub>10</sub> |<i>g</i>|, <i>g</i> = " + reduction_label(reduction),
                            GradientValues::logarithms);
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

FigureMetadata figure_metadata(const std::string& parameters) {
    return {{"Software", "gradscape " GRADSCAPE_VERSION}, {"gradscape:parameters", parameters}};
}

}  // namespace gradscape::cli
