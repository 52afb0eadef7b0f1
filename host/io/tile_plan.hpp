// The levels of a picture in tiles as one tall surface, so that they are made in one run: each
// level as whole rows of tiles, the finest on top. What a level's last row of tiles lacks is left
// empty.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gradscape/tiles.hpp"

namespace gradscape::io {

struct TileLevel {
    std::size_t cols, rows;
    std::size_t first_row;  ///< its lowest one, in all

    std::size_t bands() const { return tiles_along(rows); }
};

/// Where rows of all levels lie: within one row of tiles, a band.
struct TilePlace {
    std::size_t level, band;
    std::size_t first_row, rows;  ///< of the level's grid; none where all of them are empty
    std::size_t offset;           ///< from the band's lowest row, which may be an empty one
};

class TilePlan {
public:
    /// Of the levels that are evaluated.
    TilePlan(const Grid& grid, Overview overview);

    const std::vector<TileLevel>& levels() const { return levels_; }
    std::size_t cols() const { return levels_.front().cols; }
    /// Of all levels, with the empty ones.
    std::size_t rows() const { return rows_; }
    /// That are not empty in the uppermost rows of all.
    std::uint64_t cells_of(std::size_t rows_done) const;
    /// Whole rows of tiles.
    RowRange rows_of(const Shard& shard) const;
    TilePlace place(std::size_t first_row, std::size_t rows) const;

private:
    std::vector<TileLevel> levels_;
    std::size_t rows_ = 0;
};

}  // namespace gradscape::io
