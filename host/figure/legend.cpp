// Legend layout: cells of equal width; notes stand in a column of their own.
// SPDX-License-Identifier: MIT
#include "host/figure/legend.hpp"

#include <algorithm>

#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

constexpr double key_width = 24, key_gap = 6, note_gap = 8, column_gap = 20;
constexpr double row_height = 1.65 * legend_text;

double title_height(const Legend& legend) { return legend.title.empty() ? 0 : row_height; }

}  // namespace

void lay_legend(Legend& legend, double max_width) {
    double noted = 0, note_width = 0, alone = 0;
    for (const LegendEntry& entry : legend.entries) {
        const double width = measure(entry.label, legend_text).width;
        if (entry.note.empty())
            alone = std::max(alone, width);
        else
            noted = std::max(noted, width);
        note_width = std::max(note_width, measure(entry.note, legend_text).width);
    }
    legend.label_width = noted;
    const double text = std::max(alone, note_width > 0 ? noted + note_gap + note_width : 0);
    legend.cell_width = key_width + key_gap + text;
    const std::size_t count = legend.entries.size();
    const double fitting = (max_width + column_gap) / (legend.cell_width + column_gap);
    legend.columns = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(fitting, 1.0)), 1,
                                             std::max<std::size_t>(count, 1));
    legend.rows = (count + legend.columns - 1) / legend.columns;
    if (legend.rows > 0) legend.columns = (count + legend.rows - 1) / legend.rows;
    legend.width =
        static_cast<double>(legend.columns) * (legend.cell_width + column_gap) - column_gap;
    legend.width = std::max(legend.width, measure(legend.title, legend_text).width);
    legend.height = title_height(legend) + static_cast<double>(legend.rows) * row_height;
}

void draw_legend(Scene& scene, const Legend& legend, PlotPoint top_left) {
    if (!legend.title.empty())
        scene.add(place_text(legend.title, legend_text, {top_left.x, top_left.y + row_height / 2},
                             Align::start, Level::middle));
    for (std::size_t i = 0; i < legend.entries.size(); ++i) {
        const LegendEntry& entry = legend.entries[i];
        const std::size_t column = i / legend.rows, row = i % legend.rows;
        const double x =
            top_left.x + static_cast<double>(column) * (legend.cell_width + column_gap);
        const double y =
            top_left.y + title_height(legend) + (static_cast<double>(row) + 0.5) * row_height;
        entry.draw_key(scene, {x, y - legend_text / 2, key_width, legend_text});
        const double text_x = x + key_width + key_gap;
        scene.add(place_text(entry.label, legend_text, {text_x, y}, Align::start, Level::middle));
        if (!entry.note.empty())
            scene.add(place_text(entry.note, legend_text,
                                 {text_x + legend.label_width + note_gap, y}, Align::start,
                                 Level::middle, faint_ink));
    }
}

}  // namespace gradscape::figure
