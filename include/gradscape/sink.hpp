// A consumer of strips: a file, a picture, statistics. Sinks see what a source gives and evaluate
// nothing themselves.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/source.hpp"

namespace gradscape {

class AtomicFile;
class DurableSink;
class FileSink;
namespace io {
struct ShardPart;
}

/// What a sink makes of one strip. Reused from strip to strip, so that buffers are allocated once.
struct Piece {
    virtual ~Piece() = default;
};

class Sink {
public:
    virtual ~Sink() = default;

    virtual std::unique_ptr<Piece> make_piece() const = 0;
    /// Bytes that a piece holds for a strip of so many rows; for the memory budget.
    virtual std::size_t piece_bytes(std::size_t rows) const = 0;
    /// Many threads at once, strips in any order. A strip comes whole, or, where the source has
    /// blocks, block by block from the highest rows down; `first`: with its highest rows. What the
    /// strip points to is valid during the call only.
    virtual void encode(const Strip& strip, bool first, Piece& piece) const = 0;
    /// In strip order, one at a time.
    virtual void commit(Piece& piece) = 0;
    /// After the last strip of all sinks: the result is complete.
    virtual void finish() {}

    /// Whether encode() makes use of the strip's statistics, if the evaluator knows them.
    virtual StatisticsUse statistics_use() const { return StatisticsUse::none; }

    virtual DurableSink* as_durable() { return nullptr; }
    virtual FileSink* as_file() { return nullptr; }
};

/// A stretch of a sink's file, with zlib's crc32 of its bytes.
struct WrittenRange {
    std::uint64_t offset = 0, size = 0;
    std::uint32_t crc = 0;
};

/// All that a sink needs to go on after its last commit(), and where the commits since the last
/// save() went: what is written once and never changed, to be verified before going on.
struct SinkState {
    std::string state;
    std::vector<WrittenRange> written;
    std::uint64_t file_size = 0;
};

/// What a sink has besides whose work may be in parts: of an earlier run, of shards, of other
/// ranks. The library's files and statistics are durable (their types' details, ShardPart and
/// MalformedRecord, are not installed). A sink that is not is refused where a render is sharded or
/// shared by ranks; a file that is not is never resumed; what else is not sees the rows of the
/// resumed run alone.
class DurableSink {
public:
    virtual ~DurableSink() = default;

    /// For renders that can be resumed (gradscape/resume.hpp); called between commits.
    virtual SinkState save() = 0;
    /// Before the first commit: as it was at that save(), with the uppermost `rows_done` rows
    /// committed. Its file was cut to the size then. MalformedRecord where the state is not of
    /// these rows.
    virtual void restore(std::string_view state, std::uint64_t rows_done) = 0;

    /// In place of commits: what another sink like this one made of the next rows, from the highest
    /// down (gradscape/shard.hpp). MalformedRecord where its state is not of these rows.
    virtual void join(const io::ShardPart& part) = 0;

    /// How a rank's piece of a strip reaches rank 0 (gradscape/ranks.hpp): after encode() of a
    /// whole strip, its piece as bytes.
    virtual std::string pack(const Strip& strip, const Piece& piece) const = 0;
    /// In another process: the same piece. Many threads at once. MalformedRecord where the bytes
    /// are not of this strip.
    virtual void unpack(const Strip& place, std::string_view bytes, Piece& piece) const = 0;
    /// Bytes that pack() makes of a strip of so many rows, or some more; for the memory budget.
    virtual std::size_t packed_bytes(std::size_t rows) const = 0;
};

/// Of a finished file, as far as that can be known beforehand.
struct FileSize {
    std::uint64_t least = 0, most = 0;
};

/// A sink whose result is a file, or bytes in memory or to a stream.
class FileSink : public Sink {
public:
    /// Null: no file.
    virtual AtomicFile* file() = 0;
    virtual FileSize final_size() const = 0;
    virtual std::uint64_t bytes_written() const = 0;
    /// After finish() of all sinks: a file appears under its final name.
    virtual void publish();

    FileSink* as_file() final { return this; }
};

/// The sink's own kind of piece, in place of casts.
template <class OwnPiece, class Base = Sink>
class SinkOf : public Base {
public:
    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<OwnPiece>(); }
    void encode(const Strip& strip, bool first, Piece& piece) const final {
        encode_strip(strip, first, static_cast<OwnPiece&>(piece));
    }
    void commit(Piece& piece) final { commit_strip(static_cast<OwnPiece&>(piece)); }

protected:
    virtual void encode_strip(const Strip& strip, bool first, OwnPiece& piece) const = 0;
    virtual void commit_strip(OwnPiece& piece) = 0;
};

template <class OwnPiece, class Base = Sink>
class DurableSinkOf : public SinkOf<OwnPiece, Base>, public DurableSink {
public:
    DurableSink* as_durable() final { return this; }
    std::string pack(const Strip& strip, const Piece& piece) const final {
        return pack_strip(strip, static_cast<const OwnPiece&>(piece));
    }
    void unpack(const Strip& place, std::string_view bytes, Piece& piece) const final {
        unpack_strip(place, bytes, static_cast<OwnPiece&>(piece));
    }
    std::size_t packed_bytes(std::size_t rows) const override { return this->piece_bytes(rows); }

protected:
    virtual std::string pack_strip(const Strip& strip, const OwnPiece& piece) const = 0;
    virtual void unpack_strip(const Strip& place, std::string_view bytes,
                              OwnPiece& piece) const = 0;
};

}  // namespace gradscape
