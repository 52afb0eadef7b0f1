// Records how far all sinks are while a render goes on: a sink itself, the last of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <span>

#include "gradscape/strips.hpp"
#include "host/io/journal_file.hpp"

namespace gradscape::rendering {

/// The lowest row of a strip.
struct PlacePiece : Piece {
    std::size_t first_row = 0;
};

class CheckpointSink : public SinkOf<PlacePiece> {
public:
    /// `last`: where the render of these rows goes on; `kept`: in the end, too, the parts are what
    /// there is of it.
    CheckpointSink(const RowRange& range, bool kept, std::span<Sink* const> sinks,
                   io::JournalFile& journal, const io::JournalRecord& last);

    std::size_t piece_bytes(std::size_t) const override { return sizeof(PlacePiece); }
    Travel travel() const override { return Travel::as_place; }

    /// The first of the sinks: from its commit() on they differ.
    Sink& opening() { return opening_; }

    /// After a run that did not end well: saves what can be saved. The rows that are safe.
    std::uint64_t suspend();

    /// Of work, earlier runs included.
    double seconds() const;

protected:
    void encode_strip(const Strip& strip, bool first, PlacePiece& place) const override;
    /// All sinks have the same strips now.
    void commit_strip(PlacePiece& place) override;

private:
    struct Opening : SinkOf<Piece> {
        explicit Opening(bool& consistent) : consistent_(consistent) {}
        std::size_t piece_bytes(std::size_t) const override { return sizeof(Piece); }
        Travel travel() const override { return Travel::as_place; }
        void encode_strip(const Strip&, bool, Piece&) const override {}
        void commit_strip(Piece&) override { consistent_ = false; }
        bool& consistent_;
    };

    double seconds_now() const;
    void save_all(bool durable);

    RowRange range_;
    bool kept_;
    std::span<Sink* const> sinks_;
    io::JournalFile& journal_;
    std::uint64_t rows_done_, rows_saved_;
    double seconds_before_, last_save_ = 0, last_sync_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool consistent_ = true;
    Opening opening_{consistent_};
};

}  // namespace gradscape::rendering
