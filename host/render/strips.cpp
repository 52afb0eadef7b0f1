// Worker threads, slots and the order of commits.
// A slot holds one strip in flight: the source's buffers and each sink's piece. Slots are few,
// taken again last in first out (still in cache), and waiting for one is what bounds the memory.
// Where strips are few for the threads, a strip is filled in units of some rows by whoever is free;
// the last one to be done encodes it.
// SPDX-License-Identifier: MIT
#include "gradscape/strips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"

namespace gradscape::rendering {
namespace {

constexpr std::size_t cells_per_band = 65536;
constexpr std::size_t min_bands = 32;        // small grids are cut, too, since a cell may be costly
constexpr std::size_t units_per_thread = 8;  // so that all threads end at about the same time

struct Slot {
    std::size_t index = 0;  ///< of the strip
    Strip strip;
    std::size_t units = 1, units_taken = 0, units_done = 0;
    std::unique_ptr<Source::Buffers> buffers;
    std::vector<std::unique_ptr<Piece>> pieces;
};

StatisticsUse statistics_use(std::span<Sink* const> sinks) {
    StatisticsUse most = StatisticsUse::none;
    for (const Sink* sink : sinks) most = std::max(most, sink->statistics_use());
    return most;
}

std::size_t slot_bytes(const Source& source, std::span<Sink* const> sinks, std::size_t rows) {
    std::size_t bytes = source.strip_bytes(rows, statistics_use(sinks));
    for (const Sink* sink : sinks) bytes += sink->piece_bytes(rows);
    return bytes;
}

class Pipeline {
public:
    Pipeline(const Source& source, std::span<Sink* const> sinks, const StripPlan& plan,
             const StripOptions& options)
        : source_(source),
          sinks_(sinks),
          plan_(plan),
          options_(options),
          progress_{options.rows_done * plan.cols,
                    options.rows_of(source.grid()).rows() * plan.cols,
                    options.rows_done * plan.cols, 0, false},
          waiting_(plan.count()) {}

    void run(std::size_t threads, std::size_t slots, std::size_t units) {
        units_ = units;
        for (std::size_t s = 0; s < slots; ++s) {
            slots_.push_back(make_slot());
            free_.push_back(slots_.back().get());
        }
        const StopScope scope(options_.stop);
        {
            std::vector<std::jthread> workers;
            try {
                for (std::size_t t = 1; t < threads; ++t)
                    workers.emplace_back([this, &scope] {
                        const InheritedStop inherited(&scope);
                        work();
                    });
            } catch (const std::system_error&) {
                // No more threads to be had: those that started do it.
            }
            work();
        }
        progress_.ended = true;
        if (options_.progress) options_.progress(progress_);
        if (error_) std::rethrow_exception(error_);
    }

private:
    std::unique_ptr<Slot> make_slot() const {
        auto slot = std::make_unique<Slot>();
        slot->buffers = source_.make_buffers(plan_.rows_per_strip, statistics_use(sinks_));
        for (const Sink* sink : sinks_) slot->pieces.push_back(sink->make_piece());
        return slot;
    }

    void work() {
        try {
            std::unique_lock lock(mutex_);
            while (true) {
                changed_.wait(lock, [this] { return done() || open_ || can_open(); });
                if (done()) return;
                if (!open_) open_next();
                Slot& slot = *open_;
                const std::size_t unit = slot.units_taken++;
                if (slot.units_taken == slot.units) open_ = nullptr;
                if (done()) changed_.notify_all();
                lock.unlock();
                check_stop();
                if (slot.units > 1)
                    fill_unit(slot, unit);
                else
                    process(slot);
                lock.lock();
                if (++slot.units_done < slot.units) continue;
                if (slot.units > 1) {
                    lock.unlock();
                    encode(slot, slot.strip, true);
                    lock.lock();
                }
                waiting_[slot.index] = &slot;
                if (!committing_) commit_waiting(lock);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = std::current_exception();
            changed_.notify_all();
        }
    }

    bool done() const { return error_ || (!open_ && next_ == plan_.count()); }
    bool can_open() const { return next_ < plan_.count() && !free_.empty(); }

    void open_next() {
        Slot& slot = *free_.back();
        free_.pop_back();
        slot.index = next_++;
        slot.strip = plan_.strip(slot.index);
        slot.units = std::min(units_, slot.strip.rows);
        slot.units_taken = slot.units_done = 0;
        source_.open(slot.strip, *slot.buffers);
        open_ = &slot;
        if (slot.units > 1) changed_.notify_all();
    }

    void fill_unit(Slot& slot, std::size_t unit) const {
        const std::size_t rows = slot.strip.rows;
        const std::size_t first = unit * rows / slot.units;
        const std::size_t end = (unit + 1) * rows / slot.units;
        source_.fill(source_.part(slot.strip, first, end - first), *slot.buffers);
    }

    /// A whole strip, in blocks where the source has them.
    void process(Slot& slot) const {
        const std::size_t most = source_.block_rows() > 0 ? source_.block_rows() : slot.strip.rows;
        for (std::size_t end = slot.strip.rows; end > 0;) {
            const std::size_t first = end - std::min(end, most);
            Strip block = slot.strip;
            block.first_row += first;
            block.rows = end - first;
            source_.fill(block, *slot.buffers);
            encode(slot, block, end == slot.strip.rows);
            end = first;
            if (end > 0) check_stop();
        }
    }

    void encode(Slot& slot, const Strip& strip, bool first) const {
        for (std::size_t s = 0; s < sinks_.size(); ++s)
            sinks_[s]->encode(strip, first, *slot.pieces[s]);
    }

    /// Called and returns with the lock held; one thread at a time is in here.
    void commit_waiting(std::unique_lock<std::mutex>& lock) {
        committing_ = true;
        while (!error_ && next_commit_ < waiting_.size() && waiting_[next_commit_]) {
            Slot* const slot = waiting_[next_commit_];
            lock.unlock();
            commit(*slot);
            lock.lock();
            ++next_commit_;
            free_.push_back(slot);
            changed_.notify_one();
        }
        committing_ = false;
    }

    void commit(const Slot& slot) {
        std::uint64_t bytes = 0;
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            sinks_[s]->commit(*slot.pieces[s]);
            if (const FileSink* file = sinks_[s]->as_file()) bytes += file->bytes_written();
        }
        progress_.done += slot.strip.rows * plan_.cols;
        progress_.bytes_written = bytes;
        if (options_.progress) options_.progress(progress_);
    }

