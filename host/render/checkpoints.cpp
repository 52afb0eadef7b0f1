// SPDX-License-Identifier: MIT
#include "host/render/checkpoints.hpp"

#include <algorithm>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"

namespace gradscape::rendering {
namespace {

// Seconds between checkpoints: what a kill may cost. A hundredth of the time so far keeps the
// journal of a long render small.
constexpr double min_interval = 0.025, interval_of_run = 0.01;
constexpr double sync_interval = 10;  // what a power cut may cost

}  // namespace

Checkpoints::Checkpoints(const RowRange& range, bool kept, std::span<Sink* const> sinks,
                         io::JournalFile& journal, const io::JournalRecord& last,
                         CommitListener* listener)
    : range_(range),
      kept_(kept),
      sinks_(sinks),
      journal_(journal),
      listener_(listener),
      rows_done_(last.rows_done),
      rows_saved_(last.rows_done),
      seconds_before_(last.seconds) {}

void Checkpoints::begin() {
    consistent_ = false;
    if (listener_) listener_->begin();
}

void Checkpoints::end(const Strip& strip) {
    if (listener_) listener_->end(strip);
    rows_done_ = range_.end - strip.first_row;
    consistent_ = true;
    const double now = seconds_now();
    const bool ended = rows_done_ == range_.rows();
    if (ended || now - last_save_ > std::max(min_interval, interval_of_run * now))
        save_all((ended && kept_) || now - last_sync_ > sync_interval);
}

std::uint64_t Checkpoints::suspend() {
    try {
        if (consistent_ && rows_done_ > rows_saved_) save_all(true);
    } catch (const std::exception&) {
        // What was saved before still counts.
    }
    return rows_saved_;
}

double Checkpoints::seconds() const { return seconds_before_ + seconds_now(); }

double Checkpoints::seconds_now() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Checkpoints::save_all(bool durable) {
    consistent_ = false;  // unless all goes well: a sink says only once what it has written
    io::JournalRecord record{rows_done_, seconds(), durable, {}};
    for (Sink* sink : sinks_) {
        DurableSink* const saved = sink->as_durable();
        record.sinks.push_back(saved ? saved->save() : SinkState{});
    }
    for (Sink* sink : sinks_)
        if (FileSink* file = sink->as_file(); durable && file) file->file()->sync();
    const std::uint64_t end = journal_.end();
    try {
        journal_.append(record);
        if (durable) journal_.sync();
    } catch (const RunError&) {
        journal_.cut(end);
        throw;
    }
    rows_saved_ = rows_done_;
    last_save_ = seconds_now();
    if (durable) last_sync_ = last_save_;
    consistent_ = true;
}

}  // namespace gradscape::rendering
