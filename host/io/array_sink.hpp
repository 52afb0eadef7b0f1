// Values whose places in a file are known beforehand, each field's in one piece, in C order:
// `.npy`, `.npz`, `.vti`, HDF5. Threads write strips at their offsets, and nothing waits for its
// turn; checksums are combined strip by strip.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/byte_sink.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/sink.hpp"

namespace gradscape::io {

/// A file but for its values.
struct ArrayLayout {
    struct Head {
        std::uint64_t offset;
        std::string bytes;
    };
    struct Values {
        Field field;
        std::uint64_t offset;  ///< of row 0
    };
    std::vector<Head> heads;
    std::vector<Values> fields;
    std::uint64_t size = 0;
};

struct ArrayPiece : Piece {
    std::size_t first_row = 0, bytes = 0;  ///< of the strip in each field
    FieldArray<std::uint32_t> crc;
};

class ArraySink : public DurableSinkOf<ArrayPiece, FileSink> {
public:
    /// `behind`: bytes that finish() adds at the end.
    ArraySink(ByteSink bytes, const View& view, const ArrayLayout& layout,
              std::uint64_t behind = 0);

    std::size_t piece_bytes(std::size_t) const override { return sizeof(ArrayPiece); }
    std::size_t packed_bytes(std::size_t rows) const override;
    void finish() override { bytes_.complete(); }
    std::uint64_t bytes_written() const override { return bytes_written_; }
    AtomicFile* file() override { return bytes_.file(); }
    FileSize final_size() const override { return {size_, size_}; }

    SinkState save() override;
    void restore(std::string_view state, std::uint64_t rows_done) override;
    void join(const ShardPart& part) override;

protected:
    void encode_strip(const Strip& strip, bool first, ArrayPiece& piece) const override;
    void commit_strip(ArrayPiece& piece) override;
    std::string pack_strip(const Strip& strip, const ArrayPiece& piece) const override;
    void unpack_strip(const Strip& place, std::string_view bytes, ArrayPiece& piece) const override;

    /// Of all that was committed of a field, by its place in the layout.
    std::uint32_t crc_of_values(std::size_t field) const { return fields_[field].crc; }
    std::uint64_t bytes_committed() const { return bytes_committed_; }
    const ByteSink& bytes() const { return bytes_; }

private:
    struct FieldValues {
        ArrayLayout::Values place;
        std::uint32_t crc = 0;
        WrittenRange written = {};  ///< since the last save()
    };

    std::uint64_t offset_of(const FieldValues& field, std::size_t first_row) const {
        return field.place.offset + first_row * row_bytes_;
    }
    template <class File>
    void expect_heads(const File& laid_out, const std::string& path) const;

    std::uint64_t row_bytes_, size_, heads_bytes_ = 0;
    std::uint64_t bytes_committed_ = 0;  ///< of each field
    std::vector<WrittenRange> heads_;    ///< since the last save()
    std::vector<FieldValues> fields_;
    ByteSink bytes_;
    mutable std::atomic<std::uint64_t> bytes_written_{0};
};

std::unique_ptr<FileSink> array_sink(ByteSink bytes, const View& view, ArrayLayout layout);

/// A field's name in files: `_` for `-`.
std::string member_name(Field field);

/// `gradscape:parameters`, say, as a name that has letters, digits and `_` alone.
std::string identifier_of(std::string_view keyword);

}  // namespace gradscape::io
