// SPDX-License-Identifier: MIT
#include "host/io/array_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <utility>

#include "gradscape/error.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"
#include "host/io/shard_part.hpp"

namespace gradscape::io {
namespace {

struct ArrayPiece : Piece {
    std::size_t first_row = 0, bytes = 0;  ///< of the strip in each field
    FieldArray<std::uint32_t> crc;
};

class ArraySink : public SinkOf<ArrayPiece, FileSink> {
public:
    ArraySink(ByteSink bytes, const View& view, ArrayLayout layout)
        : row_bytes_(view.grid.cols() * size_of(view.precision)),
          size_(layout.size),
          bytes_(std::move(bytes)) {
        bytes_.reserve(size_);
        for (const ArrayLayout::Head& head : layout.heads) {
            bytes_.write_at(head.offset, head.bytes.data(), head.bytes.size());
            heads_.push_back(
                {head.offset, head.bytes.size(), crc_of(head.bytes.data(), head.bytes.size())});
            heads_bytes_ += head.bytes.size();
        }
        for (const ArrayLayout::Values& values : layout.fields) fields_.push_back({values, {}});
        bytes_written_ = heads_bytes_;
    }

    std::size_t piece_bytes(std::size_t) const override { return sizeof(ArrayPiece); }

    void encode_strip(const Strip& strip, bool /*first*/, ArrayPiece& piece) const override {
        piece.first_row = strip.first_row;
        piece.bytes = strip.rows * row_bytes_;
        for (const FieldValues& field : fields_) {
            const void* const values = strip.data[field.place.field];
            bytes_.write_at(offset_of(field, piece), values, piece.bytes);
            piece.crc[field.place.field] = crc_of(values, piece.bytes);
            bytes_written_ += piece.bytes;
        }
    }

    /// Strips come from the last rows to the first.
    void commit_strip(ArrayPiece& piece) override {
        for (FieldValues& field : fields_)
            field.written =
                joined({offset_of(field, piece), piece.bytes, piece.crc[field.place.field]},
                       field.written);
        bytes_committed_ += piece.bytes;
    }

    void finish() override { bytes_.complete(); }
    std::uint64_t bytes_written() const override { return bytes_written_; }

    AtomicFile* file() override { return bytes_.file(); }
    FileSize final_size() const override { return {size_, size_}; }

    SinkState save() override {
        SinkState saved{ByteWriter().put(bytes_committed_).bytes(), std::exchange(heads_, {}),
                        size_};
        for (FieldValues& field : fields_)
            saved.written.push_back(std::exchange(field.written, {}));
        return saved;
    }

    void restore(std::string_view state, std::uint64_t rows_done) override {
        ByteReader reader(state);
        bytes_committed_ = reader.get<std::uint64_t>();
        reader.expect_end();
        if (bytes_committed_ != rows_done * row_bytes_) throw MalformedRecord();
        if (file() && !has_heads(*file())) throw MalformedRecord();
        heads_.clear();
        bytes_written_ = heads_bytes_ + fields_.size() * bytes_committed_;
    }

    Travel travel() const override { return Travel::packed; }

    std::string pack_strip(const Strip& strip, const ArrayPiece& piece) const override {
        ByteWriter packed;
        for (const FieldValues& field : fields_)
            packed.put(piece.crc[field.place.field])
                .put_bytes(strip.data[field.place.field], piece.bytes);
        return packed.bytes();
    }

    void unpack_strip(const Strip& place, std::string_view bytes,
                      ArrayPiece& piece) const override {
        ByteReader reader(bytes);
        piece.first_row = place.first_row;
        piece.bytes = place.rows * row_bytes_;
        for (const FieldValues& field : fields_) {
            piece.crc[field.place.field] = reader.get<std::uint32_t>();
            bytes_.write_at(offset_of(field, piece), reader.get_bytes(piece.bytes).data(),
                            piece.bytes);
            bytes_written_ += piece.bytes;
        }
        reader.expect_end();
    }

    bool joins_shards() const override { return true; }

    void join(const ShardPart& part) override {
        ByteReader reader(part.state);
        const auto bytes = reader.get<std::uint64_t>();
        reader.expect_end();
        if (bytes != part.rows * row_bytes_) throw MalformedRecord();
        if (!has_heads(*part.file))
            throw InputError(
                fmt::format("'{}' is laid out in another way, as by another version of libhdf5; "
                            "merge where it was rendered, or render all shards with one version",
                            part.file->path()));
        for (const FieldValues& field : fields_) {
            const std::uint64_t offset = field.place.offset + part.first_row * row_bytes_;
            bytes_.copy_at(offset, part.file->descriptor(), offset, bytes);
            bytes_written_ += bytes;
        }
    }

private:
    struct FieldValues {
        ArrayLayout::Values place;
        WrittenRange written;  ///< since the last save()
    };

    std::uint64_t offset_of(const FieldValues& field, const ArrayPiece& piece) const {
        return field.place.offset + piece.first_row * row_bytes_;
    }

    /// Another version of a library may have laid out the file that we go on with, or a part.
    template <class File>
    bool has_heads(const File& laid_out) const {
        std::string bytes;
        return std::ranges::all_of(heads_, [&](const WrittenRange& head) {
            bytes.resize(head.size);
            laid_out.read_at(head.offset, bytes.data(), bytes.size());
            return crc_of(bytes.data(), bytes.size()) == head.crc;
        });
    }

    std::uint64_t row_bytes_, size_, heads_bytes_ = 0;
    std::uint64_t bytes_committed_ = 0;  ///< of each field
    std::vector<WrittenRange> heads_;    ///< since the last save()
    std::vector<FieldValues> fields_;
    ByteSink bytes_;
    mutable std::atomic<std::uint64_t> bytes_written_{0};
};

}  // namespace

std::unique_ptr<FileSink> array_sink(ByteSink bytes, const View& view, ArrayLayout layout) {
    return std::make_unique<ArraySink>(std::move(bytes), view, std::move(layout));
}

std::string member_name(Field field) { return identifier_of(name_of(field)); }

std::string identifier_of(std::string_view keyword) {
    std::string name(keyword);
    std::ranges::replace_if(
        name, [](unsigned char c) { return !std::isalnum(c); }, '_');
    return name;
}

}  // namespace gradscape::io
