// The colour bar of a ColorMap, with the outside colours that occur in the picture.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "gradscape/color_map.hpp"
#include "host/figure/scene.hpp"
#include "host/figure/ticks.hpp"

namespace gradscape::figure {

struct ColorBar {
    std::string label, below_label, short_label = {}, non_finite_label = "not finite";
    bool below = false, above = false, non_finite = false;  ///< occur
    bool room_for_all = false;                              ///< as wide as if all did
    bool has_bands = true;                                  ///< else there are swatches alone
    // The rest is set by lay_color_bar().
    PlotAxis axis = {};
    Ticks ticks = {};
    double height = 0, bar_height = 0;
    double width = 0;     ///< with its texts
    double label_at = 0;  ///< middle of the label, from the left
};

/// For a bar `height` points high in all.
void lay_color_bar(ColorBar& bar, const ColorMap& map, double height);

void draw_color_bar(Scene& scene, const ColorBar& bar, const ColorMap& map, PlotPoint top_left);

}  // namespace gradscape::figure
