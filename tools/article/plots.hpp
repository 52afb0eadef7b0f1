// From results to figures: the panels and curves that several subcommands draw.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/article_figures.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/optimizer_study.hpp"
#include "gradscape/strips.hpp"
#include "gradscape/trace.hpp"
#include "gradscape/train.hpp"

namespace gradscape::cli {

/// "input weight w_x" and "recurrent weight w_rec".
void label_weights(HeatmapPanel& panel);

/// A box of the plane at a figure's usual resolution, with the valley line where the cell has one;
/// not evaluated yet.
HeatmapPanel box_panel(const LoadedModel& model, const Grid& box);

/// The loss over a box at figure resolution, with the valley line where the cell has one.
HeatmapPanel loss_panel(const LoadedModel& model, const Grid& box, const ColorMap& map,
                        const Context& context);

/// The loss in every panel of a figure, at the pixels that the panels have on the page.
void evaluate_panels(HeatmapFigure& figure, const FigurePage& page, const LoadedModel& model,
                     const Context& context);

/// (w*(w_rec), w_rec) at each point of the axis. InputError where there is no valley line.
std::vector<PlotPoint> valley_points(const LoadedModel& model, const Axis& wrec);

/// What the trace does, for a legend: powers of ten as such.
std::string behaviour_markup(const Trace& trace);

/// Powers of ten around all positive values of the series.
PlotAxis decade_axis(std::span<const LineSeries> series, std::string label);

std::vector<PlotPoint> path_of(const Trajectory& run);

/// What a figure of traces shows of each value: the value itself, or its logarithm and sign.
enum class TraceValues : std::uint8_t { automatic, signed_values, magnitudes };
inline constexpr std::array<std::string_view, 3> trace_values_names{"auto", "signed", "magnitude"};

/// Gradient over time, each trace with what it does. Automatic: magnitudes where values lie beyond
/// double, where there are more than can be told apart, and with spreads, one a trace or none.
LineFigure traces_figure(std::span<const Trace> traces, Reduction reduction,
                         TraceValues values = TraceValues::automatic,
                         std::span<const std::vector<Quartiles>> spreads = {});

/// Loss against iteration of every run, with how far it came.
LineFigure study_figure(const OptimizerStudy& study);

/// Whether an output is a table, by its name or as standard output, and no figure.
bool is_table(const std::string& path);

/// Software and parameters, for the file's metadata.
FigureMetadata figure_metadata(const std::string& parameters);

}  // namespace gradscape::cli
