// Figures as plain data: the caller evaluates, write_figure() draws. One drawing serves PNG, SVG
// and PDF. Labels, titles and notes are Pango markup (<i>, <sub>, <sup>); use escape_markup() for
// text of unknown origin.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/color_map.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/palette.hpp"
#include "gradscape/scale.hpp"

namespace gradscape {

inline constexpr std::string_view wx_markup = "<i>w</i><sub>x</sub>";
inline constexpr std::string_view wrec_markup = "<i>w</i><sub>rec</sub>";

struct PlotPoint {
    double x = 0, y = 0;
    bool operator==(const PlotPoint&) const = default;
};

/// An axis from its left or lower end to the other; from > to turns it round.
struct PlotAxis {
    double from = 0, to = 1;
    Scale scale = Scale::linear;
    double linear_within = 1;  ///< symlog only
    std::string label;
};

/// A panel of cells looks best in a figure with this many along each axis: one to a PNG pixel.
inline constexpr std::size_t panel_pixels = 640;

struct MarkedPoint {
    double wx = 0, wrec = 0;
    Rgb color;
    std::string note;  ///< for the legend, after (w_x, w_rec)
};

/// A picture of one grid with what is drawn over it. Points outside the grid's ranges are not
/// drawn; NaN interrupts a line.
struct HeatmapPanel {
    Grid grid;
    std::vector<std::uint8_t> indices;  ///< of a ColorMap, rows × cols, row 0 = lowest w_rec
    std::size_t samples = 1;            ///< k: indices of refined(grid, k), k × k a cell
    std::string title;
    std::vector<MarkedPoint> marks;
    std::vector<PlotPoint> valley;      ///< (w*(w_rec), w_rec)
    std::vector<PlotPoint> trajectory;  ///< (w_x, w_rec) of each iteration
};

/// Each cell cut into k × k, whose centres are the points of the new grid.
Grid refined(const Grid& grid, std::size_t samples);

/// Panels side by side, at least one, with one colour bar and one legend.
struct HeatmapFigure {
    std::vector<HeatmapPanel> panels;
    ColorSpec colors;
    std::string value_label;  ///< of the colour bar
    std::string below_label;  ///< for values up to the first level; empty: says just that
    std::string title;
};

enum class LineStyle : std::uint8_t { solid, dashed, dotted, dash_dot };

/// Values above the axis' end leave the plot at its edge, where an arrow head marks the exit;
/// NaN interrupts the line.
struct LineSeries {
    std::string label, note;  ///< of the legend; series with equal labels share an entry
    std::vector<PlotPoint> points;
    Rgb color;
    LineStyle style = LineStyle::solid;
    bool markers = false;
    bool outlined =
        false;  ///< a dark rim wherever the colour stands out too little from the ground
};

struct LinePanel {
    PlotAxis x, y;
    std::vector<LineSeries> series;
    std::string title;
};

/// Panels side by side, at least one, with one legend to their right.
struct LineFigure {
    std::vector<LinePanel> panels;
    std::string title;
    std::string legend_title;
};

/// Keyword and text; PNG text chunks, SVG and PDF metadata.
using FigureMetadata = std::vector<std::pair<std::string, std::string>>;

enum class FigureFormat : std::uint8_t { png, svg, pdf };
inline constexpr std::array<std::string_view, 3> figure_format_names{"png", "svg", "pdf"};

/// The bytes of such a file.
std::string figure_bytes(const HeatmapFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata = {});
std::string figure_bytes(const LineFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata = {});

/// InputError unless the extension is .png, .svg or .pdf; RunError where no figures can be drawn.
void check_figure_path(const std::string& path);

/// In the format of the path's extension.
void write_figure(AtomicFile file, const HeatmapFigure& figure,
                  const FigureMetadata& metadata = {});
void write_figure(AtomicFile file, const LineFigure& figure, const FigureMetadata& metadata = {});

std::string escape_markup(std::string_view text);
/// At most `digits` significant digits, a true minus sign, powers of ten raised: −1.5, 3.64 × 10⁷.
std::string number_markup(double value, int digits = 4);
/// (−1.5, 2)
std::string weights_markup(double wx, double wrec, int digits = 4);

/// The colours given to marked points in turn: black, red, white, magenta, cyan, green, blue,
/// yellow, as the article's text names those of its eight points (article.hpp).
inline constexpr std::array<Rgb, 8> mark_colors{rgb(0x000000), rgb(0xff0000), rgb(0xffffff),
                                                rgb(0xbf00bf), rgb(0x00bfbf), rgb(0x008000),
                                                rgb(0x0000ff), rgb(0xbfbf00)};

/// A letter of bgrcmykw, one of a few names, or #rrggbb; InputError otherwise.
Rgb parse_color(std::string_view name);

}  // namespace gradscape
