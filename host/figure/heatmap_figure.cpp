// Layout of a heatmap figure: title, panels, colour bar, the legend below.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "gradscape/stop.hpp"
#include "host/figure/heatmap_layout.hpp"
#include "host/figure/overlays.hpp"
#include "host/figure/theme.hpp"

namespace gradscape::figure {
namespace {

constexpr std::size_t max_picture_side = 3 * panel_pixels;  // vector figures are zoomed

/// The mean colour of the samples under a pixel.
struct ColorSum {
    std::uint64_t r = 0, g = 0, b = 0, count = 0;

    void add(Rgb color) { r += color.r, g += color.g, b += color.b, ++count; }
    std::uint32_t mean() const {
        const auto rounded = [this](std::uint64_t channel) {
            return static_cast<std::uint32_t>((channel + count / 2) / count);
        };
        return rounded(r) << 16 | rounded(g) << 8 | rounded(b);
    }
};

/// Row 0 on top = highest w_rec. Grids beyond max_picture_side are reduced by averaging colours.
Picture heat_picture(const HeatmapPanel& panel, const ColorMap& map, const Rect& box,
                     double pixel_side) {
    const std::size_t cols = panel.grid.cols() * panel.samples;
    const std::size_t rows = panel.grid.rows() * panel.samples;
    if (cols == 0 || panel.indices.size() != cols * rows)
        throw std::invalid_argument("a heatmap panel needs one index for each sample of its grid");
    const auto limit = [&](std::size_t cells, double length) {
        const auto own = static_cast<std::size_t>(std::lround(length / pixel_side));
        return std::min(cells, std::max(max_picture_side, own));
    };
    Picture picture{
        box, limit(panel.grid.cols(), box.width), limit(panel.grid.rows(), box.height), {}};
    picture.pixels.reserve(picture.cols * picture.rows);
    const auto start = [](std::size_t pixel, std::size_t pixels, std::size_t cells) {
        return pixel * cells / pixels;
    };
    for (std::size_t y = picture.rows; y-- > 0;) {
        check_stop();
        for (std::size_t x = 0; x < picture.cols; ++x) {
            ColorSum sum;
            for (std::size_t i = start(y, picture.rows, rows); i < start(y + 1, picture.rows, rows);
                 ++i)
                for (std::size_t j = start(x, picture.cols, cols);
                     j < start(x + 1, picture.cols, cols); ++j)
                    sum.add(map.colors()[panel.indices[i * cols + j]]);
            picture.pixels.push_back(sum.mean());
        }
    }
    return picture;
}

Axis refined(const Axis& axis, std::size_t samples) {
    const PlotAxis cells = cell_axis(axis, {}, {});
    const double half_sample =
        (cells.to - cells.from) / static_cast<double>(2 * axis.size * samples);
    return {cells.from + half_sample, cells.to - half_sample, axis.size * samples};
}

}  // namespace

Scene compose(const HeatmapFigure& figure, const FigurePage& page) {
    const auto [sheet, layout] = lay_out(figure, page);
    Scene scene = begin_scene(layout.page, sheet, page, figure.title);
    for (std::size_t p = 0; p < layout.panels.size(); ++p) {
        scene.add(
            heat_picture(figure.panels[p], figure.colors, layout.panels[p].plot, sheet.pixel));
        draw_overlays(scene, figure.panels[p], layout.panels[p]);
        draw_axes(scene, layout.panels[p]);
    }
    draw_color_bar(scene, layout.bar, figure.colors, layout.bar_corner);
    draw_legend(scene, layout.legend, layout.legend_corner);
    apply_theme(scene, page.theme);
    return scene;
}

}  // namespace gradscape::figure

namespace gradscape {

Grid panel_grid(const HeatmapFigure& figure, const FigurePage& page, std::size_t panel) {
    Grid grid = in_panel_pixels(figure.panels.at(panel).grid);
    if (page == FigurePage{} || (!page.has_size() && page.dpi == FigurePage{}.dpi)) return grid;
    HeatmapFigure draft = figure;  // laid out as if finer, which moves the axes' ends a little
    for (HeatmapPanel& one : draft.panels) one.grid = in_panel_pixels(one.grid);
    const auto [sheet, layout] = figure::lay_out(draft, page);
    const figure::Rect plot = layout.panels.at(panel).plot;
    const auto pixels = [pixel = sheet.pixel](double length) {
        return static_cast<std::size_t>(std::lround(length / pixel));
    };
    grid.wx.size = pixels(plot.width), grid.wrec.size = pixels(plot.height);
    return grid;
}

std::vector<std::pair<double, std::string>> color_bar_ticks(const ColorMap& map) {
    constexpr std::size_t enough = 4;
    figure::ColorBar bar;
    figure::lay_color_bar(bar, map, figure::panel_side);
    // Within a decade the logarithmic ticks are few.
    if (bar.ticks.major.size() < enough && map.spec().scale != Scale::rank) {
        bar.axis.scale = Scale::linear;
        bar.ticks = figure::make_ticks(bar.axis, figure::panel_side, figure::Direction::vertical);
    }
    std::vector<std::pair<double, std::string>> ticks;
    for (const figure::Tick& tick : bar.ticks.major)
        ticks.emplace_back(map.spec().scale == Scale::rank
                               ? map.levels()[static_cast<std::size_t>(std::lround(tick.value))]
                               : tick.value,
                           tick.label);
    return ticks;
}

Grid refined(const Grid& grid, std::size_t samples) {
    if (samples == 1) return grid;
    return {figure::refined(grid.wx, samples), figure::refined(grid.wrec, samples)};
}

}  // namespace gradscape
