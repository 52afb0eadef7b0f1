// From results to figures: the panels and curves that several subcommands draw.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gradscape/article_figures.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/optimizer_study.hpp"
#include "gradscape/strips.hpp"
#include "gradscape/trace.hpp"
#include "gradscape/train.hpp"

namespace gradscape::cli {

/// The loss over a box at figure resolution, with the valley line where the cell has one.
HeatmapPanel loss_panel(const LoadedModel& model, const Grid& box, const ColorMap& map,
                        const Context& context);

/// (w*(w_rec), w_rec) at each point of the axis. InputError where there is no valley line.
std::vector<PlotPoint> valley_points(const LoadedModel& model, const Axis& wrec);

/// What the trace does, for a legend: powers of ten as such.
std::string behaviour_markup(const Trace& trace);

std::vector<PlotPoint> path_of(const Trajectory& run);

/// The run on the loss over the box, and over the surroundings of its end if there is one.
HeatmapFigure run_figure(const LoadedModel& model, const Trajectory& run, Optimizer optimizer,
                         const Grid& box, const Context& context);

/// Gradient over time, each trace with what it does.
LineFigure traces_figure(std::span<const Trace> traces, Reduction reduction);

/// Loss against iteration of every run, with how far it came.
LineFigure study_figure(const OptimizerStudy& study);

/// Software and parameters, for the file's metadata.
FigureMetadata figure_metadata(const std::string& parameters);

}  // namespace gradscape::cli
