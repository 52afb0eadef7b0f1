// Levels, thresholds and colours of a ColorSpec.
// SPDX-License-Identifier: MIT
#include "gradscape/color_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "gradscape/error.hpp"

namespace gradscape::color {
namespace {

void check(const ColorSpec& spec) {
    if (!std::isfinite(spec.lo) || !std::isfinite(spec.hi) || !(spec.lo < spec.hi))
        throw InputError(fmt::format(
            "colour range {}:{}: the low end must be less than the high end, both finite", spec.lo,
            spec.hi));
    if (spec.scale == Scale::log && spec.lo <= 0)
        throw InputError(fmt::format(
            "colour range {}:{}: a log scale needs a low end above 0 (or use linear or symlog)",
            spec.lo, spec.hi));
    if (spec.levels < min_levels || spec.levels > max_levels)
        throw InputError(fmt::format("{} colour levels: must be from {} to {}", spec.levels,
                                     min_levels, max_levels));
    if (!std::isfinite(spec.offset))
        throw InputError(fmt::format("colour offset {}: must be finite", spec.offset));
    if (!std::isfinite(spec.linear_within) || spec.linear_within <= 0)
        throw InputError(fmt::format("symlog's linear range {}: must be finite and above 0",
                                     spec.linear_within));
    const auto has_place = [&](double value) { return std::isfinite(value / spec.linear_within); };
    if (spec.scale == Scale::symlog && !(has_place(spec.lo) && has_place(spec.hi)))
        throw InputError(fmt::format("symlog's linear range {}: is too small beside {}:{}",
                                     spec.linear_within, spec.lo, spec.hi));
}

void check(const ColorSpec& spec, const OwnColors& own) {
    check(spec);
    if (spec.palette == Palette::own && own.palette.size() < 2)
        throw InputError("a palette of one's own: needs at least two colours");
    if (spec.scale != Scale::rank) return;
    const auto& levels = own.levels;
    if (std::cmp_less(levels.size(), min_levels) ||
        std::cmp_greater(levels.size(), smooth_levels) ||
        std::ranges::adjacent_find(levels, std::greater_equal()) != levels.end() ||
        !std::ranges::all_of(levels, [](double level) { return std::isfinite(level); }))
        throw InputError(
            fmt::format("colours by rank: {} to {} levels are wanted, finite and ascending",
                        min_levels, smooth_levels));
}

std::vector<double> spaced_levels(const ColorSpec& spec) {
    const int count = spec.style == ColorStyle::smooth ? smooth_levels : spec.levels;
    const double first = to_scale(spec.scale, spec.lo, spec.linear_within);
    const double last = to_scale(spec.scale, spec.hi, spec.linear_within);
    const double step = (last - first) / (count - 1);
    std::vector<double> levels(static_cast<std::size_t>(count));
    for (int k = 0; k < count; ++k)
        levels[static_cast<std::size_t>(k)] = std::clamp(
            from_scale(spec.scale, first + k * step, spec.linear_within), spec.lo, spec.hi);
    levels.front() = spec.lo;
    levels.back() = spec.hi;
    return levels;
}

/// The palette at (band + ½)/bands. A centre on the edge of two entries takes the lower one, as
/// contourf's rounding does for the article's middle band.
std::size_t palette_entry(std::size_t band, std::size_t bands) {
    return ((2 * band + 1) * (palette_size / 2) - 1) / bands;
}

std::vector<Rgb> band_colors(const ColorSpec& spec, const OwnColors& own, std::size_t bands) {
    const bool is_own = spec.palette == Palette::own;
    const PaletteColors palette = is_own ? palette_through(own.palette) : colors_of(spec.palette);
    const OutsideColors outside = own.outside ? *own.outside
                                  : is_own    ? outside_colors(palette)
                                              : outside_colors(spec.palette);
    std::vector<Rgb> colors{outside.below};
    for (std::size_t b = 0; b < bands; ++b) colors.push_back(palette[palette_entry(b, bands)]);
    colors.push_back(outside.above);
    colors.push_back(outside.non_finite);
    return colors;
}

}  // namespace
}  // namespace gradscape::color

namespace gradscape {

ColorSpec default_color_spec(Field field, int iterations) {
    ColorSpec spec = row_of(field).colors;
    if (row_of(field).counts_iterations) spec.hi = iterations + 0.5;
    return spec;
}

ColorMap::ColorMap(const ColorSpec& spec, OwnColors own) : spec_(spec), own_(std::move(own)) {
    color::check(spec, own_);
    levels_ = spec.scale == Scale::rank ? own_.levels : color::spaced_levels(spec);
    for (double level : levels_) thresholds_.push_back(level - spec.offset);
    colors_ = color::band_colors(spec, own_, bands());
}

std::uint8_t ColorMap::index(double value) const {
    if (!std::isfinite(value)) return value < 0 ? negative_infinite() : non_finite();
    const auto first_not_less = std::lower_bound(thresholds_.begin(), thresholds_.end(), value);
    return static_cast<std::uint8_t>(first_not_less - thresholds_.begin());
}

}  // namespace gradscape
