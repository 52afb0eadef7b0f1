// What an interrupted render has left, and going on from there.
// A checkpoint is written only after the bytes it speaks of, and holds their checksums: whatever a
// crash has left, the last checkpoint whose bytes are all there is where the render goes on.
// SPDX-License-Identifier: MIT
#include "gradscape/resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/transaction.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/disk_space.hpp"
#include "host/io/file_identity.hpp"
#include "host/io/journal_file.hpp"
#include "host/io/part_file.hpp"
#include "host/render/checkpoints.hpp"
#include "host/render/part_names.hpp"

namespace gradscape::rendering {
namespace {

constexpr double worth_keeping = 10;  // seconds of work that a run which does not resume spares

/// Null: memory or a stream.
[[noreturn]] void fail_no_file(std::string_view task, const AtomicFile* file) {
    throw InputError(fmt::format("cannot {}: {} is no file", task,
                                 file ? fmt::format("'{}'", file->path()) : "memory or a stream"));
}

AtomicFile* file_of(Sink* sink) {
    FileSink* const file_sink = sink->as_file();
    return file_sink ? file_sink->file() : nullptr;
}

class ResumableRender {
public:
    ResumableRender(const Source& source, std::span<Sink* const> sinks, const StripOptions& options,
                    const ResumeOptions& resume_options)
        : source_(source),
          options_(options),
          resume_options_(resume_options),
          range_(options.rows_of(source.grid())),
          sinks_(sinks.begin(), sinks.end()),
          transaction_(files().front()->transaction()),
          first_part_(files().front()->part_path()),
          journal_(std::make_shared<io::JournalFile>(journal_path())) {
        if (!resume_options.resume)
            spare_what_is_left();
        else if (auto left = find_last_record())
            go_on_from(std::move(*left));
        if (last_.rows_done == 0) start();
    }

    void run() {
        const bool is_shard = options_.only.has_value();
        Checkpoints checkpoints(range_, is_shard, sinks_, *journal_, last_, options_.commits);
        const std::vector<std::string> parts = part_paths();
        options_.commits = &checkpoints;
        options_.rows_done = last_.rows_done;
        try {
            run_strips(source_, sinks_, options_);
        } catch (const Interrupted& error) {
            throw Interrupted(error.what() + how_to_go_on(suspend(checkpoints)));
        } catch (const RunError& error) {
            throw RunError(error.what() + how_to_go_on(suspend(checkpoints)));
        } catch (const InputError& error) {  // of another rank
            throw InputError(error.what() + how_to_go_on(suspend(checkpoints)));
        } catch (...) {
            suspend(checkpoints);
            throw;
        }
        if (is_shard) return keep_names(parts);
        const double seconds = checkpoints.seconds();
        const auto clear = [journal = journal_, parts, seconds, context = Context(options_),
                            resuming = resume_options_.resuming](bool published) {
            if (published || seconds < worth_keeping)
                remove_all(*journal, parts);
            else
                context.tell(fmt::format("'{}' keeps all of the render: {} goes on from there",
                                         parts.front(), resuming));
        };
        if (transaction_)
            transaction_->when_published(clear);
        else
            clear(true);
    }

private:
    std::vector<AtomicFile*> files() const {
        std::vector<AtomicFile*> files;
        for (Sink* sink : sinks_)
            if (AtomicFile* file = file_of(sink)) files.push_back(file);
        return files;
    }

    std::vector<std::string> part_paths() const {
        std::vector<std::string> paths;
        for (const AtomicFile* file : files()) paths.push_back(file->part_path());
        return paths;
    }

    /// A shard is its parts; their bytes are on the disk, and now their names, too.
    static void keep_names(const std::vector<std::string>& parts) {
        std::set<std::string> folders;
        for (const std::string& part : parts) folders.insert(io::folder_of(part));
        for (const std::string& folder : folders) io::sync_folder(folder);
    }

    /// Nothing is left to resume.
    static void remove_all(io::JournalFile& journal, const std::vector<std::string>& parts) {
        std::error_code ignored;
        journal.cut(0);  // an empty journal owns what lies beside it, whenever we are killed
        for (const std::string& part : parts) std::filesystem::remove(part, ignored);
        journal.remove();
    }

    /// Part files without a journal are not ours.
    std::string journal_path() const {
        std::string path = journal_of(first_part_);
        for (const AtomicFile* file : files())
            if (!exists(path) && exists(file->part_path())) fail_in_the_way(*file);
        return path;
    }

    [[noreturn]] static void fail_in_the_way(const AtomicFile& file) {
        throw InputError(fmt::format(
            "'{}' is in the way, and was not left by a render of these outputs; move it away",
            file.part_path()));
    }

