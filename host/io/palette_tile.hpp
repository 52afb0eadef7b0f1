// The tiles of a picture as PNG: of palette indices or, where colours were mixed, of RGB. Written
// and read back here, since the coarser levels may be made of the finer ones.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/palette.hpp"
#include "host/io/deflated_rows.hpp"

namespace gradscape::io {

/// Row 0 on top, `channels` bytes a pixel: 1, an index, or 3.
struct TileImage {
    std::size_t cols = 0, rows = 0, channels = 1;
    std::vector<std::uint8_t> pixels;

    std::span<const std::uint8_t> row(std::size_t y) const {
        return std::span(pixels).subspan(y * cols * channels, cols * channels);
    }
};

/// Makes PNGs, one after the other; for one thread at a time.
class TileEncoder {
public:
    explicit TileEncoder(std::span<const Rgb> palette);

    /// Of the pixels from `left` on, `cols` of each row, of an image that may be wider.
    void append(const TileImage& image, std::size_t left, std::size_t cols, std::string& png);

    static std::size_t max_bytes(std::size_t cols, std::size_t rows, std::size_t channels);
    static std::size_t working_bytes();

private:
    std::string palette_chunk_;
    Deflater deflater_;
    DeflatedRows rows_;
    std::vector<std::uint8_t> raw_;  ///< with filter bytes
};

/// Of a PNG that TileEncoder made; MalformedRecord where it is none.
TileImage decode_tile(std::string_view png);

}  // namespace gradscape::io
