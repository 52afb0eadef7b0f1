// SPDX-License-Identifier: MIT
#include "host/render/strip_crew.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"

namespace gradscape::rendering {
namespace {

constexpr std::size_t units_per_thread = 8;  // so that all threads end at about the same time

}  // namespace

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

std::size_t units_per_strip(const Source& source, const StripPlan& plan, std::size_t threads,
                            std::size_t slots, std::size_t all_threads) {
    if (!source.is_divisible() || source.block_rows() > 0 || threads == 1) return 1;
    const std::size_t wanted = units_per_thread * all_threads;
    const std::size_t for_an_even_end = plan.count() < wanted ? (wanted - 1) / plan.count() + 1 : 1;
    const std::size_t for_few_slots = slots < threads ? (threads - 1) / slots + 1 : 1;
    return std::max(for_an_even_end, for_few_slots);
}

std::string pack_pieces(std::span<Sink* const> sinks, const Slot& slot) {
    io::ByteWriter packed;
    for (std::size_t s = 0; s < sinks.size(); ++s) {
        const std::string bytes = sinks[s]->as_durable()->pack(slot.strip, *slot.pieces[s]);
        packed.put(std::uint64_t{bytes.size()})
            .put(io::crc_of(bytes.data(), bytes.size()))
            .put_bytes(bytes.data(), bytes.size());
    }
    return std::move(packed).bytes();
}

void unpack_pieces(std::span<Sink* const> sinks, std::string_view bytes, Slot& slot) {
    io::ByteReader reader(bytes);
    for (std::size_t s = 0; s < sinks.size(); ++s) {
        const auto size = reader.get<std::uint64_t>();
        const auto crc = reader.get<std::uint32_t>();
        const std::string_view packed = reader.get_bytes(size);
        if (io::crc_of(packed.data(), packed.size()) != crc) throw io::MalformedRecord();
        sinks[s]->as_durable()->unpack(slot.strip, packed, *slot.pieces[s]);
    }
    reader.expect_end();
}

StripCrew::StripCrew(const Source& source, std::span<Sink* const> sinks, const StripPlan& plan)
    : source_(source), sinks_(sinks), plan_(plan) {}

std::vector<std::unique_ptr<Piece>> StripCrew::make_pieces() const {
    std::vector<std::unique_ptr<Piece>> pieces;
    for (const Sink* sink : sinks_) pieces.push_back(sink->make_piece());
    return pieces;
}

void StripCrew::make_slots(std::size_t count, std::size_t units) {
    units_ = units;
    for (std::size_t s = 0; s < count; ++s) {
        auto slot = std::make_unique<Slot>();
        slot->buffers = source_.make_buffers(plan_.rows_per_strip, statistics_use(sinks_));
        slot->pieces = make_pieces();
        free_slots_.push_back(slot.get());
        slots_.push_back(std::move(slot));
    }
}

void StripCrew::start_threads(std::vector<std::jthread>& threads, std::size_t count, bool needed) {
    const StopScope* const scope = StopScope::innermost();
    try {
        while (threads.size() < count)
            threads.emplace_back([this, scope] {
                const InheritedStop inherited(scope);
                work();
            });
    } catch (const std::system_error& error) {
        // No more threads to be had: those that started do it.
        if (threads.empty() && needed)
            throw RunError(fmt::format("no thread can be started: {}", error.what()));
    }
}

void StripCrew::work() {
    const StopScope scope(stop_.get_token());
    try {
        Lock lock(mutex_);
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
            deliver(lock, slot);
        }
    } catch (...) {
        fail();
    }
}

void StripCrew::fail() {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    stop_.request_stop();
    on_error();
    changed_.notify_all();
}

void StripCrew::open_next() {
    Slot& slot = *free_slots_.back();
    free_slots_.pop_back();
    slot.index = next();
    slot.strip = plan_.strip(slot.index);
    slot.units = std::min(units_, slot.strip.rows);
    slot.units_taken = slot.units_done = 0;
    slot.opened = std::chrono::steady_clock::now();
    source_.open(slot.strip, *slot.buffers);
    open_ = &slot;
    if (slot.units > 1) changed_.notify_all();
}

void StripCrew::fill_unit(Slot& slot, std::size_t unit) const {
    const std::size_t rows = slot.strip.rows;
    const std::size_t first = unit * rows / slot.units;
    const std::size_t end = (unit + 1) * rows / slot.units;
    source_.fill(source_.part(slot.strip, first, end - first), *slot.buffers);
}

/// A whole strip, in blocks where the source has them.
void StripCrew::process(Slot& slot) const {
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

void StripCrew::encode(Slot& slot, const Strip& strip, bool first) const {
    for (std::size_t s = 0; s < sinks_.size(); ++s)
        sinks_[s]->encode(strip, first, *slot.pieces[s]);
}

}  // namespace gradscape::rendering
