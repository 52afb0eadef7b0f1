// The coarser levels of a picture from the tiles of the finest.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "gradscape/palette.hpp"
#include "gradscape/tiles.hpp"
#include "host/io/palette_tile.hpp"
#include "host/io/tile_folder.hpp"
#include "host/io/tile_plan.hpp"

namespace gradscape::io {

/// Half as wide and high, rounded up: of each 2 × 2 pixels, fewer at an odd edge, the mean in
/// linear light as RGB, or the index that most of them have, the first in reading order among
/// equals.
TileImage halved(const TileImage& image, Overview overview, std::span<const Rgb> palette);

/// Writes all tiles of all levels but the finest, whose tiles are in the folder.
void write_overview(TileFolder& folder, const Grid& grid, Overview overview,
                    std::span<const Rgb> palette);

}  // namespace gradscape::io
