// SPDX-License-Identifier: MIT
#include "host/io/array_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "gradscape/error.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"
#include "host/io/part_file.hpp"

namespace gradscape::io {

ArraySink::ArraySink(ByteSink bytes, const View& view, const ArrayLayout& layout,
                     std::uint64_t behind)
    : row_bytes_(view.grid.cols() * size_of(view.precision)),
      size_(layout.size),
      bytes_(std::move(bytes)) {
    bytes_.reserve(size_ + behind);
    for (const ArrayLayout::Head& head : layout.heads) {
        bytes_.write_at(head.offset, head.bytes.data(), head.bytes.size());
        heads_.push_back(
            {head.offset, head.bytes.size(), crc_of(head.bytes.data(), head.bytes.size())});
        heads_bytes_ += head.bytes.size();
    }
    for (const ArrayLayout::Values& values : layout.fields) fields_.push_back({values});
    bytes_written_ = heads_bytes_;
}

std::size_t ArraySink::packed_bytes(std::size_t rows) const {
    return fields_.size() * (sizeof(std::uint32_t) + rows * row_bytes_);
}

void ArraySink::encode_strip(const Strip& strip, bool /*first*/, ArrayPiece& piece) const {
    piece.first_row = strip.first_row;
    piece.bytes = strip.rows * row_bytes_;
    for (const FieldValues& field : fields_) {
        const void* const values = strip.data[field.place.field];
        bytes_.write_at(offset_of(field, piece.first_row), values, piece.bytes);
        piece.crc[field.place.field] = crc_of(values, piece.bytes);
        bytes_written_ += piece.bytes;
    }
}

/// Strips come from the last rows to the first.
void ArraySink::commit_strip(ArrayPiece& piece) {
    for (FieldValues& field : fields_) {
        const std::uint32_t crc = piece.crc[field.place.field];
        field.written =
            joined({offset_of(field, piece.first_row), piece.bytes, crc}, field.written);
        field.crc = crc_of_both(crc, field.crc, bytes_committed_);
    }
    bytes_committed_ += piece.bytes;
}

SinkState ArraySink::save() {
    SinkState saved{{}, std::exchange(heads_, {}), size_};
    ByteWriter state;
    state.put(bytes_committed_);
    for (FieldValues& field : fields_) {
        state.put(field.crc);
        saved.written.push_back(std::exchange(field.written, {}));
    }
    saved.state = state.bytes();
    return saved;
}

void ArraySink::restore(std::string_view state, std::uint64_t rows_done) {
    ByteReader reader(state);
    bytes_committed_ = reader.get<std::uint64_t>();
    for (FieldValues& field : fields_) field.crc = reader.get<std::uint32_t>();
    reader.expect_end();
    if (bytes_committed_ != rows_done * row_bytes_) throw MalformedRecord();
    if (file()) expect_heads(*file(), file()->part_path());
    heads_.clear();
    bytes_written_ = heads_bytes_ + fields_.size() * bytes_committed_;
}

/// The shards come from the last rows to the first.
void ArraySink::join(const ShardPart& part) {
    ByteReader reader(part.state);
    const auto bytes = reader.get<std::uint64_t>();
    if (bytes != part.rows * row_bytes_) throw MalformedRecord();
    expect_heads(*part.file, part.file->path());
    for (FieldValues& field : fields_) {
        const std::uint64_t offset = offset_of(field, part.first_row);
        field.crc = crc_of_both(reader.get<std::uint32_t>(), field.crc, bytes_committed_);
        bytes_.copy_at(offset, *part.file, offset, bytes);
        bytes_written_ += bytes;
    }
    reader.expect_end();
    bytes_committed_ += bytes;
}

std::string ArraySink::pack_strip(const Strip& strip, const ArrayPiece& piece) const {
    ByteWriter packed;
    for (const FieldValues& field : fields_)
        packed.put(piece.crc[field.place.field])
            .put_bytes(strip.data[field.place.field], piece.bytes);
    return packed.bytes();
}

void ArraySink::unpack_strip(const Strip& place, std::string_view bytes, ArrayPiece& piece) const {
    ByteReader reader(bytes);
    piece.first_row = place.first_row;
    piece.bytes = place.rows * row_bytes_;
    for (const FieldValues& field : fields_) {
        piece.crc[field.place.field] = reader.get<std::uint32_t>();
        bytes_.write_at(offset_of(field, piece.first_row), reader.get_bytes(piece.bytes).data(),
                        piece.bytes);
        bytes_written_ += piece.bytes;
    }
    reader.expect_end();
}

/// Another version of a library may have laid out the file that we go on with, or a part.
template <class File>
void ArraySink::expect_heads(const File& laid_out, const std::string& path) const {
    std::string bytes;
    for (const WrittenRange& head : heads_) {
        bytes.resize(head.size);
        laid_out.read_at(head.offset, bytes.data(), bytes.size());
        if (crc_of(bytes.data(), bytes.size()) == head.crc) continue;
        throw InputError(
            fmt::format("'{}' is laid out in another way, as by another version of libhdf5; go on "
                        "where it was rendered, or render all of it with one version",
                        path));
    }
}

std::unique_ptr<FileSink> array_sink(ByteSink bytes, const View& view, ArrayLayout layout) {
    return std::make_unique<ArraySink>(std::move(bytes), view, layout);
}

std::string member_name(Field field) { return identifier_of(name_of(field)); }

std::string identifier_of(std::string_view keyword) {
    std::string name(keyword);
    std::ranges::replace_if(
        name, [](unsigned char c) { return !std::isalnum(c); }, '_');
    return name;
}

}  // namespace gradscape::io
