// Shards verified, one after the other, and then put together.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/shard.hpp"
#include "gradscape/sink.hpp"
#include "gradscape/stop.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/disk_space.hpp"
#include "host/io/journal_file.hpp"
#include "host/io/part_file.hpp"
#include "host/render/part_names.hpp"

namespace gradscape::rendering {
namespace {

/// A shard that cannot be merged; caught where shards are looked through.
struct Faulty {
    std::string text;
    ShardFault::Kind kind = ShardFault::Kind::unfit;
};

class Merge {
public:
    Merge(const MergeInput& input, const Grid& grid, std::span<Sink* const> sinks,
          const Context& context)
        : input_(input),
          grid_(grid),
          sinks_(sinks),
          context_(context),
          progress_{0, grid.cells(), 0, 0, false} {}

    std::vector<ShardFault> verify() {
        std::vector<ShardFault> faults;
        for (std::size_t index = 1; index <= input_.count; ++index) {
            const Shard shard{index, input_.count};
            check_stop();
            try {
                journal_ends_.push_back(0);
                journal_ends_.back() = verify(shard);
            } catch (const Faulty& fault) {
                faults.push_back({index, fault.kind, fault.text});
            } catch (const io::JournalInUse& error) {
                faults.push_back({index, ShardFault::Kind::in_use, error.what()});
            } catch (const InputError& error) {  // its journal is malformed
                faults.push_back({index, ShardFault::Kind::unfit, error.what()});
            } catch (const RunError& error) {
                faults.push_back({index, ShardFault::Kind::unreadable, error.what()});
            }
            advance(shard);
        }
        return faults;
    }

    /// From the top down, as a render commits its strips.
    void join() {
        for (std::size_t index = 1; index <= input_.count; ++index) {
            join({index, input_.count});
            advance({index, input_.count});
        }
    }

    void end_progress() {
        progress_.ended = true;
        if (context_.progress) context_.progress(progress_);
    }

private:
    RowRange rows_of(const Shard& shard) const {
        return input_.rows_of ? input_.rows_of(shard) : gradscape::rows_of(shard, grid_);
    }

    std::string journal_path(const Shard& shard) const {
        return journal_of(part_path(input_.journals_of, shard));
    }

    std::string part_of(Sink& sink, const Shard& shard) const {
        return part_path(sink.as_file()->file()->path(), shard);
    }

    /// Empty: there is none.
    std::string part_without_journal(const Shard& shard) const {
        for (Sink* const sink : sinks_)
            if (sink->as_file() && exists(part_of(*sink, shard))) return part_of(*sink, shard);
        return {};
    }

    /// Where its journal ends.
    std::uint64_t verify(const Shard& shard) const {
        const std::string path = journal_path(shard);
        if (!exists(path)) {
            if (const std::string left = part_without_journal(shard); !left.empty())
                throw Faulty{fmt::format("has '{}', but no journal that tells of it", left)};
            throw Faulty{"missing", ShardFault::Kind::missing};
        }
        io::JournalFile journal(path, io::JournalFile::Use::read);
        const auto parameters = journal.read_parameters();
        if (!parameters) throw Faulty{fmt::format("damaged: '{}' has no beginning", path)};
        const std::string difference = input_.difference(*parameters, shard);
        if (!difference.empty()) throw Faulty{difference};
        const std::uint64_t rows = rows_of(shard).rows();
        std::uint64_t rows_done = 0;
        while (const auto record = journal.read_record()) {
            if (record->sinks.size() != sinks_.size() || record->rows_done <= rows_done ||
                record->rows_done > rows)
                journal.fail_damaged(journal.end());
            rows_done = record->rows_done;
            verify_parts(*record, shard);
        }
        if (rows_done < rows)
            throw Faulty{
                fmt::format("unfinished, with {:.3g} % of its rows",
                            100 * static_cast<double>(rows_done) / static_cast<double>(rows)),
                ShardFault::Kind::unfinished};
        return journal.end();
    }

    void verify_parts(const io::JournalRecord& record, const Shard& shard) const {
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            if (!sinks_[s]->as_file()) continue;
            const std::string part = part_of(*sinks_[s], shard);
            if (!exists(part)) throw Faulty{fmt::format("missing: there is no '{}'", part)};
            if (const auto bad = io::check_part(part, record.sinks[s].written))
                throw Faulty{fmt::format("damaged: '{}' between bytes {} and {}", part, bad->offset,
                                         bad->end)};
        }
    }

    void join(const Shard& shard) {
        io::JournalFile journal(journal_path(shard), io::JournalFile::Use::read);
        io::JournalRecord last;
        journal.read_parameters();
        while (auto record = journal.read_record()) last = std::move(*record);
        if (journal.end() != journal_ends_[shard.index - 1])
            throw RunError(
                fmt::format("'{}' was changed while it was merged; merge again", journal.path()));
        const RowRange rows = rows_of(shard);
        if (rows.rows() == 0) return;
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            std::optional<io::PartFile> file;
            if (sinks_[s]->as_file()) file.emplace(part_of(*sinks_[s], shard));
            try {
                sinks_[s]->as_durable()->join(
                    {last.sinks[s].state, rows.first, rows.rows(), file ? &*file : nullptr});
            } catch (const io::MalformedRecord&) {
                throw InputError(
                    fmt::format("'{}' is damaged: its state does not fit its rows; "
                                "render this shard again",
                                journal.path()));
            }
        }
    }

    /// Each shard is gone through twice.
    void advance(const Shard& shard) {
        half_cells_ += rows_of(shard).rows() * grid_.cols();
        progress_.done = half_cells_ / 2;
        progress_.bytes_written = 0;
        for (Sink* sink : sinks_)
            if (const FileSink* file = sink->as_file())
                progress_.bytes_written += file->bytes_written();
        if (context_.progress) context_.progress(progress_);
    }

    const MergeInput& input_;
    const Grid& grid_;
    std::span<Sink* const> sinks_;
    const Context& context_;
    RunProgress progress_;
    std::uint64_t half_cells_ = 0;
    std::vector<std::uint64_t> journal_ends_;
};

void check_mergeable(std::span<Sink* const> sinks) {
    for (Sink* sink : sinks) {
        if (!sink->as_durable())
            throw InputError("shards of a file of this kind cannot be merged; render it whole");
        if (sink->as_file() && !sink->as_file()->file())
            throw InputError(
                "cannot merge shards: memory or a stream is no file, beside which they would lie");
    }
}

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

std::vector<ShardFault> merge_shards(const MergeInput& input, const Grid& grid,
                                     std::span<Sink* const> sinks, const Context& context) {
    const StopScope scope(context.stop);
    if (input.count == 0 || !input.difference)
        throw InputError("a merge has one shard or more, and is told which parameters are wanted");
    rendering::check_mergeable(sinks);
    rendering::Merge merge(input, grid, sinks, context);
    std::vector<ShardFault> faults = merge.verify();
    if (faults.empty()) {
        io::check_disk_space(sinks, context, grid.rows(), {0, grid.rows()});
        merge.join();
        for (Sink* sink : sinks) sink->finish();
        for (Sink* sink : sinks)
            if (FileSink* file = sink->as_file()) file->publish();
    }
    merge.end_progress();
    return faults;
}

}  // namespace gradscape
