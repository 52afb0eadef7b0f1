// Layout and drawing of a relief: the box's walls, the surface, the paths on it, three axes.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "host/figure/clip.hpp"
#include "host/figure/legend.hpp"
#include "host/figure/overlays.hpp"
#include "host/figure/page.hpp"
#include "host/figure/paths.hpp"
#include "host/figure/relief_axes.hpp"
#include "host/figure/theme.hpp"

namespace gradscape::figure {
namespace {

constexpr double natural_side = 300, smallest_box = 90;  // of the floor
constexpr double page_width = 520, page_height = 420;
constexpr double seam =
    0.35;  // a rim in the face's own colour, where antialiasing shows the ground

/// Neighbours of one colour are one shape, painted at once.
void draw_surface(Scene& scene, const Relief& relief, const Stage& stage) {
    Shape shape{.closed = true};
    const auto flush = [&] {
        if (!shape.lines.empty()) scene.add(std::exchange(shape, Shape{.closed = true}));
    };
    for (const Face& face : relief.faces()) {
        const Rgb color = kept(face.color);
        if (shape.fill != color) flush();
        shape.fill = color;
        shape.pen = {color, seam};
        Polyline& corners = shape.lines.emplace_back();
        for (const BoxPoint& corner : face.corners) corners.push_back(stage(corner));
    }
    flush();
}

/// What is seen of a path on the surface.
struct Draped {
    std::vector<Polyline> lines;
    std::vector<Polyline> steps;          ///< between two iterates, each
    std::optional<PlotPoint> start, end;  ///< where they lie within the plane, and are seen
    bool leaves = false;
};

/// Where on the page a path is drawn already. One that goes up and down a wall hundreds of times
/// would fill it; steps that lie along earlier ones are left out.
class Drawn {
public:
    /// By what was drawn before the last bit of the way.
    bool covers(const Polyline& step) const {
        constexpr double bit = 30;  // points
        const auto covered = std::ranges::count_if(step, [this](PlotPoint p) {
            for (int i = -1; i <= 1; ++i)
                for (int j = -1; j <= 1; ++j)
                    if (const auto found = squares_.find({square(p.x) + i, square(p.y) + j});
                        found != squares_.end() && found->second < way_ - bit)
                        return true;
            return false;
        });
        return !step.empty() && 4 * covered >= 3 * std::ssize(step);
    }
    void add(const Polyline& step) {
        for (std::size_t i = 0; i < step.size(); ++i) {
            if (i > 0) way_ += distance(step[i - 1], step[i]);
            squares_.try_emplace({square(step[i].x), square(step[i].y)}, way_);
        }
    }

private:
    static long square(double at) {
        constexpr double side = 3;  // points
        return std::lround(at / side);
    }
    std::map<std::pair<long, long>, double> squares_;  ///< when each was come to first
    double way_ = 0;
};

/// Lays a path on the surface, in the plane of the weights at a size of its own: lines are thinned
/// to what can be seen at that.
class Draper {
public:
    Draper(const Grid& grid, const Relief& relief, const Stage& stage)
        : relief_(relief),
          stage_(stage),
          axes_{{grid.wx.lo, grid.wx.hi, Scale::linear, 1, {}},
                {grid.wrec.lo, grid.wrec.hi, Scale::linear, 1, {}},
                {},
                {0, 0, plane, plane},
                {},
                {}} {}

    /// A draper's only path.
    Draped drape(const TrainingPath& path) && {
        std::vector<PlotPoint> points = path.points;
        std::erase_if(points, [](PlotPoint p) { return !is_number(p); });
        if (points.empty()) return {};
        for (const Polyline& piece : visible_line(axes_, points).pieces) {
            for (std::size_t i = 1; i < piece.size(); ++i) add_step(piece[i - 1], piece[i]);
            end_line();
        }
        std::erase_if(draped_.lines, [](const Polyline& line) { return line.size() < 2; });
        const PlotPoint first = axes_.at(points.front()), last = axes_.at(points.back());
        if (axes_.plot.contains(first)) draped_.start = seen(first);
        if (axes_.plot.contains(last)) draped_.end = seen(last);
        draped_.leaves = !axes_.plot.contains(last);
        return std::move(draped_);
    }

private:
    static constexpr double plane = 1000, long_step = 0.04 * plane;

    /// None where it is hidden.
    std::optional<PlotPoint> seen(PlotPoint p) const {
        const BoxPoint at = relief_.at(p.x / plane, 1 - p.y / plane);
        return relief_.is_seen(at, stage_.projection) ? std::optional(stage_(at)) : std::nullopt;
    }

    void end_line() {
        if (!line_.empty()) draped_.lines.push_back(std::exchange(line_, {}));
    }

    void add_step(PlotPoint from, PlotPoint to) {
        std::vector<std::optional<PlotPoint>> places;
        Polyline all_seen;
        for (const PlotPoint along : evenly_along(from, to, spacing_)) {
            places.push_back(seen(along));
            if (places.back()) all_seen.push_back(*places.back());
        }
        if (drawn_.covers(all_seen)) return end_line();
        drawn_.add(all_seen);
        for (const auto& place : places) {
            if (!place)
                end_line();
            else if (line_.empty() || !(line_.back() == *place))
                line_.push_back(*place);
        }
        if (distance(from, to) > long_step) draped_.steps.push_back(std::move(all_seen));
    }

