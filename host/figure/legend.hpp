// A legend: keys with labels and notes, in as many columns as the given width holds.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/figure/scene.hpp"

namespace gradscape::figure {

struct LegendEntry {
    std::function<void(Scene&, const Rect&)> draw_key;
    std::string label, note;
};

struct Legend {
    std::string title;
    std::vector<LegendEntry> entries;
    // The rest is set by lay_legend().
    double width = 0, height = 0;
    std::size_t columns = 0, rows = 0;
    double label_width = 0, cell_width = 0;
};

/// Entries run down the columns; at least one column, however narrow `max_width`.
void lay_legend(Legend& legend, double max_width);

void draw_legend(Scene& scene, const Legend& legend, PlotPoint top_left);

}  // namespace gradscape::figure
