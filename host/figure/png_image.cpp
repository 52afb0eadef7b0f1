// stb_image_write, the only place that compiles it, with zlib's faster compressor behind it, and
// the text chunks that it cannot write.
// SPDX-License-Identifier: MIT
#include "host/figure/png_image.hpp"

#include <zlib.h>

#include <cmath>
#include <cstdlib>

#include "gradscape/error.hpp"
#include "host/io/png_chunk.hpp"

namespace {

/// Level 3 takes a third of level 6's time on these pictures and is a few percent larger.
unsigned char* compress_zlib(unsigned char* data, int size, int* compressed_size, int) {
    uLongf bound = compressBound(static_cast<uLong>(size));
    auto* compressed = static_cast<unsigned char*>(std::malloc(bound));
    if (compressed == nullptr) return nullptr;
    if (compress2(compressed, &bound, data, static_cast<uLong>(size), 3) != Z_OK) {
        std::free(compressed);
        return nullptr;
    }
    *compressed_size = static_cast<int>(bound);
    return compressed;
}

}  // namespace

#define STBIW_ZLIB_COMPRESS compress_zlib
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

namespace gradscape::figure {

std::string encode_png(int cols, int rows, std::span<const std::uint8_t> pixels,
                       const FigureMetadata& metadata, double dpi) {
    stbi_write_force_png_filter = 0;  // flat areas: filtering costs time and gains nothing
    std::string png;
    const auto append = [](void* to, void* data, int size) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(data),
                                              static_cast<std::size_t>(size));
    };
    if (stbi_write_png_to_func(append, &png, cols, rows, 3, pixels.data(), 3 * cols) == 0)
        throw RunError("cannot encode a PNG figure: out of memory");
    const auto per_metre = static_cast<std::uint32_t>(std::lround(dpi / 0.0254));
    std::string texts =
        io::png_chunk("pHYs", io::big_endian(per_metre) + io::big_endian(per_metre) + '\1');
    for (const auto& [keyword, text] : metadata) texts += io::png_text_chunk(keyword, text);
    constexpr std::size_t signature_and_header = 8 + 25;
    png.insert(signature_and_header, texts);
    return png;
}

}  // namespace gradscape::figure