    const Relief& relief_;
    const Stage& stage_;
    Axes axes_;
    double spacing_ = plane / (3.0 * static_cast<double>(std::max(relief_.cols(), relief_.rows())));
    Drawn drawn_;
    Polyline line_;  ///< that goes on with the next step
    Draped draped_;
};

void draw_draped(Scene& scene, const TrainingPath& path, const Draped& draped, double ring_growth) {
    const Rect page{0, 0, scene.width, scene.height};
    // Without dots, which would fuse on a wall.
    draw_path_line(scene, path, draped.lines, {}, page);
    for (const Polyline& step : draped.steps) draw_heads(scene, step, path.color);
    if (draped.start) draw_ring(scene, *draped.start, path.color, ring_growth);
    if (draped.end) draw_end(scene, *draped.end, path.end_color);
    if (!draped.leaves || draped.lines.empty()) return;
    const Polyline& last = draped.lines.back();
    const PlotPoint at = last.back(), before = last[last.size() - 2];
    if (!(at == before))
        draw_way_out(scene, at, {at.x - before.x, at.y - before.y}, path.end_color);
}

struct ReliefLayout {
    Page page;
    Stage stage;
    Legend legend = {};
    PlotPoint corner = {};  ///< of the legend
};

Legend relief_legend(const ReliefFigure& figure) {
    Legend legend;
    for (const TrainingPath& path : figure.paths) {
        const auto key = [color = path.color, end = path.end_color, style = path.style](
                             Scene& scene, const Rect& box) {
            const double y = box.y + box.height / 2;
            draw_path_line(scene, {{}, {}, color, end, style}, {{{box.x, y}, {box.right() - 8, y}}},
                           {}, box.grown(4));
            draw_end(scene, {box.right() - 6, y}, end);
        };
        legend.entries.push_back({key, path.label, ""});
    }
    return legend;
}

ReliefLayout lay_out(const ReliefFigure& figure, const Sheet& sheet, double side,
                     PlotPoint shift = {}) {
    ReliefLayout layout{Page(figure.title, sheet, shift),
                        {Projection(figure.azimuth, figure.elevation), side}};
    const Rect extent = extent_of(figure, layout.stage);
    layout.legend = relief_legend(figure);
    lay_legend(layout.legend, sheet.width > 0 ? sheet.width - 2 * page_margin : extent.width);
    Axes block{{}, {}, {}, {0, 0, extent.width, extent.height}, {}, {}};
    block.left = std::max(0.0, (layout.legend.width - extent.width) / 2);  // centred over it
    layout.page.place(block, 0);
    layout.stage.origin = {block.plot.x - extent.x, block.plot.y - extent.y};
    layout.corner = layout.page.reserve_below(layout.legend.width, layout.legend.height);
    return layout;
}

std::optional<ReliefLayout> fitted(const ReliefFigure& figure, const Sheet& sheet) {
    if (!sheet.is_fixed()) return lay_out(figure, sheet, natural_side);
    const auto fits = [&](double side) {
        const ReliefLayout layout = lay_out(figure, sheet, side);
        return (sheet.width == 0 || layout.page.width() <= sheet.width + 1e-6) &&
               (sheet.height == 0 || layout.page.height() <= sheet.height + 1e-6);
    };
    if (!fits(smallest_box)) return {};
    double fitting = smallest_box, beyond = 2 * std::max(sheet.width, sheet.height);
    while (beyond - fitting > sheet.pixel) {
        const double middle = (fitting + beyond) / 2;
        (fits(middle) ? fitting : beyond) = middle;
    }
    const ReliefLayout tight = lay_out(figure, sheet, fitting);
    const auto margin = [](double room, double used) { return std::max((room - used) / 2, 0.0); };
    return lay_out(figure, sheet, fitting,
                   {margin(sheet.width, tight.page.content_width() + 2 * page_margin),
                    sheet.height > 0 ? margin(sheet.height, tight.page.height()) : 0});
}

}  // namespace

Scene compose(const ReliefFigure& figure, const FigurePage& page) {
    const Relief relief(figure);
    const auto [sheet, layout] = laid_out(
        page, [](const FigurePage& size) { return sheets_of(size, page_width, page_height); },
        [&](const Sheet& on) { return fitted(figure, on); });
    const Stage& stage = layout.stage;
    Scene scene = begin_scene(layout.page, sheet, page, figure.title);
    const std::vector<EdgeAxis> edges = edge_axes(figure, stage);
    draw_walls(scene, edges, stage);
    draw_surface(scene, relief, stage);
    for (const EdgeAxis& edge : edges) draw_edge(scene, edge, stage);
    const std::vector<double> growths = ring_growths(figure.paths);
    for (std::size_t i = figure.paths.size(); i-- > 0;)
        draw_draped(scene, figure.paths[i],
                    Draper(figure.grid, relief, stage).drape(figure.paths[i]), growths[i]);
    draw_legend(scene, layout.legend, layout.corner);
    apply_theme(scene, page.theme);
    return scene;
}

}  // namespace gradscape::figure
