// From ColorMap indices to the picture of a panel.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/figure/scene.hpp"

namespace gradscape::figure {

inline constexpr std::size_t max_picture_side = 3 * panel_pixels;  // vector figures are zoomed

/// Row 0 on top = highest w_rec. Grids beyond max_picture_side are reduced by averaging colours.
Picture heat_picture(const HeatmapPanel& panel, const ColorMap& map, const Rect& box);

}  // namespace gradscape::figure
