// SPDX-License-Identifier: MIT
#include "host/io/png_text_chunk.hpp"

#include <algorithm>
#include <stdexcept>

namespace gradscape::io {
namespace {

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

PngChunk png_text_chunk(std::string_view keyword, std::string_view text) {
    if (keyword.empty() || keyword.size() > 79 || !std::ranges::all_of(keyword, is_printable))
        throw std::invalid_argument("a PNG keyword has 1 to 79 printable characters");
    const bool plain =
        std::ranges::all_of(text, [](char c) { return is_printable(c) || c == '\n'; });
    std::string content(keyword);
    content.append(plain ? 1 : 5, '\0');  // iTXt: not compressed, no language, no translation
    content += text;
    return {plain ? "tEXt" : "iTXt", std::move(content)};
}

}  // namespace gradscape::io
