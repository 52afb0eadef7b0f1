// SPDX-License-Identifier: MIT
#include "host/io/palette_tile.hpp"

#include <zlib.h>

#include <algorithm>

#include "gradscape/tiles.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/png_chunk.hpp"

namespace gradscape::io {
namespace {

std::uint32_t read_big_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (char byte : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

struct Chunk {
    std::string_view type, content;
};

/// The chunk that `png` begins with, which is taken off.
Chunk take_chunk(std::string_view& png) {
    constexpr std::size_t around = 12;  // size, type, checksum
    if (png.size() < around) throw MalformedRecord();
    const std::size_t size = read_big_endian(png);
    if (size > png.size() - around) throw MalformedRecord();
    const Chunk chunk{png.substr(4, 4), png.substr(8, size)};
    if (png_chunk(chunk.type, chunk.content) != png.substr(0, size + around))
        throw MalformedRecord();
    png.remove_prefix(size + around);
    return chunk;
}

TileImage image_of(std::string_view header) {
    if (header.size() != 13) throw MalformedRecord();
    TileImage image{read_big_endian(header),
                    read_big_endian(header.substr(4)),
                    header[9] == png_palette_type ? std::size_t{1} : 3,
                    {}};
    if (image.cols < 1 || image.rows < 1 || std::max(image.cols, image.rows) > tile_size)
        throw MalformedRecord();
    return image;
}

void inflate_into(TileImage& image, std::string_view data) {
    const std::size_t row_bytes = image.cols * image.channels;
    std::vector<std::uint8_t> raw(image.rows * (row_bytes + 1));
    uLongf size = raw.size();
    if (uncompress(raw.data(), &size, reinterpret_cast<const Bytef*>(data.data()), data.size()) !=
            Z_OK ||
        size != raw.size())
        throw MalformedRecord();
    image.pixels.resize(image.rows * row_bytes);
    for (std::size_t y = 0; y < image.rows; ++y) {
        const auto* row = raw.data() + y * (row_bytes + 1);
        if (*row != 0) throw MalformedRecord();  // another filter than "none"
        std::copy_n(row + 1, row_bytes, image.pixels.data() + y * row_bytes);
    }
}

}  // namespace

TileEncoder::TileEncoder(std::span<const Rgb> palette) : palette_chunk_(png_palette(palette)) {}

void TileEncoder::append(const TileImage& image, std::size_t left, std::size_t cols,
                         std::string& png) {
    const std::size_t row_bytes = cols * image.channels;
    raw_.resize(image.rows * (row_bytes + 1));
    std::uint8_t* out = raw_.data();
    for (std::size_t y = 0; y < image.rows; ++y) {
        *out++ = 0;  // PNG's filter "none"
        out = std::copy_n(image.row(y).data() + left * image.channels, row_bytes, out);
    }
    rows_.clear();
    deflater_.append(raw_, rows_);
    std::string data(zlib_head);
    data.append(reinterpret_cast<const char*>(rows_.bytes.data()), rows_.bytes.size());
    data += zlib_end(rows_.adler);
    (png += png_signature) += png_header(cols, image.rows, image.channels);
    if (image.channels == 1) png += palette_chunk_;
    (png += png_chunk("IDAT", data)) += png_chunk("IEND", "");
}

std::size_t TileEncoder::max_bytes(std::size_t cols, std::size_t rows, std::size_t channels) {
    constexpr std::size_t chunks = 2048;  // a full palette, and what stands around it all
    return Deflater::max_deflated_bytes(rows * (cols * channels + 1)) + chunks;
}

std::size_t TileEncoder::working_bytes() {
    return Deflater::working_bytes() + Deflater::max_deflated_bytes(0);
}

TileImage decode_tile(std::string_view png) {
    if (!png.starts_with(png_signature)) throw MalformedRecord();
    png.remove_prefix(png_signature.size());
    TileImage image;
    while (true) {
        const Chunk chunk = take_chunk(png);
        if (chunk.type == "IEND") break;
        if (chunk.type == "IHDR") image = image_of(chunk.content);
        if (chunk.type == "IDAT") inflate_into(image, chunk.content);
    }
    if (image.pixels.empty()) throw MalformedRecord();
    return image;
}

}  // namespace gradscape::io
