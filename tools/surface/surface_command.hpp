// The options of `gradscape surface`, shared by its files (surface.cpp) and its figure
// (surface_figure.cpp).
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "gradscape/article.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/render.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/color_options.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/figure_options.hpp"
#include "tools/common/option_types.hpp"
#include "tools/common/parameter_axes.hpp"

namespace gradscape::cli {

/// Along a side of a figure.
inline constexpr std::size_t most_panel_cells = 8192;

struct SurfaceCommand {
    DataOptions data;
    RecurrentUnit unit;
    Field field = Field::loss;
    EvaluationOptions evaluation;
    Grid grid{{-3, 3, 1024}, {-3, 3, 1024}};
    ColorOptions colors;
    TrainingOptions training;
    std::optional<ParameterAxes> axes;  ///< in place of w_x and w_rec
    Weights start = article_start;      ///< of all runs then
    std::vector<std::string> outputs;
    std::optional<OutputKind> kind;  ///< of those whose name does not say it
    std::size_t max_memory = std::size_t{256} << 20;
    Overview overview = Overview::evaluated;  ///< of tiles
    bool histogram = false;
    bool resume = false;
    std::optional<Shard> shard;

    std::string like;
    std::optional<Grid> crop;     ///< its ranges
    std::string data_content;     ///< content_mark of the data file, or of data that come from none
    bool data_in_memory = false;  ///< neither of a file nor generated
    std::string
        content_of_like;    ///< content_mark of a --like picture's data that came from no file
    std::string data_name;  ///< of the --like picture's data file, as it is written there

    std::string figure;
    FigureOptions page;
    std::optional<Grid> panel_size;  ///< its sizes: cells that the figure shows
    bool sized = false;              ///< --size was given
    std::size_t samples = 1;         ///< along each side of a pixel
    std::vector<MarkedPoint> marks;
    bool valley = false, contours = false, arrows = false;
    std::vector<std::string> trajectories;

    ReportOptions report;

    std::optional<ParameterPlane> parameters() const {
        if (!axes) return std::nullopt;
        return ParameterPlane{(*axes)[0], (*axes)[1], start};
    }
};

/// InputError where the axes, or what else is asked for, do not go together.
void check_axes_of(const SurfaceCommand& command, const GivenOptions& given);

/// All of the above.
void add_surface_options(CLI::App& app, SurfaceCommand& command);

/// --figure, its page, --samples and what is drawn over it.
void add_surface_figure_options(CLI::App& app, SurfaceCommand& command);

/// Refuses options that do nothing for what is asked, and says what lies outside the figure.
void check_surface_effects(const GivenOptions& given, const SurfaceCommand& command);

/// By their paths, for render() to open.
std::vector<RenderOutput> render_outputs(const SurfaceCommand& command);

/// Whether there is a picture or a figure.
bool is_drawn(const SurfaceCommand& command);

/// Whether the colours follow from the picture's own values in any window: where asked for, and
/// where neither a range is given nor the article's fits, which is of its data and the linear
/// cell, and knows no curvature.
bool colors_are_fitted(const SurfaceCommand& command);

/// Whether those that surface_colors() found do: the same, or because the article's range has
/// nothing to show of the picture.
bool colors_were_fitted(const SurfaceCommand& command, const ColorMap& map);

/// The field's colours without a look at its values: what a run says of itself that has no picture.
ColorMap usual_colors(const SurfaceCommand& command);

/// The field's colours as the options say, for the view, whose sizes do not matter.
ColorMap surface_colors(const SurfaceCommand& command, const LoadedModel& model, const View& view,
                        const Context& context);

/// What is to be rendered, without outputs and record; says on standard error where points
/// coincide.
RenderJob surface_job(const SurfaceCommand& command, const ColorMap& map,
                      const Evaluator& evaluator);

/// The cells that the figure is evaluated at, or a few more.
Grid figure_grid(const SurfaceCommand& command);

/// The figure's overlays, with all that can be wrong with them found out before the first file is
/// written.
HeatmapPanel surface_panel(const SurfaceCommand& command, const LoadedModel& model);

/// The field with axes, colour bar and overlays, evaluated at the pixels that the panel has in the
/// figure, or at the cells asked for.
HeatmapFigure compose_surface_figure(const SurfaceCommand& command, HeatmapPanel panel,
                                     const LoadedModel& model, View view, const ColorMap& map,
                                     const Context& context);
void write_surface_figure(const SurfaceCommand& command, AtomicFile file, HeatmapPanel panel,
                          const LoadedModel& model, View view, const ColorMap& map,
                          const Context& context, const FigureMetadata& metadata);

}  // namespace gradscape::cli
