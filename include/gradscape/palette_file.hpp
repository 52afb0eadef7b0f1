// One's own palette from a text file.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradscape/palette.hpp"

namespace gradscape {

/// A line a colour, from the lowest values to the highest: `#rrggbb`, `rrggbb`, or red, green and
/// blue as numbers (whole ones from 0 to 255, or from 0 to 1 where the file has none above 1)
/// between commas, semicolons, tabs or blanks. Blank lines, lines after `# ` and one header of
/// words are passed over. InputError, `FILE:LINE: …`, for anything else, and for fewer than two
/// colours or more than 256.
std::vector<Rgb> read_palette(const std::string& path);

/// `#rrggbb`, the `#` may be missing; false for anything else.
bool parse_hex_color(std::string_view text, Rgb& color);
/// `#rrggbb`
std::string hex_text(Rgb color);

}  // namespace gradscape
