// The parts of a PNG file, as both of our writers have them: heatmaps' and figures'.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gradscape::io {

/// What every PNG file begins with.
inline constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";

std::string big_endian(std::uint32_t value);

/// Length, type, content and checksum.
std::string png_chunk(std::string_view type, std::string_view content);

/// tEXt where the text is plain ASCII, which every reader knows; else iTXt, which is UTF-8.
/// invalid_argument unless the keyword has 1 to 79 printable characters.
std::string png_text_chunk(std::string_view keyword, std::string_view text);

}  // namespace gradscape::io
