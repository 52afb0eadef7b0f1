// The parts of a PNG file, as both of our writers have them: heatmaps' and figures'.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gradscape/palette.hpp"

namespace gradscape::io {

/// What every PNG file begins with.
inline constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";

std::string big_endian(std::uint32_t value);

/// Length, type, content and checksum.
std::string png_chunk(std::string_view type, std::string_view content);

/// The chunk IHDR: 8 bits, of one channel by a palette or of three, deflated, not interlaced.
std::string png_header(std::size_t cols, std::size_t rows, std::size_t channels);
inline constexpr char png_palette_type = 3, png_rgb_type = 2;

/// The chunk PLTE.
std::string png_palette(std::span<const Rgb> palette);

/// What stands before and behind deflated blocks of which none is the last: 32 KiB window, fastest.
inline constexpr std::string_view zlib_head = "\x78\x01";
std::string zlib_end(std::uint32_t adler);

/// tEXt where the text is plain ASCII, which every reader knows; else iTXt, which is UTF-8.
/// invalid_argument unless the keyword has 1 to 79 printable characters.
std::string png_text_chunk(std::string_view keyword, std::string_view text);

}  // namespace gradscape::io
