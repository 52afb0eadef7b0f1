// A picture too large for any viewer, in tiles: level 0 has a pixel a cell, each further one half
// as many in width and height, rounded up, down to a single pixel.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/grid.hpp"
#include "gradscape/shard.hpp"

namespace gradscape {

class Transaction;

/// What a pixel of the coarser levels shows of the 2 × 2 below it.
enum class Overview : std::uint8_t {
    evaluated,  ///< the field itself, evaluated anew at the pixel's centre
    mean,       ///< the mean of their colours, in linear light
    mode        ///< the colour that most of them have
};
inline constexpr std::array<std::string_view, 3> overview_names{"evaluated", "mean", "mode"};

inline constexpr std::size_t tile_size = 512;

/// The grid whose cells are the centres of a level's pixels: with a grid's `step`, the first lies
/// at lo + step (2^level − 1) / 2, and the next ones 2^level steps apart.
Grid level_grid(const Grid& grid, std::size_t level);

/// How many levels there are, the last of a single pixel.
std::size_t level_count(const Grid& grid);

/// Rows of tiles that are evaluated, of all levels: what shards of tiles divide, and those of one.
std::size_t tile_row_count(const Grid& grid, Overview overview);
RowRange tile_rows_of(const Shard& shard, const Grid& grid, Overview overview);

/// What lies beside a `.dzi`, by its path: the folder of the tiles, and the page that shows them.
/// Beside the file itself, where the path is a symbolic link to it.
struct TileNames {
    std::string folder, page;
};
TileNames tile_names(const std::string& path);

/// As claim_resumable(), for a `.dzi` and what lies beside it. InputError where that is somebody
/// else's, or the path is no file's.
void claim_tiles(Transaction& files, const std::string& path,
                 const std::optional<Shard>& shard = {});

/// Of so many pixels along a side.
constexpr std::size_t tiles_along(std::size_t pixels) {
    return (pixels + tile_size - 1) / tile_size;
}

}  // namespace gradscape
