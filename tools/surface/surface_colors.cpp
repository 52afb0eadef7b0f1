// Where the colours of a surface come from: the field, the options, the picture's own values.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "gradscape/color_fit.hpp"
#include "gradscape/error.hpp"
#include "tools/article/article_range.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {
namespace {

bool has_own_range(const ColorOptions& colors) {
    return colors.range || !colors.ranked_levels.empty();
}

/// Equally many cells between any two levels, within the range if one is given.
ColorMap ranked(const ColorOptions& options, ColorSpec spec, std::vector<double> values,
                Field field) {
    if (options.range)
        std::erase_if(values, [&](double value) {
            return value + spec.offset <= spec.lo || value + spec.offset >= spec.hi;
        });
    OwnColors own = own_colors(options);
    own.levels = ranked_levels(spec, values, row_of(field).least + spec.offset);
    if (own.levels.size() < 2)
        throw InputError(fmt::format(
            "--scale rank: {} are the same here; use another scale or range",
            options.range ? fmt::format("all values within --range {}:{}", spec.lo, spec.hi)
                          : "all values"));
    if (options.range) own.levels.front() = spec.lo, own.levels.back() = spec.hi;
    spec.lo = own.levels.front(), spec.hi = own.levels.back();
    return {spec, std::move(own)};
}

/// Whether the article's range has something to show here, which it has of the whole plane, but
/// not of the valley from near. The same for any style, number of levels and size of the picture.
bool article_shows_something(const SurfaceCommand& command, ColorSpec spec,
                             const LoadedModel& model, View view, const Context& context) {
    if (row_of(command.field).counts_iterations) return true;
    constexpr std::size_t enough = sample_side / 2;
    view.grid.wx.size = view.grid.wrec.size = enough;
    const ColorSpec usual = default_color_spec(command.field);
    spec.style = usual.style;
    spec.levels = usual.levels;
    return shows(ColorMap(spec, own_colors(command.colors)),
                 sample_values(model, view, command.field, context));
}

}  // namespace

bool colors_are_fitted(const SurfaceCommand& command) {
    const ColorOptions& colors = command.colors;
    if (has_own_range(colors)) return false;
    return colors.fit || command.data_in_memory || !article_shows(command.field) ||
           !article_range_fits(command.data, command.unit);
}

bool colors_were_fitted(const SurfaceCommand& command, const ColorMap& map) {
    const ColorSpec spec = color_spec(command.colors, command.field, command.training);
    return colors_are_fitted(command) || (spec.scale != Scale::rank && !(spec == map.spec()));
}

ColorMap usual_colors(const SurfaceCommand& command) {
    ColorSpec spec = color_spec(command.colors, command.field, command.training);
    // The picture's values decide whether a scale without 0 suits a field of both signs.
    if (colors_are_fitted(command) && spec.scale == Scale::log && spec.lo <= 0)
        spec.lo = 1, spec.hi = 10;
    return {spec, {command.colors.palette_colors, {0, 1}}};
}

ColorMap surface_colors(const SurfaceCommand& command, const LoadedModel& model, const View& view,
                        const Context& context) {
    const ColorOptions& options = command.colors;
    const ColorSpec spec = color_spec(options, command.field, command.training);
    const bool by_rank = spec.scale == Scale::rank && options.ranked_levels.empty();
    if (!by_rank && !colors_are_fitted(command) &&
        (has_own_range(options) || article_shows_something(command, spec, model, view, context)))
        return {spec, own_colors(options)};
    const auto values = sample_values(model, view, command.field, context);
    if (by_rank) return ranked(options, spec, values, command.field);
    const FixedColors fixed{options.palette.has_value(), options.scale.has_value(),
                            options.linear_within.has_value()};
    return fitted_color_map(spec, command.field, values, fixed, own_colors(options));
}

}  // namespace gradscape::cli
