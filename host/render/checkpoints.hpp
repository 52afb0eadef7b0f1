// Records how far all sinks are while a render goes on.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <span>

#include "gradscape/strips.hpp"
#include "host/io/journal_file.hpp"

namespace gradscape::rendering {

class Checkpoints : public CommitListener {
public:
    /// `last`: where the render of these rows goes on; `kept`: in the end, too, the parts are what
    /// there is of it.
    Checkpoints(const RowRange& range, bool kept, std::span<Sink* const> sinks,
                io::JournalFile& journal, const io::JournalRecord& last, CommitListener* listener);

    void begin() override;
    void end(const Strip& strip) override;

    /// After a run that did not end well: saves what can be saved. The rows that are safe.
    std::uint64_t suspend();

    /// Of work, earlier runs included.
    double seconds() const;

private:
    double seconds_now() const;
    void save_all(bool durable);

    RowRange range_;
    bool kept_;
    std::span<Sink* const> sinks_;
    io::JournalFile& journal_;
    CommitListener* listener_;  ///< the run's own; null: none
    std::uint64_t rows_done_, rows_saved_;
    double seconds_before_, last_save_ = 0, last_sync_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool consistent_ = true;  ///< all sinks have the same strips
};

}  // namespace gradscape::rendering
