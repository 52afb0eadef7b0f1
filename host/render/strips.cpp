// Worker threads, slots and the order of commits.
// A slot holds one strip in flight: field buffers and each sink's piece. Slots are few, taken again
// last in first out (still in cache), and waiting for one is what bounds the memory.
// SPDX-License-Identifier: MIT
#include "gradscape/strips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/interrupt.hpp"

namespace gradscape {
namespace {

constexpr std::size_t cells_per_band = 65536;
constexpr std::size_t min_bands = 32;  // small grids are cut, too, since a cell may be costly
constexpr std::align_val_t alignment{64};

struct AlignedDelete {
    void operator()(std::byte* bytes) const { ::operator delete(bytes, alignment); }
};
using AlignedBytes = std::unique_ptr<std::byte, AlignedDelete>;

struct Slot {
    Strip strip;
    std::array<AlignedBytes, field_count> buffers;
    std::unique_ptr<StripStatistics> statistics;  // where a sink makes use of them
    std::vector<std::unique_ptr<Piece>> pieces;
};

std::size_t field_bytes(const SurfaceRequest& request, const StripPlan& plan) {
    const std::size_t real = request.precision == Precision::f32 ? sizeof(float) : sizeof(double);
    return plan.rows_per_strip * plan.cols * real;
}

StatisticsUse statistics_use(std::span<Sink* const> sinks) {
    StatisticsUse most = StatisticsUse::none;
    for (const Sink* sink : sinks) most = std::max(most, sink->statistics_use());
    return most;
}

std::size_t slot_bytes(const StripFiller& filler, const SurfaceRequest& request,
                       std::span<Sink* const> sinks, const StripPlan& plan) {
    std::size_t bytes = 0;
    for (std::size_t f = 0; filler && f < field_count; ++f)
        if (request.fields.has(static_cast<Field>(f))) bytes += field_bytes(request, plan);
    for (const Sink* sink : sinks) bytes += sink->piece_bytes(plan.rows_per_strip);
    if (statistics_use(sinks) != StatisticsUse::none) bytes += sizeof(StripStatistics);
    return bytes;
}

class Pipeline {
public:
    Pipeline(const StripFiller& filler, const SurfaceRequest& request, std::span<Sink* const> sinks,
             const StripPlan& plan, const StripOptions& options)
        : filler_(filler),
          request_(request),
          sinks_(sinks),
          plan_(plan),
          progress_(options.verbosity, request.grid.cells(), options.rows_done * plan.cols),
          cells_done_(options.rows_done * plan.cols),
          waiting_(plan.count()) {}

    void run(std::size_t threads, std::size_t slots) {
        for (std::size_t s = 0; s < slots; ++s) free_.push_back(make_slot());
        {
            std::vector<std::jthread> workers;
            try {
                for (std::size_t t = 1; t < threads; ++t) workers.emplace_back([this] { work(); });
            } catch (const std::system_error&) {
                // No more threads to be had: those that started do it.
            }
            work();
        }
        if (error_) std::rethrow_exception(error_);
    }

private:
    std::unique_ptr<Slot> make_slot() const {
        auto slot = std::make_unique<Slot>();
        for (std::size_t f = 0; filler_ && f < field_count; ++f) {
            if (!request_.fields.has(static_cast<Field>(f))) continue;
            void* bytes = ::operator new(field_bytes(request_, plan_), alignment);
            slot->buffers[f].reset(static_cast<std::byte*>(bytes));
        }
        for (const Sink* sink : sinks_) slot->pieces.push_back(sink->make_piece());
        if (const auto use = statistics_use(sinks_); use != StatisticsUse::none) {
            slot->statistics = std::make_unique<StripStatistics>();
            slot->statistics->histogram = use == StatisticsUse::histogram;
        }
        return slot;
    }

