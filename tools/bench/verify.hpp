// Is a result right? Every case is compared with the reference before it is timed.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "gradscape/color_map.hpp"
#include "gradscape/evaluate.hpp"

namespace gradscape::bench {

/// Compares cells of a surface, spread over the whole grid, with the reference: loss and gradients
/// within four times what rounding can do, training by its outcome. `whole` holds all rows. Empty
/// when right, else what is wrong and where.
std::string surface_error(const Model& model, const View& view, const Strip& whole);

/// Compares every pixel of a heatmap's PNG, as we write them, with the colour of the reference's
/// loss. Where that lies within rounding of a level, either colour is right.
std::string picture_error(const std::string& path, const Model& model, const Grid& grid,
                          const ColorMap& map);

}  // namespace gradscape::bench