    const Source& source_;
    std::span<Sink* const> sinks_;
    const StripPlan plan_;
    const StripOptions& options_;
    RunProgress progress_;  // only by the committing thread
    std::size_t units_ = 1;
    std::vector<std::unique_ptr<Slot>> slots_;

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::vector<Slot*> free_;
    std::vector<Slot*> waiting_;  // by strip index: encoded, not yet committed, or done with
    Slot* open_ = nullptr;        // has units that nobody has taken
    std::size_t next_ = 0, next_commit_ = 0;
    bool committing_ = false;
    std::exception_ptr error_;
};

/// Units of a strip: more than one only where there would be too few strips for the threads.
std::size_t units_per_strip(const Source& source, const StripPlan& plan, std::size_t threads,
                            std::size_t slots) {
    if (!source.is_divisible() || source.block_rows() > 0 || threads == 1) return 1;
    const std::size_t wanted = units_per_thread * threads;
    const std::size_t for_an_even_end = plan.count() < wanted ? (wanted - 1) / plan.count() + 1 : 1;
    const std::size_t for_few_slots = slots < threads ? (threads - 1) / slots + 1 : 1;
    return std::max(for_an_even_end, for_few_slots);
}

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

void FileSink::publish() {
    if (AtomicFile* published = file()) published->publish();
}

Strip StripPlan::strip(std::size_t index) const {
    const std::size_t left = grid_rows - index * rows_per_strip;
    const std::size_t rows = std::min(left, rows_per_strip);
    return {lowest_row + left - rows, rows, {}};
}

std::size_t band_rows(const Grid& grid) {
    const std::size_t by_size = rendering::cells_per_band / std::max<std::size_t>(grid.cols(), 1);
    const std::size_t by_count = (grid.rows() + rendering::min_bands - 1) / rendering::min_bands;
    return std::max<std::size_t>(std::min(by_size, by_count), 1);
}

StripPlan plan_strips(const Grid& grid, std::size_t cells_per_strip) {
    const std::size_t band = band_rows(grid);
    const std::size_t bands = cells_per_strip / std::max<std::size_t>(band * grid.cols(), 1);
    return {grid.rows(), grid.cols(), band, band * std::max<std::size_t>(bands, 1)};
}

void run_strips(const Source& source, std::span<Sink* const> sinks, const StripOptions& options) {
    StripPlan plan = plan_strips(source.grid(), options.cells_per_strip);
    if (options.band_rows > 0) plan.band_rows = plan.rows_per_strip = options.band_rows;
    const RowRange range = options.rows_of(source.grid());
    plan.grid_rows = range.rows() - options.rows_done;
    plan.lowest_row = range.first;
    const auto bytes = [&] { return rendering::slot_bytes(source, sinks, plan.rows_per_strip); };
    while (bytes() > options.max_memory && plan.rows_per_strip > plan.band_rows)
        plan.rows_per_strip =
            std::max<std::size_t>(plan.rows_per_strip / plan.band_rows / 2, 1) * plan.band_rows;
    if (bytes() > options.max_memory)
        throw MemoryError(fmt::format(
            "a strip of this surface takes {} MiB, more than the {} MiB allowed; allow more memory "
            "or give fewer columns",
            (bytes() >> 20) + 1, options.max_memory >> 20));
    const std::size_t wanted = options.threads > 0 ? options.threads : available_threads();
    const std::size_t affordable = std::max<std::size_t>(
        std::min(options.max_memory / std::max<std::size_t>(bytes(), 1), plan.count()), 1);
    const std::size_t slots = std::min(2 * wanted, affordable);
    if (plan.count() > 0) {  // none are left where a resumed run only lacked its names
        const std::size_t units = rendering::units_per_strip(source, plan, wanted, slots);
        const std::size_t threads = std::min(wanted, slots * std::min(units, plan.rows_per_strip));
        rendering::Pipeline(source, sinks, plan, options).run(threads, slots, units);
    }
    if (options.only) return;
    for (Sink* sink : sinks) sink->finish();
    for (Sink* sink : sinks)
        if (FileSink* file = sink->as_file()) file->publish();
}

void run_strips(const StripFiller& filler, const View& view, std::span<Sink* const> sinks,
                const StripOptions& options) {
    run_strips(*values_source(filler, view), sinks, options);
}

}  // namespace gradscape
