// Colours that fit a picture's own values: a range by quantiles, so that a few extreme cells do not
// make the rest one colour, and levels by rank. Both come from a sample, the same field at few
// points over the same ranges, which depends on nothing but the view: same colours for any number
// of threads.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "gradscape/color_map.hpp"
#include "gradscape/context.hpp"
#include "gradscape/loaded_model.hpp"

namespace gradscape {

/// A sample has at most this many points along each axis.
inline constexpr std::size_t sample_side = 96;

/// The field over the view's ranges at `sample_side` points along each axis, or as many as the view
/// has; −∞ where that is the field's lowest value. What is not finite otherwise, and the codes
/// among counts of iterations, are left out.
std::vector<double> sample_values(const LoadedModel& model, View view, Field field,
                                  const Context& context = {});

/// The field at every point of the view's grid, in double, row 0 = lowest w_rec; for grids that are
/// small.
std::vector<double> grid_values(const LoadedModel& model, View view, Field field,
                                const Context& context = {});

/// What a fit must leave as it is.
struct FixedColors {
    bool palette = false, scale = false, linear_within = false;
};

/// The spec with the range (rounded, in shown values), and for symlog the linear part, that let the
/// values use its palette: the widest of a few ranges between quantiles with which the middle four
/// fifths of the values span half of the palette. Values of both signs, where the scale is symlog,
/// get ±hi and a diverging palette, unless one sign has nearly all. Of values that are alike to
/// 10⁻⁷ of themselves, as they are shown, a range with that value in its middle, or lower where the
/// field ends there; without values, the spec as it is.
ColorSpec fitted_colors(ColorSpec spec, Field field, std::span<const double> values,
                        FixedColors fixed = {});

/// The same as a map; by rank where no range lets the values use the palette, as where half of them
/// are one value and the others go over many decades, unless the scale is fixed; on a symlog scale
/// with 0 in the middle of a diverging palette, where enough values have either sign.
ColorMap fitted_color_map(const ColorSpec& spec, Field field, std::span<const double> values,
                          FixedColors fixed = {}, OwnColors own = {});

/// Whether a map that is not the values' own has something to show of them: at least half of its
/// bands, on at least a fifth of the values besides those of the commonest band.
bool shows(const ColorMap& map, std::span<const double> values);

/// Levels between which there are equally many of the values, in shown values and no two alike: at
/// most as many as the spec has, none below the least value that there can be. A value that fills
/// more than a band has one, and the others share the rest. Empty without two different values.
std::vector<double> ranked_levels(const ColorSpec& spec, std::span<const double> values,
                                  double least = -HUGE_VAL);

}  // namespace gradscape
