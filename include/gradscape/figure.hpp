// Figures as plain data: the caller evaluates, write_figure() draws. One drawing serves PNG, SVG
// and PDF. Labels, titles and notes are Pango markup (<i>, <sub>, <sup>); use escape_markup() for
// text of unknown origin.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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
    std::string short_label = {};  ///< where the other has no room
    bool counts = false;           ///< steps or iterations, say: no ticks between whole numbers
};

/// A panel of cells looks best in a figure with this many along each axis: one to a PNG pixel.
inline constexpr std::size_t panel_pixels = 640;

inline Grid in_panel_pixels(Grid box) {
    box.wx.size = box.wrec.size = panel_pixels;
    return box;
}

struct MarkedPoint {
    double wx = 0, wrec = 0;
    Rgb color;
    std::string note;  ///< for the legend, after (w_x, w_rec)
};

enum class LineStyle : std::uint8_t { solid, dashed, dotted, dash_dot };

/// A training path over a heatmap, in colours of its own.
struct TrainingPath {
    std::vector<PlotPoint> points;  ///< (w_x, w_rec) of each iterate
    std::string label;              ///< of the legend
    Rgb color, end_color;
    LineStyle style = LineStyle::solid;
};

/// Lines of one value, as contour_lines() finds them.
struct Contour {
    std::string label;
    std::vector<std::vector<PlotPoint>> lines;
};

/// A direction at a point: where a step of this ratio leads, as long as `size` says, from 0 to 1.
struct DirectionArrow {
    PlotPoint at, direction;
    double size = 1;
};

/// A picture of one grid with what is drawn over it. Points outside the grid's ranges are not
/// drawn, but for the ends of paths, which are marked at the border; NaN interrupts a line, but for
/// paths, which pass it over.
struct HeatmapPanel {
    Grid grid;
    std::vector<std::uint8_t> indices;  ///< of a ColorMap, rows × cols, row 0 = lowest w_rec
    std::size_t samples = 1;            ///< k: indices of refined(grid, k), k × k a cell
    std::string title;
    std::vector<MarkedPoint> marks;
    std::vector<PlotPoint> valley;         ///< (w*(w_rec), w_rec)
    std::vector<PlotPoint> trajectory;     ///< drawn with a dot an iterate, as the article's is
    std::vector<TrainingPath> paths = {};  ///< in order of merit, in which the legend has them
    std::vector<Contour> contours = {};
    std::vector<DirectionArrow> arrows = {};
    std::string x_label = std::string(wx_markup), y_label = std::string(wrec_markup);
};

/// Each cell cut into k × k, whose centres are the points of the new grid.
Grid refined(const Grid& grid, std::size_t samples);

/// Panels side by side, at least one, with one colour bar and one legend.
struct HeatmapFigure {
    std::vector<HeatmapPanel> panels;
    ColorMap colors;
    std::string value_label;  ///< of the colour bar
    std::string below_label;  ///< for values up to the first level; empty: says just that
    std::string title;
    std::string short_value_label = {};  ///< where the other has no room
    std::string non_finite_label = "not finite";
    bool has_bands = true;  ///< of colours; false: the bar has swatches alone
};

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
    /// Where there are marks for the sign: full above 0, hollow below.
    std::vector<PlotPoint> positive = {}, negative = {};
};

/// Between two lines with the same x, without the points that are NaN.
struct LineBand {
    std::vector<PlotPoint> lower, upper;
    Rgb color;
    double opacity = 0.25;
    std::string label = {};  ///< of the legend, where those of all lines share an entry
};

struct LinePanel {
    PlotAxis x, y;
    std::vector<LineSeries> series;
    std::string title;
    std::vector<LineBand> bands = {};  ///< under the lines
};

/// Panels side by side, at least one, with one legend to their right.
struct LineFigure {
    std::vector<LinePanel> panels;
    std::string title;
    std::string legend_title;
};

enum class Theme : std::uint8_t { light, dark };
inline constexpr std::array<std::string_view, 2> theme_names{"light", "dark"};

/// How large a figure is, and on what ground. A figure of a given size has its panels fill it, and
/// letters that suit it: as large as on paper where it is small, larger on a slide.
struct FigurePage {
    double width = 0, height = 0;  ///< in points of 1/72 inch; 0: as the content asks
    double dpi = 144;              ///< of a PNG, and of the pixels of heatmaps
    Theme theme = Theme::light;

    bool has_size() const { return width > 0 || height > 0; }
    bool operator==(const FigurePage&) const = default;
};

/// Columns and rows of the grid that shows a panel of the figure pixel by pixel; its indices are
/// not looked at. InputError where the page is too small for the figure.
Grid panel_grid(const HeatmapFigure& figure, const FigurePage& page, std::size_t panel = 0);

/// The lines along which the values, of the grid's points as in HeatmapPanel, are the level: joined
/// as far as they go. Values that are not finite have none beside them.
std::vector<std::vector<PlotPoint>> contour_lines(const Grid& grid, std::span<const double> values,
                                                  double level);

/// The values that the figure's colour bar names, with their labels: levels for contours.
std::vector<std::pair<double, std::string>> color_bar_ticks(const ColorMap& map);

/// Given to paths in turn: the colours of M. Okabe and K. Ito that stay apart whatever colours one
/// sees, those first that stand out from palettes like viridis.
inline constexpr std::array<Rgb, 7> path_colors{rgb(0xd55e00), rgb(0x56b4e9), rgb(0xf0e442),
                                                rgb(0xcc79a7), rgb(0x009e73), rgb(0xe69f00),
                                                rgb(0x0072b2)};

/// Keyword and text; PNG text chunks, SVG and PDF metadata.
using FigureMetadata = std::vector<std::pair<std::string, std::string>>;

enum class FigureFormat : std::uint8_t { png, svg, pdf };
inline constexpr std::array<std::string_view, 3> figure_format_names{"png", "svg", "pdf"};

/// The bytes of such a file.
std::string figure_bytes(const HeatmapFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata = {}, const FigurePage& page = {});
std::string figure_bytes(const LineFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata = {}, const FigurePage& page = {});

/// InputError unless the extension is .png, .svg or .pdf; RunError where no figures can be drawn.
FigureFormat check_figure_path(const std::string& path);

/// In the format of the path's extension.
void write_figure(AtomicFile file, const HeatmapFigure& figure, const FigureMetadata& metadata = {},
                  const FigurePage& page = {});
void write_figure(AtomicFile file, const LineFigure& figure, const FigureMetadata& metadata = {},
                  const FigurePage& page = {});

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
