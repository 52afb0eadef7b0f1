// Colours without values: an evaluator may give the colours of a picture directly, as runs of one
// colour along each row (solved from the row form, no work per cell) or as palette indices (a
// device that colours before it copies back). They are what ColorMap::index makes of the values
// that the evaluator's StripFiller would give for the same view, pixel by pixel, and the
// statistics are those of these values.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "gradscape/color_map.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/field_statistics.hpp"

namespace gradscape {

/// Columns of one colour, from the end of the run before (0 for a row's first) up to `end`.
struct ColorRun {
    std::uint32_t end;
    std::uint8_t index;
};

enum class ColorShape : std::uint8_t {
    runs,    ///< asked for a few rows at a time
    indices  ///< asked for whole strips
};

/// The colours of a strip, from its lowest row up, in the filler's shape. Reused, so that buffers
/// are allocated once.
struct StripColors {
    /// Not vectors' memory: room for a run a cell, of which hardly any page is ever touched.
    std::unique_ptr<ColorRun[]> runs;
    std::size_t room = 0, run_count = 0;  ///< `run_count` are valid; a row's last run ends at cols
    std::vector<std::uint8_t> indices;    ///< rows × cols
    FieldStatistics statistics;           ///< of the strip's values, as StatisticsSink has them

    void make_room(std::size_t cells) {
        if (cells <= room) return;
        runs = std::make_unique_for_overwrite<ColorRun[]>(cells);
        room = cells;
    }
};

/// Fills the colours of a strip (its place; it has no data). Reentrant, as StripFiller is.
struct ColorFiller {
    using Shape = ColorShape;
    Shape shape = Shape::runs;
    std::function<void(const Strip& place, StripColors& colors)> fill;  ///< empty: not offered

    explicit operator bool() const { return static_cast<bool>(fill); }
};

/// Rows of runs that are filled at once: some bands, since rows are solved in packs.
std::size_t run_block_rows(const Grid& grid);

/// StripOptions::cells_per_strip where colours are filled: far fewer, larger strips than cells in
/// a cache ask for, but enough of them for all cores.
inline std::size_t color_strip_cells(const Grid& grid) {
    return std::min(std::size_t{1} << 21, grid.cells() / 64);
}

}  // namespace gradscape
