// What an interrupted render has left, and going on from there.
// A checkpoint is written only after the bytes it speaks of, and holds their checksums: whatever a
// crash has left, the last checkpoint whose bytes are all there is where the render goes on.
// SPDX-License-Identifier: MIT
#include "gradscape/resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/notice.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/disk_space.hpp"
#include "host/io/journal_file.hpp"
#include "host/io/part_check.hpp"
#include "host/render/checkpoint_sink.hpp"

namespace gradscape {
namespace {

constexpr double worth_keeping = 10;  // seconds of work that a run without --resume spares

bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

class ResumableRender {
public:
    ResumableRender(const SurfaceRequest& request, std::span<Sink* const> sinks,
                    const StripOptions& options, const ResumeOptions& resume_options)
        : request_(request),
          options_(options),
          resume_options_(resume_options),
          sinks_(sinks.begin(), sinks.end()),
          first_part_(files().front()->part_path()),
          journal_(std::make_shared<JournalFile>(journal_path())) {
        if (!resume_options.resume)
            spare_work();
        else if (auto left = find_last_record())
            go_on_from(std::move(*left));
        if (last_.rows_done == 0) start();
    }

    void run(const StripFiller& filler) {
        CheckpointSink checkpoints(request_, sinks_, *journal_, last_);
        const std::vector<std::string> parts = part_paths();
        std::vector<Sink*> all{&checkpoints.opening()};
        all.insert(all.end(), sinks_.begin(), sinks_.end());
        all.push_back(&checkpoints);
        options_.rows_done = last_.rows_done;
        try {
            run_strips(filler, request_, all, options_);
        } catch (const Interrupted& error) {
            throw Interrupted(error.what() + how_to_go_on(checkpoints.suspend()));
        } catch (const RunError& error) {
            throw RunError(error.what() + how_to_go_on(checkpoints.suspend()));
        } catch (...) {
            how_to_go_on(checkpoints.suspend());
            throw;
        }
        const double seconds = checkpoints.seconds();
        when_published(
            [journal = journal_, parts, seconds, verbosity = options_.verbosity](bool published) {
                if (published || seconds < worth_keeping)
                    remove_all(*journal, parts);
                else if (verbosity != Verbosity::quiet)
                    notice(fmt::format(
                        "'{}' keeps all of the render: the same command with --resume goes on "
                        "from there",
                        parts.front()));
            });
    }

private:
    std::vector<AtomicFile*> files() const {
        std::vector<AtomicFile*> files;
        for (Sink* sink : sinks_)
            if (AtomicFile* file = sink->file()) files.push_back(file);
        return files;
    }

    std::vector<std::string> part_paths() const {
        std::vector<std::string> paths;
        for (const AtomicFile* file : files()) paths.push_back(file->part_path());
        return paths;
    }

    /// Nothing is left to resume.
    static void remove_all(JournalFile& journal, const std::vector<std::string>& parts) {
        std::error_code ignored;
        journal.cut(0);  // an empty journal owns what lies beside it, whenever we are killed
        for (const std::string& part : parts) std::filesystem::remove(part, ignored);
        journal.remove();
    }

    /// Part files without a journal are not ours.
    std::string journal_path() const {
        std::string path = first_part_ + ".journal";
        for (const AtomicFile* file : files())
            if (!exists(path) && exists(file->part_path()))
                throw InputError(fmt::format(
                    "'{}' is in the way, and was not left by a render of these outputs; move it "
                    "away",
                    file->part_path()));
        return path;
    }

    void note(const std::string& text) const {
        if (options_.verbosity != Verbosity::quiet) notice(text);
    }

    std::string percentage(std::uint64_t rows) const {
        return fmt::format("{:.3g} %", 100 * static_cast<double>(rows) /
                                           static_cast<double>(request_.grid.rows()));
    }

    /// Without --resume: an earlier render's work is replaced only where it is little.
    void spare_work() {
        JournalRecord last;
        try {
            if (journal_->read_parameters())
                while (auto record = journal_->read_record()) last = std::move(*record);
        } catch (const MalformedJournal&) {
            return;  // of no use to anyone
        }
        if (last.rows_done == 0 || !exists(first_part_)) return;
        if (last.seconds >= worth_keeping)
            throw InputError(fmt::format(
                "'{}' keeps {} of an interrupted render, {:.0f} s of work; give --resume to go on "
                "with it, or remove it to start anew",
                first_part_, percentage(last.rows_done), last.seconds));
        note(fmt::format("replacing '{}' of an interrupted render ({})", first_part_,
                         percentage(last.rows_done)));
    }

