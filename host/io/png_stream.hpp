// A palette PNG written from top to bottom, rows arriving compressed. Chunks: IHDR, texts, PLTE,
// IDAT…, IEND. All IDATs together are one zlib stream of the strips' deflate blocks.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gradscape/byte_sink.hpp"
#include "gradscape/palette.hpp"
#include "gradscape/png.hpp"
#include "gradscape/sink.hpp"
#include "host/io/deflated_rows.hpp"

namespace gradscape::io {

struct ShardPart;

class PngStream {
public:
    /// InputError when the size, a keyword or the number of colours is beyond PNG's limits.
    PngStream(ByteSink bytes, std::size_t width, std::size_t height, std::span<const Rgb> palette,
              std::span<const PngText> texts);

    /// The next rows, each one filter byte 0 and `width` palette indices.
    void append(const DeflatedRows& rows);

    /// After the last row: completes the file.
    void finish();

    std::uint64_t bytes_written() const { return bytes_written_; }

    /// Of the whole file, were it not to compress at all.
    std::uint64_t max_bytes() const { return raw_size_ + raw_size_ / 1024 + (1u << 16); }

    AtomicFile* file() { return bytes_.file(); }
    SinkState save();
    /// Of so many rows; MalformedRecord where it is not.
    void restore(std::string_view state, std::uint64_t rows_done);
    /// The rows of another stream with the same head, which was saved before its finish().
    void join(const ShardPart& part);

private:
    /// What save() tells.
    struct Progress {
        std::uint64_t bytes_written, raw_written;
        std::uint32_t adler;
        std::string_view data;
    };
    Progress read(std::string_view state, std::uint64_t rows) const;
    void write(std::string_view bytes);
    void write_data(std::string_view deflated);
    void flush_data();

    ByteSink bytes_;
    std::uint64_t row_size_, raw_size_, head_size_ = 0, raw_written_ = 0, bytes_written_ = 0;
    std::uint32_t adler_ = 1;
    std::string data_;      ///< of the next IDAT
    WrittenRange written_;  ///< since the last save()
};

}  // namespace gradscape::io
