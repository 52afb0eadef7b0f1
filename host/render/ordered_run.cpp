// SPDX-License-Identifier: MIT
#include "host/render/ordered_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gradscape/error.hpp"
#include "host/io/byte_record.hpp"

namespace gradscape::rendering {
namespace {

/// A strip that another rank keeps for too long holds back all commits: with these many slots a
/// thread, rank 0's own go on for a while.
constexpr std::size_t slots_beside_ranks = 8, slots_alone = 2;

}  // namespace

OrderedRun::OrderedRun(const Source& source, std::span<Sink* const> sinks, const StripPlan& plan,
                       const StripOptions& options)
    : StripCrew(source, sinks, plan),
      options_(options),
      progress_{options.rows_done * plan.cols, options.rows_of(source.grid()).rows() * plan.cols,
                options.rows_done * plan.cols, 0, false},
      waiting_(plan.count()),
      away_(options.ranks ? plan.count() : 0) {}

OrderedRun::Sizes OrderedRun::sizes() const {
    const std::size_t bytes =
        std::max<std::size_t>(slot_bytes(source_, sinks_, plan_.rows_per_strip), 1);
    const std::size_t wanted = options_.threads > 0 ? options_.threads : available_threads();
    const std::size_t count = std::max<std::size_t>(plan_.count(), 1);
    // Half of the memory is for what other ranks send.
    const std::size_t memory = options_.ranks ? options_.max_memory / 2 : options_.max_memory;
    const std::size_t affordable =
        std::max<std::size_t>(std::min(memory / bytes, plan_.count()), 1);
    Sizes sizes;
    sizes.slots =
        std::min((options_.ranks ? slots_beside_ranks : slots_alone) * wanted, affordable);
    const std::size_t all_threads = wanted * (options_.ranks ? options_.ranks->count() : 1);
    StripPlan some = plan_;
    if (some.count() == 0) some.grid_rows = 1;
    sizes.units = units_per_strip(source_, some, wanted, sizes.slots, all_threads);
    sizes.threads = std::min(wanted, sizes.slots * std::min(sizes.units, plan_.rows_per_strip));
    if (!options_.ranks) return sizes;
    std::size_t packed_bytes = 1;
    for (Sink* sink : sinks_)
        packed_bytes += sink->as_durable()->packed_bytes(plan_.rows_per_strip);
    const std::size_t used = sizes.slots * bytes;
    const std::size_t left = options_.max_memory > used ? options_.max_memory - used : 0;
    sizes.remote = std::clamp<std::size_t>(left / packed_bytes, 1, count);
    return sizes;
}

void OrderedRun::run() {
    const Sizes sizes = this->sizes();
    make_slots(sizes.slots, sizes.units);
    remote_limit_ = sizes.remote;
    {
        std::vector<std::jthread> workers;
        if (options_.ranks) {
            start_threads(workers, sizes.threads, true);
            try {
                options_.ranks->serve(*this, options_.identity, options_);
            } catch (...) {
                fail();
            }
        } else {
            start_threads(workers, sizes.threads - 1, false);
            work();
        }
    }
    progress_.ended = true;
    if (options_.progress) options_.progress(progress_);
    if (error_) std::rethrow_exception(error_);
}

/// With other ranks a strip may come back to be done again, until the last is committed.
bool OrderedRun::is_over() const {
    return (options_.ranks ? next_commit_ : next_) == plan_.count();
}

/// What has been answered meanwhile need not be done.
void OrderedRun::drop_answered() {
    std::erase_if(again_, [this](std::size_t strip) { return has_answer(strip); });
    while (next_ < plan_.count() && has_answer(next_)) ++next_;
}

/// All slots may come to wait for a strip that another rank has. The last one is kept for that:
/// were it taken by a later strip, nobody could do this one where no other rank is left.
bool OrderedRun::has_next() {
    drop_answered();
    if (again_.empty() && next_ == plan_.count()) return false;
    const std::size_t strip = again_.empty() ? next_ : *again_.begin();
    return !options_.ranks || free_slots_.size() > 1 || strip == next_commit_;
}

std::size_t OrderedRun::next() {
    has_begun_ = true;
    return again_.empty() ? next_++ : again_.extract(again_.begin()).value();
}

void OrderedRun::deliver(Lock& lock, Slot& slot) {
    own_seconds_ +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - slot.opened).count();
    ++own_strips_;
    if (!has_answer(slot.index)) return add(lock, slot);
    free_slots_.push_back(&slot);  // another rank was faster
    changed_.notify_one();
}

