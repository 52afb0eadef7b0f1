// What leads to the tiles: Deep Zoom's description, and a page that shows them without a server.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gradscape/color_map.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/png.hpp"
#include "gradscape/tiles.hpp"

namespace gradscape::io {

/// The content of a `.dzi`.
std::string tile_description(const Grid& grid);

/// What the colours of the field mean, as the page has it: JSON.
std::string tile_color_bar(const ColorMap& map, Field field);

/// The page for the tiles in a folder beside it.
std::string tile_page(const View& view, const std::string& folder_name, std::string_view parameters,
                      std::string_view color_bar);

/// Whether a page that exists was made so, and may be replaced.
bool is_tile_page(const std::string& path);

/// The page as it is written, tiles/viewer.html, embedded at build time.
std::string_view viewer_template();

/// A picture's parameters among its texts, with what its tiles add to them.
std::string tile_parameters(std::span<const PngText> texts, Overview overview);

}  // namespace gradscape::io