    std::optional<JournalRecord> find_last_record() {
        const auto parameters = journal_->read_parameters();
        if (!parameters) return {};
        const std::string difference = resume_options_.difference(*parameters);
        if (!difference.empty())
            throw InputError(fmt::format(
                "--resume: '{}' was begun with {}; give the same options, or remove it and '{}' to "
                "start anew",
                first_part_, difference, journal_->path()));
        std::optional<JournalRecord> last;
        std::optional<PartMismatch> bad;
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
            note(fmt::format("'{}' lacks what should be in bytes {} to {}; going on from before",
                             bad->path, bad->offset, bad->end));
        journal_->cut(end);
        return last;
    }

    bool is_plausible(const JournalRecord& record, const std::optional<JournalRecord>& last) const {
        const std::uint64_t rows = request_.grid.rows();
        return record.sinks.size() == sinks_.size() && record.rows_done <= rows &&
               record.rows_done > (last ? last->rows_done : 0) &&
               (record.rows_done == rows || record.rows_done % band_rows(request_.grid) == 0);
    }

    /// A file that has its final name already has all its rows there.
    static bool is_published(const AtomicFile& file) {
        return !exists(file.part_path()) && exists(file.target());
    }

    std::optional<PartMismatch> check(const JournalRecord& record) const {
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            const AtomicFile* file = sinks_[s]->file();
            if (!file) continue;
            const bool published = is_published(*file);
            auto bad =
                check_part(published ? file->target() : file->part_path(), record.sinks[s].written);
            if (bad && (published || !exists(file->part_path()))) fail_missing(*file);
            if (bad) return bad;
        }
        return {};
    }

    [[noreturn]] void fail_missing(const AtomicFile& file) const {
        throw InputError(fmt::format("'{}' is missing; remove '{}' to start anew", file.part_path(),
                                     journal_->path()));
    }

    [[noreturn]] void fail_damaged(const PartMismatch& bad) const {
        throw InputError(
            fmt::format("'{}' is damaged between bytes {} and {}; remove it and '{}' to start anew",
                        bad.path, bad.offset, bad.end, journal_->path()));
    }

    void go_on_from(JournalRecord record) {
        std::vector<Sink*> unpublished;
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            AtomicFile* file = sinks_[s]->file();
            const bool published = file && is_published(*file);
            if (published && record.rows_done < request_.grid.rows()) fail_missing(*file);
            if (file && !published) file->resume_part(record.sinks[s].file_size);
            if (!published) unpublished.push_back(sinks_[s]);
            try {
                sinks_[s]->restore(record.sinks[s].state);
            } catch (const MalformedRecord&) {
                journal_->fail_damaged(journal_->end());
            }
        }
        sinks_ = std::move(unpublished);
        last_ = std::move(record);
        note(fmt::format("going on with '{}' from {}", first_part_, percentage(last_.rows_done)));
    }

    void start() {
        if (resume_options_.resume) note("nothing to resume: starting anew");
        journal_->start(resume_options_.parameters);
        for (AtomicFile* file : files()) file->keep_part();
    }

    std::string how_to_go_on(std::uint64_t rows_saved) {
        if (rows_saved > 0)
            return fmt::format("; '{}' keeps {}: the same command with --resume goes on from there",
                               first_part_, percentage(rows_saved));
        for (AtomicFile* file : files()) file->discard();
        journal_->remove();
        return {};
    }

    const SurfaceRequest& request_;
    StripOptions options_;
    const ResumeOptions& resume_options_;
    std::vector<Sink*> sinks_;
    std::string first_part_;
    std::shared_ptr<JournalFile> journal_;
    JournalRecord last_;  ///< where the render starts
};

}  // namespace

void run_resumable(const StripFiller& filler, const SurfaceRequest& request,
                   std::span<Sink* const> sinks, const StripOptions& options,
                   const ResumeOptions& resume_options) {
    check_disk_space(sinks, options.verbosity);
    bool any_file = false;
    for (Sink* sink : sinks) {
        const AtomicFile* file = sink->file();
        any_file = any_file || file;
        if (!file || !file->is_direct()) continue;
        if (resume_options.resume)
            throw InputError(fmt::format(
                "--resume: '{}' is a device or a pipe; only files can be resumed", file->path()));
        return run_strips(filler, request, sinks, options);
    }
    if (!any_file) return run_strips(filler, request, sinks, options);
    ResumableRender(request, sinks, options, resume_options).run(filler);
}

}  // namespace gradscape
