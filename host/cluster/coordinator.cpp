// SPDX-License-Identifier: MIT
#include "host/cluster/coordinator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"

namespace gradscape::cluster {
namespace {

constexpr double farewell = 1;  ///< seconds for the last word to leave

[[noreturn]] void fail_as(std::int32_t status, const std::string& text) {
    if (status == 130) throw Interrupted(text);
    if (status == 2) throw InputError(text);
    throw RunError(text);
}

}  // namespace

Coordinator::Coordinator(MessagePort& port, std::vector<std::string> hosts) : port_(port) {
    for (std::string& host : hosts) {
        ranks_.emplace_back();
        ranks_.back().host = std::move(host);
    }
}

/// What a lost rank neither takes nor sends keeps nobody awake.
void Coordinator::nap() const {
    const bool busy = port_.is_busy(
        [this](int rank) { return !ranks_[static_cast<std::size_t>(rank)].is_suspect; });
    std::this_thread::sleep_for(std::chrono::duration<double>(busy ? busy_nap : idle_nap));
}

std::string Coordinator::name_of(std::size_t rank) const {
    return fmt::format("rank {} on {}", rank, ranks_[rank].host);
}

/// To a rank that cannot be reached any more: its strips will be overdue.
void Coordinator::send(std::size_t rank, const io::ByteWriter& message) {
    try {
        port_.send(static_cast<int>(rank), message.bytes());
    } catch (const RunError&) {
        ranks_[rank].is_suspect = true;
    }
}

void Coordinator::serve(StripDesk& desk, const RunIdentity& identity, const Context& context) {
    ++run_;
    Run run{desk, identity, context};
    lease_ = {};
    for (Rank& rank : ranks_) {
        rank.wants = 0;
        rank.has.clear();
        rank.is_asked = false;
    }
    while (!desk.is_done()) {
        check_stop();
        bool moved = false;
        while (const auto message = port_.receive()) {
            take(run, *message);
            moved = true;
        }
        repeat_overdue(run);
        moved = hand_out(run) || moved;
        if (!moved) nap();
    }
    ranks_[0].strips += desk.own_work().strips;
    for (std::size_t rank = 1; rank < ranks_.size(); ++rank) send(rank, say(Word::over, run_));
}

std::vector<LaunchedRanks::Share> Coordinator::shares() const {
    std::vector<LaunchedRanks::Share> shares;
    for (const Rank& rank : ranks_) shares.push_back({rank.host, rank.strips});
    return shares;
}

void Coordinator::take(Run& run, const Message& message) {
    const auto rank = static_cast<std::size_t>(message.from);
    try {
        io::ByteReader reader(message.bytes);
        const auto word = reader.get<Word>();
        if (word == Word::failure) {
            const auto status = reader.get<std::int32_t>();
            fail_as(status, fmt::format("{}: {}", name_of(rank), reader.get_rest()));
        }
        if (word == Word::hello) return greet(run, rank, reader);
        if (word == Word::bye || reader.get<std::uint64_t>() != run_) return;
        if (word == Word::want) ranks_[rank].wants += reader.get<std::uint64_t>();
        if (word == Word::answer) accept(run, rank, reader);
    } catch (const io::MalformedRecord&) {
        throw RunError(fmt::format("{} says what makes no sense; do all ranks run one version?",
                                   name_of(rank)));
    }
}

/// Who computes something else must not take part.
void Coordinator::greet(Run& run, std::size_t rank, io::ByteReader& hello) {
    const auto of_run = hello.get<std::uint64_t>();
    if (hello.get<std::uint32_t>() != protocol_version) throw io::MalformedRecord();
    const std::string_view parameters = hello.get_rest();
    if (parameters != run.identity.parameters) {
        const std::string difference =
            run.identity.difference ? run.identity.difference(parameters) : std::string();
        throw InputError(
            fmt::format("{} would render with {}; all ranks must have the same data and options",
                        name_of(rank), difference.empty() ? "other parameters" : difference));
    }
    if (of_run == run_)
        send(rank, say(Word::plan, run_).put(run.desk.plan()));
    else
        send(rank, say(Word::over, of_run));
}

void Coordinator::accept(Run& run, std::size_t rank, io::ByteReader& answer) {
    Rank& from = ranks_[rank];
    const auto strip = static_cast<std::size_t>(answer.get<std::uint64_t>());
    const auto had = from.has.find(strip);
    if (had == from.has.end()) throw io::MalformedRecord();
    lease_.add(now() - had->second.since);
    from.is_suspect = had->second.is_overdue;
    from.is_asked = false;
    from.has.erase(had);
    ++from.wants;
    ++from.strips;
    run.desk.give(strip, answer.get_rest());
}

void Coordinator::repeat_overdue(Run& run) {
    const double time = now();
    if (time < next_check_) return;
    const double lease = lease_.seconds(run.desk.own_work().seconds_a_strip);
    next_check_ = time + Lease::least / 4;
    for (std::size_t r = 1; r < ranks_.size(); ++r) {
        Rank& rank = ranks_[r];
        for (auto& [index, strip] : rank.has) {
            if (strip.is_overdue || time - strip.since <= lease) continue;
            strip.is_overdue = true;
            rank.is_suspect = true;
            run.desk.repeat(index);
        }
        if (!rank.is_suspect || std::exchange(rank.is_suspect_told, true)) continue;
        run.context.tell(fmt::format(
            "{} is slow or lost; what it has not answered in {:.3g} s is done again by others",
            name_of(r), lease));
    }
}

/// One to each in turn, as long as there are any.
bool Coordinator::hand_out(Run& run) {
    bool any = false;
    for (bool again = true; again;) {
        again = false;
        for (std::size_t tries = 1; tries < ranks_.size(); ++tries) {
            turn_ = turn_ + 1 < ranks_.size() ? turn_ + 1 : 1;
            again = hand_one_out(run, turn_) || again;
        }
        any = any || again;
    }
    return any;
}

bool Coordinator::hand_one_out(Run& run, std::size_t to) {
    Rank& rank = ranks_[to];
    if (rank.wants == 0 || rank.is_asked) return false;
    const auto has = [&](std::size_t strip) { return rank.has.contains(strip); };
    const auto strip = rank.is_suspect ? run.desk.peek(has) : run.desk.take(has);
    if (!strip) return false;
    rank.is_asked = rank.is_suspect;
    --rank.wants;
    rank.has[*strip] = {now(), false};
    send(to, say(Word::strip, run_).put(std::uint64_t{*strip}));
    return true;
}

/// All is written by now: what makes no sense is passed over.
void Coordinator::hear(const Message& message,
                       const std::function<void(std::string_view)>& notice) {
    const auto from = static_cast<std::size_t>(message.from);
    try {
        io::ByteReader reader(message.bytes);
        const auto word = reader.get<Word>();
        if (word == Word::bye) ranks_[from].has_ended = true;
        if (word != Word::failure || !notice) return;
        const auto status = reader.get<std::int32_t>();
        if (status != 130)
            notice(
                fmt::format("{}: {}; the others did its part", name_of(from), reader.get_rest()));
    } catch (const io::MalformedRecord&) {
    }
}

/// Until all ranks have said so, or for some time; whether all have.
bool Coordinator::hear_byes(const std::function<void(std::string_view)>& notice, double seconds) {
    const double until = now() + seconds;
    while (true) {
        while (const auto message = port_.receive()) hear(*message, notice);
        if (std::ranges::all_of(ranks_, &Rank::has_ended)) return true;
        if (now() > until) return false;
        nap();
    }
}

std::vector<std::size_t> Coordinator::end(const std::function<void(std::string_view)>& notice,
                                          double patience) {
    for (std::size_t rank = 1; rank < ranks_.size(); ++rank) send(rank, say(Word::end));
    ranks_[0].has_ended = true;
    const bool all = hear_byes(notice, patience);
    std::vector<std::size_t> lost;
    for (std::size_t rank = 1; rank < ranks_.size(); ++rank) {
        if (ranks_[rank].has_ended)
            send(rank, say(Word::leave).put(all));
        else
            lost.push_back(rank);
    }
    const auto is_there = [this](int rank) {
        return ranks_[static_cast<std::size_t>(rank)].has_ended;
    };
    for (const double until = now() + farewell; port_.is_busy(is_there) && now() < until;) {
        port_.receive();
        nap();
    }
    return lost;
}

}  // namespace gradscape::cluster
