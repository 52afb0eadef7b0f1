// The heatmap of the errors and its figure. Ranges are fixed by measure and precision, so that
// pictures of different runs can be held side by side.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>

#include "gradscape/error.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/sinks.hpp"
#include "tools/article/plots.hpp"
#include "tools/compare/compare_command.hpp"

namespace gradscape::cli {
namespace {

bool is_coarse(const Compared& compared) {
    return compared.a.arithmetic.precision == Precision::f32 ||
           compared.b.arithmetic.precision == Precision::f32;
}

ColorSpec default_spec(ErrorMeasure measure, bool coarse) {
    ColorSpec spec;
    spec.offset = 0;
    switch (measure) {
        case ErrorMeasure::ulp:  // half decades, 1 ulp in the first band, 0 below it
            spec.lo = std::pow(10, -0.5), spec.hi = coarse ? 1e5 : 1e8;
            break;
        case ErrorMeasure::absolute:
            spec.lo = coarse ? 1e-12 : 1e-20, spec.hi = coarse ? 1e6 : 1e0;
            break;
        case ErrorMeasure::relative:
            spec.lo = coarse ? 1e-9 : 1e-18, spec.hi = 1;
            break;
        case ErrorMeasure::tolerance:  // the last level is the tolerance
            spec.lo = 1e-6, spec.hi = 1;
    }
    const double decades = std::log10(spec.hi / spec.lo);
    spec.levels = 1 + static_cast<int>(std::lround(decades * (decades > 12 ? 1 : 2)));
    return spec;
}

std::string measure_markup(ErrorMeasure measure) {
    switch (measure) {
        case ErrorMeasure::ulp:
            return "error in ulp";
        case ErrorMeasure::absolute:
            return "absolute error";
        case ErrorMeasure::relative:
            return "relative error";
        case ErrorMeasure::tolerance:
            break;
    }
    return "error as a part of the tolerance";
}

}  // namespace

ColorMap error_colors(const CompareCommand& command, const Compared& compared) {
    return color_map(command.colors, default_spec(command.measure, is_coarse(compared)));
}

ErrorPictures::ErrorPictures(const CompareCommand& command, const Compared& compared,
                             const Json& parameters, Transaction& files)
    : map_(error_colors(command, compared)) {
    const View errors = error_view(compared.view, command.pictured);
    if (!command.output.empty()) {
        const std::vector<PngText> texts{{"Software", "gradscape " GRADSCAPE_VERSION},
                                         {"gradscape:parameters", json_text(parameters)}};
        heatmap_ = heatmap_sink(files.open(command.output), errors, command.pictured, map_, texts);
        sinks_.push_back(heatmap_.get());
    }
    if (!command.figure.empty()) {
        panel_ = std::make_unique<figure::MaximaPanelSink>(errors, command.pictured, panel_pixels);
        sinks_.push_back(panel_.get());
    }
}

HeatmapFigure error_figure(const CompareCommand& command, const Compared& compared,
                           const Sequences& sequences, const ColorMap& map, HeatmapPanel panel) {
    HeatmapFigure figure;
    figure.colors = map;
    figure.value_label = measure_markup(command.measure);
    figure.short_value_label = name_of(command.measure);
    if (command.measure == ErrorMeasure::ulp) figure.below_label = "0 ulp";
    figure.title = title_of(
        command.page, fmt::format("{} of {} and {}: {}, {}", name_of(command.pictured),
                                  compared.a.text(), compared.b.text(), unit_markup(command.unit),
                                  data_markup(command.data, sequences)));
    label_weights(panel);
    figure.panels.push_back(std::move(panel));
    return figure;
}

void ErrorPictures::write_figure(const CompareCommand& command, const Compared& compared,
                                 const Sequences& sequences, Transaction& files) const {
    if (!panel_) return;
    HeatmapPanel panel;
    panel.grid = panel_->grid();
    panel.indices = panel_->indices(map_);
    gradscape::write_figure(files.open(command.figure),
                            error_figure(command, compared, sequences, map_, std::move(panel)),
                            {{"Software", "gradscape " GRADSCAPE_VERSION}}, page_of(command.page));
}

}  // namespace gradscape::cli
