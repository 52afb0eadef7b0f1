// stb_image_write, the only place that compiles it, with zlib's faster compressor behind it, and
// the text chunks that it cannot write.
// SPDX-License-Identifier: MIT
#include "host/figure/png_image.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "host/io/png_chunk.hpp"

namespace {

/// Level 3 takes a third of level 6's time on these pictures and is a few percent larger.
/// Null where there is no memory, or where the run is to end.
unsigned char* compress_zlib(unsigned char* data, int size, int* compressed_size, int) {
    constexpr uInt block = 1 << 20;  // between looks whether to stop
    z_stream stream{};
    if (deflateInit(&stream, 3) != Z_OK) return nullptr;
    const uLong bound = deflateBound(&stream, static_cast<uLong>(size));
    auto* compressed = static_cast<unsigned char*>(std::malloc(bound));
    stream.next_in = data, stream.next_out = compressed;
    stream.avail_out = static_cast<uInt>(bound);
    auto left = static_cast<uInt>(size);
    int state = compressed == nullptr ? Z_MEM_ERROR : Z_OK;
    while (state == Z_OK && !gradscape::stop_requested()) {
        stream.avail_in = std::min(left, block);
        left -= stream.avail_in;
        state = deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH);
    }
    *compressed_size = static_cast<int>(stream.total_out);
    deflateEnd(&stream);
    if (state == Z_STREAM_END) return compressed;
    std::free(compressed);
    return nullptr;
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
    if (3.0 * cols * rows + rows > std::numeric_limits<int>::max())
        throw InputError(fmt::format("a figure of {} x {} pixels: {} million are the most in a PNG",
                                     cols, rows, std::numeric_limits<int>::max() / 3'000'000));
    const int written =
        stbi_write_png_to_func(append, &png, cols, rows, 3, pixels.data(), 3 * cols);
    check_stop();
    if (written == 0) throw RunError("cannot encode a PNG figure: out of memory");
    const auto per_metre = static_cast<std::uint32_t>(std::lround(dpi / 0.0254));
    std::string texts =
        io::png_chunk("pHYs", io::big_endian(per_metre) + io::big_endian(per_metre) + '\1');
    for (const auto& [keyword, text] : metadata) texts += io::png_text_chunk(keyword, text);
    constexpr std::size_t signature_and_header = 8 + 25;
    png.insert(signature_and_header, texts);
    return png;
}

}  // namespace gradscape::figure