    void work() {
        try {
            std::unique_lock lock(mutex_);
            while (true) {
                changed_.wait(lock, [this] { return done() || !free_.empty(); });
                if (done()) return;
                auto slot = std::move(free_.back());
                free_.pop_back();
                const std::size_t index = next_++;
                if (done()) changed_.notify_all();
                lock.unlock();
                check_interrupt();
                process(index, *slot);
                lock.lock();
                waiting_[index] = std::move(slot);
                if (!committing_) commit_waiting(lock);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = std::current_exception();
            changed_.notify_all();
        }
    }

    bool done() const { return error_ || next_ == plan_.count(); }

    void process(std::size_t index, Slot& slot) const {
        slot.strip = plan_.strip(index);
        for (std::size_t f = 0; f < field_count; ++f) slot.strip.data[f] = slot.buffers[f].get();
        slot.strip.statistics = slot.statistics.get();
        if (slot.statistics) slot.statistics->known = {};
        if (filler_) filler_(slot.strip);
        for (std::size_t s = 0; s < sinks_.size(); ++s)
            sinks_[s]->encode(slot.strip, *slot.pieces[s]);
    }

    /// Called and returns with the lock held; one thread at a time is in here.
    void commit_waiting(std::unique_lock<std::mutex>& lock) {
        committing_ = true;
        while (!error_ && next_commit_ < waiting_.size() && waiting_[next_commit_]) {
            auto slot = std::move(waiting_[next_commit_]);
            lock.unlock();
            commit(*slot);
            lock.lock();
            ++next_commit_;
            free_.push_back(std::move(slot));
            changed_.notify_one();
        }
        committing_ = false;
    }

    void commit(const Slot& slot) {
        std::uint64_t bytes = 0;
        for (std::size_t s = 0; s < sinks_.size(); ++s) {
            sinks_[s]->commit(*slot.pieces[s]);
            bytes += sinks_[s]->bytes_written();
        }
        cells_done_ += slot.strip.rows * plan_.cols;
        progress_.update(cells_done_, bytes);
    }

    const StripFiller& filler_;
    const SurfaceRequest& request_;
    std::span<Sink* const> sinks_;
    const StripPlan plan_;
    Progress progress_;  // this and cells_done_: only by the committing thread
    std::uint64_t cells_done_;

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Slot>> free_;
    std::vector<std::unique_ptr<Slot>> waiting_;  // by strip index: encoded, not yet committed
    std::size_t next_ = 0, next_commit_ = 0;
    bool committing_ = false;
    std::exception_ptr error_;
};

}  // namespace

void Sink::publish() {
    if (AtomicFile* published = file()) published->publish();
}

Strip StripPlan::strip(std::size_t index) const {
    const std::size_t end = grid_rows - index * rows_per_strip;
    const std::size_t rows = std::min(end, rows_per_strip);
    return {end - rows, rows, {}};
}

std::size_t band_rows(const Grid& grid) {
    const std::size_t by_size = cells_per_band / std::max<std::size_t>(grid.cols(), 1);
    const std::size_t by_count = (grid.rows() + min_bands - 1) / min_bands;
    return std::max<std::size_t>(std::min(by_size, by_count), 1);
}

StripPlan plan_strips(const Grid& grid, std::size_t cells_per_strip) {
    const std::size_t band = band_rows(grid);
    const std::size_t bands = cells_per_strip / std::max<std::size_t>(band * grid.cols(), 1);
    return {grid.rows(), grid.cols(), band, band * std::max<std::size_t>(bands, 1)};
}

unsigned available_threads() { return std::max(std::thread::hardware_concurrency(), 1u); }

void run_strips(const StripFiller& filler, const SurfaceRequest& request,
                std::span<Sink* const> sinks, const StripOptions& options) {
    StripPlan plan = plan_strips(request.grid, options.cells_per_strip);
    plan.grid_rows -= options.rows_done;
    const auto bytes = [&] { return slot_bytes(filler, request, sinks, plan); };
    while (bytes() > options.max_memory && plan.rows_per_strip > plan.band_rows)
        plan.rows_per_strip =
            std::max<std::size_t>(plan.rows_per_strip / plan.band_rows / 2, 1) * plan.band_rows;
    if (bytes() > options.max_memory)
        throw InputError(fmt::format(
            "a strip of this surface takes {} MiB, more than the {} MiB allowed; give a larger "
            "--max-memory or fewer columns",
            (bytes() >> 20) + 1, options.max_memory >> 20));
    const std::size_t wanted = options.threads > 0 ? options.threads : available_threads();
    const std::size_t affordable =
        std::min(options.max_memory / std::max<std::size_t>(bytes(), 1), plan.count());
    const std::size_t threads = std::max<std::size_t>(std::min(wanted, affordable), 1);
    const std::size_t slots = std::max<std::size_t>(std::min(2 * threads, affordable), 1);
    Pipeline(filler, request, sinks, plan, options).run(threads, slots);
    for (Sink* sink : sinks) sink->finish();
    for (Sink* sink : sinks) sink->publish();
}

}  // namespace gradscape
