// Where rounding decides a pixel's colour: where the value's error bound reaches into another one.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "gradscape/color_map.hpp"
#include "gradscape/loaded_model.hpp"

namespace gradscape {

/// For each cell of the view's grid, row 0 = lowest w_rec, whether the exact value at it may have
/// another colour than the value that is computed: 1 where it may, or where no bound is known, as
/// where the value left its type. Never where value and bound are below the type's normal numbers.
/// The view as decide_view() gives it; it is evaluated and bounded by up to so many threads, 0: all
/// that this process may use. InputError for a training field, of which no bound is known
/// (docs/numerics.md); Interrupted at a stop.
std::vector<std::uint8_t> doubtful_colors(const LoadedModel& model, const View& view, Field field,
                                          const ColorMap& map, unsigned threads = 1);

}  // namespace gradscape
