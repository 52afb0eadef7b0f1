// Rank 0: hands out strips to the ranks that ask, once more where an answer is overdue.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>

#include "gradscape/context.hpp"
#include "host/cluster/lease.hpp"
#include "host/cluster/protocol.hpp"

namespace gradscape::cluster {

class Coordinator {
public:
    /// Hosts by rank, for messages.
    Coordinator(MessagePort& port, std::vector<std::string> hosts);

    /// See Ranks::serve().
    void serve(StripDesk& desk, const RunIdentity& run, const Context& context);

    /// After a run that ended well; gives the ranks that were not heard of any more in some
    /// seconds, in which others end what is done already. These are told whether MPI is finalized,
    /// which takes all.
    std::vector<std::size_t> end(const std::function<void(std::string_view)>& notice,
                                 double patience = 3);

    std::string name_of(std::size_t rank) const;
    std::vector<LaunchedRanks::Share> shares() const;

private:
    using Clock = std::chrono::steady_clock;

    struct Strip {
        double since = 0;
        bool is_overdue = false;
    };
    struct Rank {
        std::string host;
        std::size_t wants = 0, strips = 0;
        std::map<std::size_t, Strip> has;  ///< unanswered
        /// Its last strip was overdue: until it answers in time it gets copies of what others do.
        bool is_suspect = false, is_suspect_told = false;
        bool is_asked = false;  ///< has a copy
        bool has_ended = false;
    };
    /// Of one call to serve().
    struct Run {
        StripDesk& desk;
        const RunIdentity& identity;
        const Context& context;
    };

    static double now() {
        return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
    }
    void take(Run& run, const Message& message);
    void greet(Run& run, std::size_t rank, io::ByteReader& hello);
    void accept(Run& run, std::size_t rank, io::ByteReader& answer);
    void repeat_overdue(Run& run);
    bool hand_out(Run& run);
    bool hand_one_out(Run& run, std::size_t rank);
    void send(std::size_t rank, const io::ByteWriter& message);
    void nap() const;
    void hear(const Message& message, const std::function<void(std::string_view)>& notice);
    bool hear_byes(const std::function<void(std::string_view)>& notice, double seconds);

    MessagePort& port_;
    std::vector<Rank> ranks_;
    Lease lease_;
    std::uint64_t run_ = 0;
    double next_check_ = 0;
    std::size_t turn_ = 0;
};

}  // namespace gradscape::cluster
