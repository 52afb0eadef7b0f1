// All fields of a surface with its axes as `.npz`. The layout is known beforehand, so threads write
// the members' strips at offsets; checksums are combined strip by strip.
// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <span>
#include <utility>
#include <vector>

#include "gradscape/sinks.hpp"
#include "host/io/array_sink.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"
#include "host/io/npy_header.hpp"
#include "host/io/shard_part.hpp"
#include "host/io/stored_zip.hpp"

namespace gradscape::io {
namespace {

struct NpzPiece : Piece {
    std::size_t first_row = 0, bytes = 0;  ///< of the strip in each field
    FieldArray<std::uint32_t> crc;
};

class NpzSink : public SinkOf<NpzPiece, FileSink> {
public:
    NpzSink(ByteSink bytes, const View& view)
        : grid_(view.grid), real_bytes_(size_of(view.precision)), bytes_(std::move(bytes)) {
        write_axis("w_x", grid_.wx);
        write_axis("w_rec", grid_.wrec);
        for (Field field : view.fields) place_field(field);
        bytes_.reserve(zip_.directory_offset() + zip_.directory().size());
        for (const auto& [offset, content] : unwritten_)
            bytes_.write_at(offset, content.data(), content.size());
        unwritten_.clear();
    }

    std::size_t piece_bytes(std::size_t) const override { return sizeof(NpzPiece); }

    void encode_strip(const Strip& strip, bool /*first*/, NpzPiece& result) const override {
        const std::uint64_t row_bytes = grid_.cols() * real_bytes_;
        result.first_row = strip.first_row;
        result.bytes = strip.rows * row_bytes;
        for (const FieldMember& member : fields_) {
            const void* const values = strip.data[member.field];
            bytes_.write_at(member.values_offset + strip.first_row * row_bytes, values,
                            result.bytes);
            result.crc[member.field] = crc_of(values, result.bytes);
            bytes_written_ += result.bytes;
        }
    }

    /// Strips come from the last rows to the first.
    void commit_strip(NpzPiece& strip) override {
        const std::uint64_t offset = strip.first_row * grid_.cols() * real_bytes_;
        for (FieldMember& member : fields_) {
            const WrittenRange range{member.values_offset + offset, strip.bytes,
                                     strip.crc[member.field]};
            member.written = joined(range, member.written);
            member.crc = crc_of_both(range.crc, member.crc, bytes_committed_);
        }
        bytes_committed_ += strip.bytes;
    }

    void finish() override {
        for (const FieldMember& member : fields_)
            zip_.members()[member.index].crc =
                crc_of_both(member.header_crc, member.crc, bytes_committed_);
        for (const ZipMember& member : zip_.members()) {
            const std::string header = zip_.local_header(member);
            bytes_.write_at(member.header_offset, header.data(), header.size());
        }
        const std::string directory = zip_.directory();
        bytes_.write_at(zip_.directory_offset(), directory.data(), directory.size());
        bytes_.complete();
    }

    std::uint64_t bytes_written() const override { return bytes_written_; }

    AtomicFile* file() override { return bytes_.file(); }
    FileSize final_size() const override {
        return {zip_.directory_offset(), zip_.directory_offset()};
    }

    SinkState save() override {
        SinkState saved{{}, std::exchange(heads_, {}), zip_.directory_offset()};
        ByteWriter state;
        state.put(bytes_committed_);
        for (FieldMember& member : fields_) {
            state.put(member.crc);
            saved.written.push_back(std::exchange(member.written, {}));
        }
        saved.state = state.bytes();
        return saved;
    }

    void restore(std::string_view state, std::uint64_t rows_done) override {
        ByteReader reader(state);
        bytes_committed_ = reader.get<std::uint64_t>();
        for (FieldMember& member : fields_) member.crc = reader.get<std::uint32_t>();
        reader.expect_end();
        if (bytes_committed_ != rows_done * grid_.cols() * real_bytes_) throw MalformedRecord();
        heads_.clear();
        bytes_written_ += fields_.size() * bytes_committed_;
    }