    std::string percentage(std::uint64_t rows) const {
        return fmt::format("{:.3g} %",
                           100 * static_cast<double>(rows) / static_cast<double>(range_.rows()));
    }

    /// What an earlier render has left.
    struct Left {
        bool is_ours = false;  ///< of these outputs, or being cleared
        io::JournalRecord last;
    };
    Left find_left() {
        Left left;
        try {
            const auto parameters = journal_->read_parameters();
            left.is_ours = !parameters || same_outputs(*parameters);
            while (auto record = parameters ? journal_->read_record() : std::nullopt)
                left.last = std::move(*record);
        } catch (const io::MalformedJournal&) {
            left.last = {};  // of no use to anyone
        }
        return left;
    }

    /// Where this run does not resume.
    void spare_what_is_left() {
        const Left left = find_left();
        spare_work(left.last);
        if (!left.is_ours) spare_foreign_parts();
    }

    /// An earlier render's work is replaced only where it is little. Its first part may have its
    /// name already, and others not yet.
    void spare_work(const io::JournalRecord& last) {
        const std::vector<std::string> parts = part_paths();
        const auto part = std::ranges::find_if(parts, exists);
        if (last.rows_done == 0 || part == parts.end()) return;
        if (last.seconds >= worth_keeping)
            throw InputError(fmt::format(
                "'{}' keeps {} of an interrupted render, {:.0f} s of work: {} goes on from there; "
                "or remove it to start anew",
                *part, percentage(last.rows_done), last.seconds, resume_options_.resuming));
        options_.tell(fmt::format("replacing '{}' of an interrupted render ({})", *part,
                                  percentage(last.rows_done)));
    }

    /// The journal owns its first output's part. Another one beside it is replaced where the
    /// journal is of these very outputs; where it is of others, whose is it?
    void spare_foreign_parts() {
        for (const AtomicFile* file : files())
            if (file->part_path() != first_part_ && exists(file->part_path()))
                fail_in_the_way(*file);
    }

    bool same_outputs(std::string_view parameters) const {
        return resume_options_.same_outputs ? resume_options_.same_outputs(parameters)
                                            : parameters == resume_options_.parameters;
    }

    std::string difference(std::string_view parameters) const {
        if (resume_options_.difference) return resume_options_.difference(parameters);
        return parameters == resume_options_.parameters ? "" : "other parameters";
    }

    std::optional<io::JournalRecord> find_last_record() {
        const auto parameters = journal_->read_parameters();
        if (!parameters) return {};
        const std::string difference = this->difference(*parameters);
        if (!difference.empty())
            throw InputError(
                fmt::format("cannot resume: '{}' was begun with {}; give the same options, or "
                            "remove it and '{}' to start anew",
                            first_part_, difference, journal_->path()));
        std::optional<io::JournalRecord> last;
        std::optional<io::PartMismatch> bad;
        std::uint64_t start = journal_->end(), end = start;
        for (; auto record = journal_->read_record(); start = journal_->end()) {
            if (!is_plausible(*record, last)) journal_->fail_damaged(start);
            if (!bad) bad = check(*record);
            if (bad && (!bad->torn || record->durable)) fail_damaged(*bad);
            if (bad) continue;
            last = *record;
            end = journal_->end();
        }
        if (bad)
            options_.tell(
                fmt::format("'{}' lacks what should be in bytes {} to {}; going on from before",
                            bad->path, bad->offset, bad->end));
        journal_->cut(end);
        return last;
    }

    bool is_plausible(const io::JournalRecord& record,
                      const std::optional<io::JournalRecord>& last) const {
        const std::uint64_t rows = range_.rows();
        const std::size_t band = options_.band_of(source_.grid());
        return record.sinks.size() == sinks_.size() && record.rows_done <= rows &&
               record.rows_done > (last ? last->rows_done : 0) &&
               (record.rows_done == rows || record.rows_done % band == 0);
    }

    /// A file that has its final name already has all its rows there.
    bool is_published(const AtomicFile& file) const {
        return !options_.only && !exists(file.part_path()) && exists(file.target());
    }

    std::optional<io::PartMismatch> check(const io::JournalRecord& record) const {
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            const AtomicFile* file = file_of(sinks_[s]);
            if (!file) continue;
            const bool published = is_published(*file);
            auto bad = io::check_part(published ? file->target() : file->part_path(),
                                      record.sinks[s].written);
            if (bad && (published || !exists(file->part_path()))) fail_missing(*file);
            if (bad) return bad;
        }
        return {};
    }

    [[noreturn]] void fail_missing(const AtomicFile& file) const {
        throw InputError(fmt::format("'{}' is missing; remove '{}' to start anew", file.part_path(),
                                     journal_->path()));
    }

