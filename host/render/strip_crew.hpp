// Threads that fill and encode strips, and the slots that bound the memory: what the process that
// has the files and any other rank have in common.
// A slot holds one strip in flight: the source's buffers and each sink's piece. Slots are few and
// taken again last in first out (still in cache). Where strips are few for the threads, a strip is
// filled in units of some rows by whoever is free; the last one to be done encodes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gradscape/sink.hpp"
#include "gradscape/strips.hpp"

namespace gradscape::rendering {

struct Slot {
    std::size_t index = 0;  ///< of the strip
    Strip strip;
    std::size_t units = 1, units_taken = 0, units_done = 0;
    std::chrono::steady_clock::time_point opened;
    std::unique_ptr<Source::Buffers> buffers;  ///< null: filled by another rank
    std::vector<std::unique_ptr<Piece>> pieces;
};

StatisticsUse statistics_use(std::span<Sink* const> sinks);

/// With buffers and pieces.
std::size_t slot_bytes(const Source& source, std::span<Sink* const> sinks, std::size_t rows);

/// Units of a strip: more than one only where there would be too few strips for the threads, of
/// which all ranks together have `all_threads`.
std::size_t units_per_strip(const Source& source, const StripPlan& plan, std::size_t threads,
                            std::size_t slots, std::size_t all_threads);

/// What sinks made of a strip, for rank 0, each one's bytes with their crc32.
std::string pack_pieces(std::span<Sink* const> sinks, const Slot& slot);

/// The same pieces in another process. MalformedRecord where the bytes came to harm, or are not of
/// this strip.
void unpack_pieces(std::span<Sink* const> sinks, std::string_view bytes, Slot& slot);

class StripCrew {
public:
    StripCrew(const Source& source, std::span<Sink* const> sinks, const StripPlan& plan);
    StripCrew(const StripCrew&) = delete;
    StripCrew& operator=(const StripCrew&) = delete;
    virtual ~StripCrew() = default;

protected:
    using Lock = std::unique_lock<std::mutex>;

    void make_slots(std::size_t count, std::size_t units);
    std::vector<std::unique_ptr<Piece>> make_pieces() const;
    /// Adds threads that work for this one, whose StopScope they inherit; RunError where not even
    /// the first of them can be had and `needed`.
    void start_threads(std::vector<std::jthread>& threads, std::size_t count, bool needed);
    /// What each thread does, to the end; this one may, too. An exception ends all.
    void work();
    /// In a handler: its exception, if it is the first, is the crew's, and what others are doing is
    /// of no use any more.
    void fail();

    // These are called with the lock held.
    /// Nothing will be opened any more.
    virtual bool is_over() const = 0;
    /// There is a strip to open in one of the free slots.
    virtual bool has_next() = 0;
    /// Takes it.
    virtual std::size_t next() = 0;
    /// A strip is encoded; `slot` goes back to free_slots_, now or later.
    virtual void deliver(Lock& lock, Slot& slot) = 0;
    virtual void on_error() {}

    const Source& source_;
    std::span<Sink* const> sinks_;
    const StripPlan plan_;

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::vector<Slot*> free_slots_;
    std::exception_ptr error_;

    std::stop_source stop_;  ///< of work(), and of nothing that its callers do besides

private:
    bool done() const { return error_ || (!open_ && is_over()); }
    bool can_open() { return !is_over() && !free_slots_.empty() && has_next(); }
    void open_next();
    void fill_unit(Slot& slot, std::size_t unit) const;
    void process(Slot& slot) const;
    void encode(Slot& slot, const Strip& strip, bool first) const;

    std::size_t units_ = 1;
    std::vector<std::unique_ptr<Slot>> slots_;
    Slot* open_ = nullptr;  // has units that nobody has taken
};

}  // namespace gradscape::rendering