    Travel travel() const override { return Travel::packed; }

    std::string pack_strip(const Strip& strip, const NpzPiece& piece) const override {
        ByteWriter packed;
        for (const FieldMember& member : fields_)
            packed.put(piece.crc[member.field]).put_bytes(strip.data[member.field], piece.bytes);
        return packed.bytes();
    }

    void unpack_strip(const Strip& place, std::string_view bytes, NpzPiece& result) const override {
        const std::uint64_t row_bytes = grid_.cols() * real_bytes_;
        ByteReader reader(bytes);
        result.first_row = place.first_row;
        result.bytes = place.rows * row_bytes;
        for (const FieldMember& member : fields_) {
            result.crc[member.field] = reader.get<std::uint32_t>();
            bytes_.write_at(member.values_offset + place.first_row * row_bytes,
                            reader.get_bytes(result.bytes).data(), result.bytes);
            bytes_written_ += result.bytes;
        }
        reader.expect_end();
    }

    bool joins_shards() const override { return true; }

    /// The shards come from the last rows to the first.
    void join(const ShardPart& part) override {
        const std::uint64_t row_bytes = grid_.cols() * real_bytes_;
        ByteReader reader(part.state);
        const auto bytes = reader.get<std::uint64_t>();
        if (bytes != part.rows * row_bytes) throw MalformedRecord();
        for (FieldMember& member : fields_) {
            const std::uint64_t offset = member.values_offset + part.first_row * row_bytes;
            bytes_.copy_at(offset, part.file->descriptor(), offset, bytes);
            member.crc = crc_of_both(reader.get<std::uint32_t>(), member.crc, bytes_committed_);
            bytes_written_ += bytes;
        }
        reader.expect_end();
        bytes_committed_ += bytes;
    }

private:
    struct FieldMember {
        Field field;
        std::size_t index;            ///< among the zip's members
        std::uint64_t values_offset;  ///< of row 0 in the file
        std::uint32_t header_crc, crc;
        WrittenRange written;  ///< since the last save()
    };

    void write_axis(const std::string& name, const Axis& axis) {
        const std::vector<double> values = axis.values();
        const std::array shape{values.size()};
        std::string content = npy_header(sizeof(double), shape);
        content.append(reinterpret_cast<const char*>(values.data()),
                       values.size() * sizeof(double));
        const ZipMember& member = zip_.place(name + ".npy", content.size());
        zip_.members().back().crc = write_head(member.data_offset, content);
        bytes_written_ += content.size();
    }

    void place_field(Field field) {
        const std::array shape{grid_.rows(), grid_.cols()};
        const std::string header = npy_header(real_bytes_, shape);
        const ZipMember& member =
            zip_.place(member_name(field) + ".npy",
                       header.size() + std::uint64_t{grid_.cells()} * real_bytes_);
        const std::uint64_t values_offset = member.data_offset + header.size();
        const std::uint32_t crc = write_head(member.data_offset, header);
        fields_.push_back({field, zip_.members().size() - 1, values_offset, crc, 0, {}});
    }

    /// What is known before the first strip; gives its crc.
    std::uint32_t write_head(std::uint64_t offset, const std::string& content) {
        unwritten_.emplace_back(offset, content);
        heads_.push_back({offset, content.size(), crc_of(content.data(), content.size())});
        return heads_.back().crc;
    }

    Grid grid_;
    std::size_t real_bytes_;
    ByteSink bytes_;
    StoredZip zip_;
    std::vector<FieldMember> fields_;
    std::vector<WrittenRange> heads_;                               ///< since the last save()
    std::vector<std::pair<std::uint64_t, std::string>> unwritten_;  ///< heads, until all are known
    std::uint64_t bytes_committed_ = 0;                             ///< of each field
    mutable std::atomic<std::uint64_t> bytes_written_{0};
};

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::unique_ptr<FileSink> npz_sink(ByteSink bytes, const View& view) {
    return std::make_unique<io::NpzSink>(std::move(bytes), view);
}

}  // namespace gradscape
