// SPDX-License-Identifier: MIT
#include "host/io/png_chunk.hpp"

#include <algorithm>
#include <stdexcept>

#include "host/io/checksum.hpp"

namespace gradscape::io {
namespace {

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::string big_endian(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16 & 0xff),
            static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

std::string png_chunk(std::string_view type, std::string_view content) {
    std::string chunk = big_endian(static_cast<std::uint32_t>(content.size()));
    const std::size_t checked = chunk.size();
    (chunk += type) += content;
    return chunk += big_endian(crc_of(chunk.data() + checked, chunk.size() - checked));
}

std::string png_header(std::size_t cols, std::size_t rows, std::size_t channels) {
    std::string content =
        big_endian(static_cast<std::uint32_t>(cols)) + big_endian(static_cast<std::uint32_t>(rows));
    content += '\x08';  // bits
    content += channels == 1 ? png_palette_type : png_rgb_type;
    return png_chunk("IHDR", content.append(3, '\0'));  // deflate, filter method 0, not interlaced
}

std::string png_palette(std::span<const Rgb> palette) {
    std::string content;
    for (const Rgb& color : palette)
        for (const std::uint8_t part : {color.r, color.g, color.b})
            content += static_cast<char>(part);
    return png_chunk("PLTE", content);
}

std::string zlib_end(std::uint32_t adler) {
    return std::string("\x03\x00", 2) + big_endian(adler);  // an empty last block
}

std::string png_text_chunk(std::string_view keyword, std::string_view text) {
    if (keyword.empty() || keyword.size() > 79 || !std::ranges::all_of(keyword, is_printable))
        throw std::invalid_argument("a PNG keyword has 1 to 79 printable characters");
    const bool plain =
        std::ranges::all_of(text, [](char c) { return is_printable(c) || c == '\n'; });
    std::string content(keyword);
    content.append(plain ? 1 : 5, '\0');  // iTXt: not compressed, no language, no translation
    content += text;
    return png_chunk(plain ? "tEXt" : "iTXt", content);
}

}  // namespace gradscape::io