std::optional<std::size_t> OrderedRun::take(const std::function<bool(std::size_t)>& has) {
    const std::lock_guard lock(mutex_);
    if (error_) return {};
    drop_answered();
    if (const auto strip = repeated(has)) {
        again_.erase(*strip);
        return strip;
    }
    // What a strip takes is known from own ones, if from nobody else: own threads have the first.
    if (!has_begun_ || next_ == plan_.count() || away_count_ + held() >= remote_limit_) return {};
    away_[next_] = 1;
    ++away_count_;
    return next_++;
}

std::optional<std::size_t> OrderedRun::repeated(const std::function<bool(std::size_t)>& has) const {
    const auto found = std::ranges::find_if_not(again_, has);
    return found == again_.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::size_t> OrderedRun::peek(const std::function<bool(std::size_t)>& has) {
    const std::lock_guard lock(mutex_);
    if (error_) return {};
    drop_answered();
    if (next_ == plan_.count()) return repeated(has);
    if (held() >= remote_limit_ || has(next_)) return {};
    return next_;
}

Slot& OrderedRun::remote_slot() {
    if (free_remote_slots_.empty()) {
        remote_slots_.push_back(std::make_unique<Slot>());
        remote_slots_.back()->pieces = make_pieces();
        return *remote_slots_.back();
    }
    Slot& slot = *free_remote_slots_.back();
    free_remote_slots_.pop_back();
    return slot;
}

void OrderedRun::give(std::size_t strip, std::string_view answer) {
    Lock lock(mutex_);
    if (error_ || strip >= plan_.count() || has_answer(strip)) return;
    Slot& slot = remote_slot();
    slot.index = strip;
    slot.strip = plan_.strip(strip);
    lock.unlock();
    try {
        unpack_pieces(sinks_, answer, slot);
    } catch (const io::MalformedRecord&) {
        throw RunError(fmt::format("rank 0 cannot read what another rank made of rows {} to {}",
                                   slot.strip.first_row,
                                   slot.strip.first_row + slot.strip.rows - 1));
    }
    lock.lock();
    if (!has_answer(strip)) return add(lock, slot);
    free_remote_slots_.push_back(&slot);  // an own thread was faster
}

void OrderedRun::repeat(std::size_t strip) {
    const std::lock_guard lock(mutex_);
    if (has_answer(strip) || strip >= next_) return;  // or nobody else has it yet
    again_.insert(strip);
    changed_.notify_one();
}

StripDesk::OwnWork OrderedRun::own_work() {
    const std::lock_guard lock(mutex_);
    return {own_strips_, own_strips_ > 0 ? own_seconds_ / static_cast<double>(own_strips_) : 0};
}

bool OrderedRun::is_done() {
    const std::lock_guard lock(mutex_);
    return error_ || next_commit_ == plan_.count();
}

void OrderedRun::add(Lock& lock, Slot& slot) {
    waiting_[slot.index] = &slot;
    if (!away_.empty() && away_[slot.index]) {
        away_[slot.index] = 0;
        --away_count_;
    }
    if (!committing_) commit_waiting(lock);
}

/// Called and returns with the lock held; one thread at a time is in here.
void OrderedRun::commit_waiting(Lock& lock) {
    committing_ = true;
    while (!error_ && next_commit_ < waiting_.size() && waiting_[next_commit_]) {
        Slot* const slot = waiting_[next_commit_];
        lock.unlock();
        commit(*slot);
        lock.lock();
        ++next_commit_;
        (slot->buffers ? free_slots_ : free_remote_slots_).push_back(slot);
        if (next_commit_ == waiting_.size())
            changed_.notify_all();
        else
            changed_.notify_one();
    }
    committing_ = false;
}

void OrderedRun::commit(const Slot& slot) {
    std::uint64_t bytes = 0;
    if (options_.commits) options_.commits->begin();
    for (std::size_t s = 0; s < sinks_.size(); ++s) {
        sinks_[s]->commit(*slot.pieces[s]);
        if (const FileSink* file = sinks_[s]->as_file()) bytes += file->bytes_written();
    }
    if (options_.commits) options_.commits->end(slot.strip);
    progress_.done += slot.strip.rows * plan_.cols;
    progress_.bytes_written = bytes;
    if (options_.progress) options_.progress(progress_);
}

}  // namespace gradscape::rendering
