// The options of `gradscape surface`, shared by its files (surface.cpp) and its figure
// (surface_figure.cpp).
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/figure.hpp"
#include "tools/choose_evaluator.hpp"
#include "tools/color_options.hpp"
#include "tools/common_options.hpp"
#include "tools/option_types.hpp"

namespace gradscape {

struct SurfaceCommand {
    DataOptions data;
    Cell cell = Cell::linear;
    Field field = Field::loss;
    EvaluationOptions evaluation;
    Grid grid{{-3, 3, 1024}, {-3, 3, 1024}};
    ColorOptions colors;
    TrainingOptions training;
    std::vector<std::string> outputs;
    std::size_t max_memory = std::size_t{256} << 20;
    bool histogram = false;

    std::string figure;
    std::vector<MarkedPoint> marks;
    bool valley = false;
    std::string trajectory;

    ReportOptions report;
};

/// --figure --mark --valley --trajectory
void add_surface_figure_options(CLI::App& app, SurfaceCommand& command);

/// The figure's overlays, with all that can be wrong with them and its path found out before the
/// first file is written.
HeatmapPanel surface_panel(const SurfaceCommand& command, const Problem& problem);

/// The field with axes, colour bar and overlays, evaluated at the figure's own resolution.
void write_surface_figure(const SurfaceCommand& command, HeatmapPanel panel,
                          const Evaluator& evaluator, const Problem& problem,
                          SurfaceRequest request, const ColorMap& map, const StripOptions& options,
                          const FigureMetadata& metadata);

}  // namespace gradscape
