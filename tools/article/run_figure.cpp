// SPDX-License-Identifier: MIT
#include "tools/article/run_figure.hpp"

#include <fmt/format.h>

#include <vector>

#include "gradscape/color_fit.hpp"
#include "gradscape/internal/counted.hpp"
#include "tools/article/plots.hpp"

namespace gradscape::cli {
namespace {

ColorMap loss_colors(const LoadedModel& model, const RunFigure& wanted, const Context& context) {
    View view;
    view.precision = Precision::f64;
    view.grid = wanted.box;
    view.grid.wx.size = view.grid.wrec.size = sample_side;
    const auto values = sample_values(model, view, Field::loss, context);
    if (wanted.article_colors && shows({}, values)) return {};
    return fitted_color_map(default_color_spec(Field::loss), Field::loss, values);
}

std::string run_title(const Model& model, const RunFigure& wanted) {
    return fmt::format("{} on the loss surface: {}, {}", name_of(wanted.optimizer),
                       unit_markup(model.unit()), data_markup(wanted.data, model.sequences));
}

TrainingPath drawn_path(const Trajectory& run) {
    const Iterate &first = run.iterates.front(), &last = run.iterates.back();
    const std::string steps =
        fmt::format("{} from {}", counted(run.iterates.size() - 1, "iteration"),
                    weights_markup(first.wx, first.wrec));
    return {path_of(run),
            run.diverged ? steps + ", diverging"
                         : fmt::format("{} to {}", steps, weights_markup(last.wx, last.wrec)),
            rgb(0xffffff), rgb(0xff3b30)};
}

HeatmapPanel run_panel(const LoadedModel& model, const Trajectory& run, const Grid& box) {
    HeatmapPanel panel = box_panel(model, box);
    panel.paths = {drawn_path(run)};
    label_weights(panel);
    return panel;
}

}  // namespace

HeatmapFigure run_figure(const LoadedModel& model, const Trajectory& run, const RunFigure& wanted,
                         const Context& context) {
    std::vector<HeatmapPanel> panels{run_panel(model, run, wanted.box)};
    if (const Iterate& last = run.iterates.back(); !run.diverged)
        panels.push_back(run_panel(
            model, run, {{last.wx - 1, last.wx + 1, 1}, {last.wrec - 1, last.wrec + 1, 1}}));
    HeatmapFigure figure =
        trajectory_figure(std::move(panels), loss_colors(model, wanted, context), {},
                          title_of(wanted.page, run_title(model.model(), wanted)));
    evaluate_panels(figure, page_of(wanted.page), model, context);
    return figure;
}

}  // namespace gradscape::cli
