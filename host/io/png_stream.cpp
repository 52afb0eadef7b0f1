// SPDX-License-Identifier: MIT
#include "host/io/png_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"
#include "host/io/part_file.hpp"
#include "host/io/png_chunk.hpp"

namespace gradscape::io {
namespace {

constexpr std::size_t data_chunk_bytes = 1u << 16;  // of an IDAT, wherever strips end
constexpr std::size_t frame_bytes = 12;             // of a chunk: length, type and checksum
constexpr std::size_t max_size = std::numeric_limits<std::int32_t>::max();

}  // namespace

PngStream::PngStream(ByteSink bytes, std::size_t width, std::size_t height,
                     std::span<const Rgb> palette, std::span<const PngText> texts)
    : bytes_(std::move(bytes)), row_size_(std::uint64_t{width} + 1), raw_size_(height * row_size_) {
    if (width < 1 || height < 1 || width > max_size || height > max_size)
        throw InputError(
            fmt::format("cannot write a PNG picture of {} × {} pixels; from 1 to {} each way are "
                        "possible",
                        width, height, max_size));
    if (palette.empty() || palette.size() > 256)
        throw std::invalid_argument("a PNG palette has 1 to 256 colours");
    write(png_signature);
    write(png_header(width, height, 1));
    for (const PngText& text : texts) write(png_text_chunk(text.keyword, text.text));
    write(png_palette(palette));
    head_size_ = bytes_written_;
    data_ = zlib_head;
}

void PngStream::write(std::string_view bytes) {
    bytes_.write(bytes);
    written_ = joined(written_, {bytes_written_, bytes.size(), crc_of(bytes.data(), bytes.size())});
    bytes_written_ += bytes.size();
}

void PngStream::write_data(std::string_view deflated) {
    while (!deflated.empty()) {
        const std::string_view fitting = deflated.substr(0, data_chunk_bytes - data_.size());
        data_ += fitting;
        deflated.remove_prefix(fitting.size());
        if (data_.size() == data_chunk_bytes) flush_data();
    }
}

void PngStream::append(const DeflatedRows& rows) {
    write_data({reinterpret_cast<const char*>(rows.bytes.data()), rows.bytes.size()});
    adler_ = adler_of_both(adler_, rows.adler, rows.raw_size);
    raw_written_ += rows.raw_size;
}

void PngStream::flush_data() {
    write(png_chunk("IDAT", data_));
    data_.clear();
}

void PngStream::finish() {
    if (raw_written_ != raw_size_) throw std::logic_error("a PNG picture with rows missing");
    data_ += zlib_end(adler_);
    flush_data();
    write(png_chunk("IEND", ""));
    bytes_.complete();
}

SinkState PngStream::save() {
    bytes_.flush();
    ByteWriter state;
    state.put(bytes_written_).put(raw_written_).put(adler_).put_text(data_);
    return {state.bytes(), {std::exchange(written_, {})}, bytes_written_};
}

void PngStream::restore(std::string_view state, std::uint64_t rows_done) {
    const Progress progress = read(state, rows_done);
    bytes_written_ = progress.bytes_written;
    raw_written_ = progress.raw_written;
    adler_ = progress.adler;
    data_ = progress.data;
    written_ = {};
}

PngStream::Progress PngStream::read(std::string_view state, std::uint64_t rows) const {
    ByteReader reader(state);
    Progress progress{};
    progress.bytes_written = reader.get<std::uint64_t>();
    progress.raw_written = reader.get<std::uint64_t>();
    progress.adler = reader.get<std::uint32_t>();
    progress.data = reader.get_text();
    reader.expect_end();
    if (progress.raw_written != rows * row_size_ || progress.raw_written > raw_size_ ||
        progress.data.size() >= data_chunk_bytes)
        throw MalformedRecord();
    return progress;
}

/// Its IDATs are all full, since only finish() writes another; what did not fill one is in the
/// state. Their checksums are as good as the part's, which was verified.
void PngStream::join(const ShardPart& part) {
    const Progress found = read(part.state, part.rows);
    std::string chunk(frame_bytes + data_chunk_bytes, '\0');
    bool first = true;
    const auto add = [&](std::string_view data) {
        write_data(first ? data.substr(std::min(zlib_head.size(), data.size())) : data);
        first = false;
    };
    if (found.bytes_written < head_size_ || (found.bytes_written - head_size_) % chunk.size() != 0)
        throw MalformedRecord();
    for (std::uint64_t at = head_size_; at < found.bytes_written; at += chunk.size()) {
        check_stop();
        part.file->read_at(at, chunk.data(), chunk.size());
        add(std::string_view(chunk).substr(8, data_chunk_bytes));  // behind length and type
    }
    add(found.data);
    adler_ = adler_of_both(adler_, found.adler, found.raw_written);
    raw_written_ += found.raw_written;
}

}  // namespace gradscape::io
