// The one form of text in our PNG files: heatmaps' and figures'.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace gradscape::io {

struct PngChunk {
    std::string_view type;
    std::string content;
};

/// tEXt where the text is plain ASCII, which every reader knows; else iTXt, which is UTF-8.
/// invalid_argument unless the keyword has 1 to 79 printable characters.
PngChunk png_text_chunk(std::string_view keyword, std::string_view text);

}  // namespace gradscape::io
