// A small strict reader of palette PNGs, for tests: every checksum is verified.
// SPDX-License-Identifier: MIT
#pragma once

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "gradscape/palette.hpp"

namespace gradscape::test {

struct PngPicture {
    std::size_t width = 0, height = 0;
    std::vector<Rgb> palette;
    std::vector<std::uint8_t> indices;  ///< top to bottom
    std::vector<std::string> chunks;    ///< types in order
};

inline void png_require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error("PNG: " + what);
}

inline std::uint32_t big_endian_at(const std::string& bytes, std::size_t at) {
    png_require(at + 4 <= bytes.size(), "too short");
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    return value;
}

inline std::string inflate_all(const std::string& deflated, std::size_t raw_size) {
    std::string raw(raw_size + 1, '\0');
    uLongf size = raw.size();
    const int status = uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                                  reinterpret_cast<const Bytef*>(deflated.data()), deflated.size());
    png_require(status == Z_OK && size == raw_size, "zlib stream");
    raw.resize(raw_size);
    return raw;
}

inline void take_pixels(const std::string& deflated, PngPicture& picture) {
    const std::size_t stride = picture.width + 1;
    const std::string raw = inflate_all(deflated, picture.height * stride);
    for (std::size_t row = 0; row < picture.height; ++row) {
        const auto filter = static_cast<std::uint8_t>(raw[row * stride]);
        png_require(filter <= 1, "filter");  // none or sub: the difference to the pixel before
        std::uint8_t before = 0;
        for (std::size_t col = 1; col <= picture.width; ++col) {
            const auto byte = static_cast<std::uint8_t>(raw[row * stride + col]);
            before = static_cast<std::uint8_t>(filter == 1 ? before + byte : byte);
            picture.indices.push_back(before);
        }
    }
}

inline PngPicture parse_png(const std::string& bytes) {
    png_require(bytes.substr(0, 8) == "\x89PNG\r\n\x1a\n", "signature");
    PngPicture picture;
    std::string deflated;
    for (std::size_t at = 8; at < bytes.size();) {
        const std::size_t size = big_endian_at(bytes, at);
        png_require(at + size + 12 <= bytes.size(), "chunk size");
        const std::string type = bytes.substr(at + 4, 4), content = bytes.substr(at + 8, size);
        const auto crc = crc32(0, reinterpret_cast<const Bytef*>(bytes.data() + at + 4),
                               static_cast<uInt>(size + 4));
        png_require(crc == big_endian_at(bytes, at + 8 + size), "crc of " + type);
        picture.chunks.push_back(type);
        if (type == "IHDR") {
            png_require(content.substr(8) == std::string("\x08\x03\0\0\0", 5), "kind");
            picture.width = big_endian_at(content, 0);
            picture.height = big_endian_at(content, 4);
        } else if (type == "PLTE") {
            for (std::size_t i = 0; i < size; i += 3)
                picture.palette.push_back({static_cast<std::uint8_t>(content[i]),
                                           static_cast<std::uint8_t>(content[i + 1]),
                                           static_cast<std::uint8_t>(content[i + 2])});
        } else if (type == "IDAT") {
            deflated += content;
        }
        at += size + 12;
    }
    take_pixels(deflated, picture);
    return picture;
}

}  // namespace gradscape::test
