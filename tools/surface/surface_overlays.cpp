// SPDX-License-Identifier: MIT
#include "tools/surface/surface_overlays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "gradscape/color_fit.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/train.hpp"

namespace gradscape::cli {
namespace {

constexpr std::size_t contour_side = 240;  // points along each axis
constexpr std::size_t arrow_side = 16;
constexpr std::size_t line_styles = 3;  // solid, dashed, dotted

/// A path with the loss at its end.
struct Ranked {
    double loss;
    TrainingPath path;
};

std::string short_name(std::string name) {
    constexpr std::size_t most = 28;  // letters, which begin with no byte 10xxxxxx
    std::size_t letters = 0;
    for (std::size_t i = 0; i < name.size(); ++i)
        if ((name[i] & 0xc0) != 0x80 && letters++ == most) {
            name = name.substr(0, i) + "\u2026";
            break;
        }
    return escape_markup(name);
}

Ranked ranked_path(const NamedPath& path, const LoadedModel& model, std::size_t index, bool alone) {
    Ranked ranked;
    const std::vector<Weights>& weights = path.weights;
    for (const Weights& w : weights) ranked.path.points.push_back({w.wx, w.wrec});
    const auto last = weights.back();
    const bool finite = std::isfinite(last.wx) && std::isfinite(last.wrec);
    ranked.loss = finite ? model.point(last, {Field::loss})[Field::loss] : HUGE_VAL;
    if (std::isnan(ranked.loss)) ranked.loss = HUGE_VAL;
    const std::string iterations = counted(weights.size() - 1, "iteration");
    ranked.path.label = fmt::format(
        "{}: {}", short_name(path.name),
        std::isinf(ranked.loss)
            ? "diverges in " + iterations
            : fmt::format("loss {} after {}", number_markup(ranked.loss, 2), iterations));
    ranked.path.color = alone ? rgb(0xffffff) : path_colors[index % path_colors.size()];
    // When the colours are used up, dashes tell the next ones from them.
    ranked.path.style = static_cast<LineStyle>(index / path_colors.size() % line_styles);
    ranked.path.end_color = alone ? rgb(0xff3b30) : ranked.path.color;
    return ranked;
}

/// A value's height between levels of any scale, so that lines between points run as on the bar.
double height(const ColorSpec& spec, double shown) {
    if (spec.scale == Scale::log && shown <= 0) return std::nan("");
    return to_scale(spec.scale, shown, spec.linear_within);
}

Grid coarse(Grid grid, std::size_t side) {
    // Centres of equal parts, so that no arrow stands on the frame.
    for (Axis* axis : {&grid.wx, &grid.wrec}) {
        const double half = (axis->hi - axis->lo) / static_cast<double>(2 * side);
        *axis = {axis->lo + half, axis->hi - half, side};
    }
    return grid;
}

}  // namespace

NamedPath read_named_path(const std::string& file) {
    return {std::filesystem::path(file).stem().string(), read_trajectory_csv(file)};
}

std::vector<TrainingPath> training_paths(const std::vector<NamedPath>& named,
                                         const LoadedModel& model) {
    std::vector<Ranked> ranked;
    for (std::size_t i = 0; i < named.size(); ++i)
        ranked.push_back(ranked_path(named[i], model, i, named.size() == 1));
    std::ranges::stable_sort(ranked, {}, &Ranked::loss);
    std::vector<TrainingPath> paths;
    for (Ranked& one : ranked) paths.push_back(std::move(one.path));
    return paths;
}

std::vector<Contour> contours(const LoadedModel& model, View view, Field field, const ColorMap& map,
                              const Context& context) {
    view.precision = Precision::f64;
    view.grid.wx.size = view.grid.wrec.size = contour_side;
    std::vector<double> heights = grid_values(model, view, field, context);
    const bool has_codes = row_of(field).counts_iterations;  // for what has no count: a hole
    for (double& value : heights)
        value =
            has_codes && value < 0 ? std::nan("") : height(map.spec(), value + map.spec().offset);
    std::vector<Contour> all;
    for (const auto& [level, label] : color_bar_ticks(map)) {
        auto lines = contour_lines(view.grid, heights, height(map.spec(), level));
        if (!lines.empty()) all.push_back({label, std::move(lines)});
    }
    return all;
}

std::vector<DirectionArrow> descent_arrows(const LoadedModel& model, View view,
                                           const Context& context) {
    view.precision = Precision::f64;
    view.grid = coarse(view.grid, arrow_side);
    const auto x = grid_values(model, view, Field::grad_wx, context);
    const auto y = grid_values(model, view, Field::grad_wrec, context);
    std::vector<double> slopes;
    for (std::size_t i = 0; i < x.size(); ++i) slopes.push_back(std::hypot(x[i], y[i]));
    std::vector<double> ordered = slopes;
    std::ranges::sort(ordered);
    std::vector<DirectionArrow> arrows;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(slopes[i]) || slopes[i] == 0) continue;
        const auto below = std::ranges::lower_bound(ordered, slopes[i]) - ordered.begin();
        const std::size_t row = i / arrow_side, col = i % arrow_side;
        arrows.push_back({{view.grid.wx.at(col), view.grid.wrec.at(row)},
                          {-x[i] / slopes[i], -y[i] / slopes[i]},
                          static_cast<double>(below) / static_cast<double>(ordered.size())});
    }
    return arrows;
}

}  // namespace gradscape::cli
