// A surface as colour indices in memory: the pixels of a figure's panel.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "gradscape/color_map.hpp"
#include "gradscape/context.hpp"
#include "gradscape/loaded_model.hpp"

namespace gradscape {

/// ColorMap::index of the field at every cell of the view's grid, rows × cols, row 0 = lowest
/// w_rec. Memory for the whole image: meant for panels, not for gigapixels.
std::vector<std::uint8_t> index_image(const LoadedModel& model, View view, Field field,
                                      const ColorMap& map, const Context& context = {});

}  // namespace gradscape