    [[noreturn]] void fail_damaged(const io::PartMismatch& bad) const {
        throw InputError(
            fmt::format("'{}' is damaged between bytes {} and {}; remove it and '{}' to start anew",
                        bad.path, bad.offset, bad.end, journal_->path()));
    }

    void restore(Sink& sink, const SinkState& state, std::uint64_t rows_done) const try {
        if (DurableSink* const durable = sink.as_durable())
            durable->restore(state.state, rows_done);
    } catch (const io::MalformedRecord&) {
        journal_->fail_damaged(journal_->end());
    }

    void go_on_from(io::JournalRecord record) {
        if (options_.only && record.rows_done == range_.rows()) {  // nothing is written any more
            options_.tell(fmt::format("'{}' is done already", first_part_));
            for (std::size_t s = 0; s < sinks_.size(); ++s)
                if (!file_of(sinks_[s])) restore(*sinks_[s], record.sinks[s], record.rows_done);
            last_ = std::move(record);
            return sinks_.clear();
        }
        std::vector<Sink*> unpublished;
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            AtomicFile* file = file_of(sinks_[s]);
            const bool published = file && is_published(*file);
            if (published && record.rows_done < range_.rows()) fail_missing(*file);
            const std::uint64_t size = record.sinks[s].file_size;
            if (file && size > sinks_[s]->as_file()->final_size().most)
                journal_->fail_damaged(journal_->end());
            if (file && !published) file->resume_part(size);
            if (!published) unpublished.push_back(sinks_[s]);
            restore(*sinks_[s], record.sinks[s], record.rows_done);
        }
        sinks_ = std::move(unpublished);
        last_ = std::move(record);
        options_.tell(
            fmt::format("going on with '{}' from {}", first_part_, percentage(last_.rows_done)));
    }

    void start() {
        if (resume_options_.resume) options_.tell("nothing to resume: starting anew");
        journal_->start(resume_options_.parameters);
        for (AtomicFile* file : files()) file->keep_part();
    }

    /// After a run that did not end well: keeps the rows that are worth it, and returns how many;
    /// else the parts go.
    std::uint64_t suspend(Checkpoints& checkpoints) {
        const std::uint64_t rows_saved = checkpoints.suspend();
        if (rows_saved == 0) discard();
        return rows_saved;
    }

    std::string how_to_go_on(std::uint64_t rows_saved) const {
        if (rows_saved == 0) return {};
        return fmt::format("; '{}' keeps {}: {} goes on from there", first_part_,
                           percentage(rows_saved), resume_options_.resuming);
    }

    void discard() {
        for (AtomicFile* file : files()) file->discard();
        journal_->remove();
    }

    const Source& source_;
    StripOptions options_;
    const ResumeOptions& resume_options_;
    RowRange range_;  ///< all, or a shard's
    std::vector<Sink*> sinks_;
    Transaction* transaction_;  ///< of the files; none: they publish by themselves
    std::string first_part_;
    std::shared_ptr<io::JournalFile> journal_;
    io::JournalRecord last_;  ///< where the render starts
};

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

void claim_resumable(Transaction& files, std::span<const std::string> outputs,
                     const std::optional<Shard>& shard) {
    bool first = true;
    for (const std::string& output : outputs) {
        AtomicFile& file = files.write(output);
        if (shard && file.is_direct()) rendering::fail_no_file("render a shard", &file);
        if (file.is_direct()) continue;
        if (shard) file.set_part_suffix(part_suffix(*shard));
        const std::string part = file.part_path();
        files.reserve(part);
        if (std::exchange(first, false)) files.reserve(rendering::journal_of(part));
    }
}

void run_resumable(const Source& source, std::span<Sink* const> sinks, const StripOptions& options,
                   const ResumeOptions& resume_options) {
    io::check_disk_space(sinks, options, source.grid().rows(), options.rows_of(source.grid()));
    bool any_file = false, all_files = true;
    for (Sink* sink : sinks) {
        if (options.only && !sink->as_durable())
            throw InputError("shards of a file of this kind cannot be merged; render it whole");
        if (!sink->as_file()) continue;
        if (resume_options.resume && !sink->as_durable())
            throw InputError("cannot resume: a file of this kind keeps nothing; render it anew");
        const AtomicFile* file = rendering::file_of(sink);
        if (file && !file->is_direct() && sink->as_durable())
            any_file = true;
        else if (!resume_options.resume && !options.only)
            all_files = false;
        else
            rendering::fail_no_file(options.only ? "render a shard" : "resume", file);
    }
    if (any_file && all_files)
        rendering::ResumableRender(source, sinks, options, resume_options).run();
    else
        run_strips(source, sinks, options);
}

}  // namespace gradscape
