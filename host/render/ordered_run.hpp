// The run of the process that has the files: strips in their order, filled by its own threads and,
// where there are any, by other ranks; committed one after the other.
// SPDX-License-Identifier: MIT
#pragma once

#include <set>

#include "host/render/strip_crew.hpp"

namespace gradscape::rendering {

class OrderedRun : private StripCrew, private StripDesk {
public:
    OrderedRun(const Source& source, std::span<Sink* const> sinks, const StripPlan& plan,
               const StripOptions& options);

    /// To the last commit; rethrows what a thread has thrown.
    void run();

private:
    /// How many threads, and slots for them and for other ranks.
    struct Sizes {
        std::size_t threads = 1, slots = 1, units = 1, remote = 0;
    };
    Sizes sizes() const;

    // Of the crew.
    bool is_over() const override;
    bool has_next() override;
    std::size_t next() override;
    void deliver(Lock& lock, Slot& slot) override;

    // Of the desk.
    const StripPlan& plan() const override { return plan_; }
    std::optional<std::size_t> take(const std::function<bool(std::size_t)>& has) override;
    std::optional<std::size_t> peek(const std::function<bool(std::size_t)>& has) override;
    void give(std::size_t strip, std::string_view answer) override;
    void repeat(std::size_t strip) override;
    OwnWork own_work() override;
    bool is_done() override;

    /// Encoded, by whomever: waits for its turn, or has had it.
    bool has_answer(std::size_t strip) const { return waiting_[strip] != nullptr; }
    void drop_answered();
    /// Of what is to be done once more, the uppermost strip that a rank does not have.
    std::optional<std::size_t> repeated(const std::function<bool(std::size_t)>& has) const;
    /// Strips from other ranks that wait for their turn.
    std::size_t held() const { return remote_slots_.size() - free_remote_slots_.size(); }
    Slot& remote_slot();
    void add(Lock& lock, Slot& slot);
    void commit_waiting(Lock& lock);
    void commit(const Slot& slot);

    const StripOptions& options_;
    RunProgress progress_;  // only by the committing thread

    // With the crew's lock.
    std::vector<Slot*> waiting_;      // by strip: encoded, not yet committed, or done with
    std::vector<std::uint8_t> away_;  // by strip: with another rank, no answer yet
    std::set<std::size_t> again_;     // to be done once more, each of them before next_
    std::size_t next_ = 0, next_commit_ = 0;
    std::size_t away_count_ = 0, remote_limit_ = 0;
    std::vector<std::unique_ptr<Slot>> remote_slots_;
    std::vector<Slot*> free_remote_slots_;
    double own_seconds_ = 0;
    std::size_t own_strips_ = 0;
    bool has_begun_ = false, committing_ = false;
};

}  // namespace gradscape::rendering
