// Any rank but the first: asks rank 0 for strips, and gives it what was made of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/cluster/cpu_shares.hpp"
#include "host/cluster/protocol.hpp"

namespace gradscape::cluster {

class Worker {
public:
    Worker(MessagePort& port, const RankPlace& first, const RankPlace& own);

    /// See Ranks::work().
    void work(StripBench& bench, const RunIdentity& run);

    /// Says so, with the error where there was one, and waits for rank 0 to end. Whether MPI is to
    /// be finalized.
    bool end(int status, const std::string& error);
    /// Rank 0 has said so: all is written.
    bool has_ended() const { return has_ended_; }

private:
    /// The next message, of whichever run: one that ends this run, or all, is noted. None: none is
    /// here.
    std::optional<Message> receive();
    void wait_for_plan(StripBench& bench);
    bool first_is_gone();
    void expect_first();

    MessagePort& port_;
    std::string first_process_;  ///< of rank 0, in /proc; empty where it cannot be seen
    double next_look_ = 0;
    std::uint64_t run_ = 0;
    bool is_over_ = false, has_ended_ = false;  ///< this run, all of them
};

}  // namespace gradscape::cluster
