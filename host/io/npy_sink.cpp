// A field as `.npy`: every strip has its place in the file, so threads write at offsets and nothing
// waits for its turn.
// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <utility>

#include "gradscape/sinks.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"
#include "host/io/npy_header.hpp"
#include "host/io/shard_part.hpp"

namespace gradscape::io {
namespace {

struct NpyPiece : Piece {
    WrittenRange strip;
};

class NpySink : public SinkOf<NpyPiece, FileSink> {
public:
    NpySink(ByteSink bytes, const View& view, Field field)
        : field_(field),
          real_bytes_(size_of(view.precision)),
          row_bytes_(view.grid.cols() * real_bytes_),
          values_bytes_(view.grid.rows() * row_bytes_),
          bytes_(std::move(bytes)) {
        const std::array shape{view.grid.rows(), view.grid.cols()};
        const std::string header = npy_header(real_bytes_, shape);
        header_bytes_ = header.size();
        bytes_.reserve(header_bytes_ + values_bytes_);
        bytes_.write_at(0, header.data(), header.size());
        header_ = {0, header_bytes_, crc_of(header.data(), header_bytes_)};
        bytes_written_ = header_bytes_;
    }

    std::size_t piece_bytes(std::size_t) const override { return sizeof(NpyPiece); }

    void encode_strip(const Strip& strip, bool /*first*/, NpyPiece& piece) const override {
        const void* values = strip.data[field_];
        WrittenRange& range = piece.strip;
        range.offset = header_bytes_ + strip.first_row * row_bytes_;
        range.size = strip.rows * row_bytes_;
        range.crc = crc_of(values, range.size);
        bytes_.write_at(range.offset, values, range.size);
        bytes_written_ += range.size;
    }

    /// Strips come from the last rows to the first.
    void commit_strip(NpyPiece& piece) override {
        written_ = joined(piece.strip, written_);
        bytes_committed_ += piece.strip.size;
    }

    void finish() override { bytes_.complete(); }
    std::uint64_t bytes_written() const override { return bytes_written_; }

    AtomicFile* file() override { return bytes_.file(); }
    FileSize final_size() const override {
        return {header_bytes_ + values_bytes_, header_bytes_ + values_bytes_};
    }

    SinkState save() override {
        return {ByteWriter().put(bytes_committed_).bytes(),
                {std::exchange(header_, {}), std::exchange(written_, {})},
                header_bytes_ + values_bytes_};
    }

    void restore(std::string_view state, std::uint64_t rows_done) override {
        ByteReader reader(state);
        bytes_committed_ = reader.get<std::uint64_t>();
        reader.expect_end();
        if (bytes_committed_ != rows_done * row_bytes_) throw MalformedRecord();
        header_ = {};
        bytes_written_ = header_bytes_ + bytes_committed_;
    }

    bool joins_shards() const override { return true; }

    void join(const ShardPart& part) override {
        ByteReader reader(part.state);
        const auto bytes = reader.get<std::uint64_t>();
        reader.expect_end();
        if (bytes != part.rows * row_bytes_) throw MalformedRecord();
        const std::uint64_t offset = header_bytes_ + part.first_row * row_bytes_;
        bytes_.copy_at(offset, part.file->descriptor(), offset, bytes);
        bytes_written_ += bytes;
    }

private:
    Field field_;
    std::size_t real_bytes_, header_bytes_ = 0;
    std::uint64_t row_bytes_, values_bytes_, bytes_committed_ = 0;
    WrittenRange header_, written_;  ///< since the last save()
    ByteSink bytes_;
    mutable std::atomic<std::uint64_t> bytes_written_{0};
};

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::unique_ptr<FileSink> npy_sink(ByteSink bytes, const View& view, Field field) {
    return std::make_unique<io::NpySink>(std::move(bytes), view, field);
}

}  // namespace gradscape
