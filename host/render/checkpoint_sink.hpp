// Records how far all sinks are while a render goes on: a sink itself, the last of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <span>

#include "gradscape/strips.hpp"
#include "host/io/journal_file.hpp"

namespace gradscape {

class CheckpointSink : public Sink {
public:
    /// `last`: where the render goes on.
    CheckpointSink(const SurfaceRequest& request, std::span<Sink* const> sinks,
                   JournalFile& journal, const JournalRecord& last);

    std::unique_ptr<Piece> make_piece() const override;
    std::size_t piece_bytes(std::size_t rows) const override;
    void encode(const Strip& strip, Piece& piece) const override;
    /// All sinks have the same strips now.
    void commit(Piece& piece) override;
    void finish() override {}
    std::uint64_t bytes_written() const override { return 0; }

    /// The first of the sinks: from its commit() on they differ.
    Sink& opening() { return opening_; }

    /// After a run that did not end well: saves what can be saved. The rows that are safe.
    std::uint64_t suspend();

    /// Of work, earlier runs included.
    double seconds() const;

private:
    struct Opening : Sink {
        explicit Opening(bool& consistent) : consistent_(consistent) {}
        std::unique_ptr<Piece> make_piece() const override { return std::make_unique<Piece>(); }
        std::size_t piece_bytes(std::size_t) const override { return sizeof(Piece); }
        void encode(const Strip&, Piece&) const override {}
        void commit(Piece&) override { consistent_ = false; }
        void finish() override {}
        std::uint64_t bytes_written() const override { return 0; }
        bool& consistent_;
    };

    double seconds_now() const;
    void save(bool durable);

    std::size_t grid_rows_;
    std::span<Sink* const> sinks_;
    JournalFile& journal_;
    std::uint64_t rows_done_, rows_saved_;
    double seconds_before_, last_save_ = 0, last_sync_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool consistent_ = true;
    Opening opening_{consistent_};
};

}  // namespace gradscape
