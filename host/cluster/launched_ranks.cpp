// SPDX-License-Identifier: MIT
#include "host/cluster/launched_ranks.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/internal/launch_environment.hpp"
#include "host/cluster/coordinator.hpp"
#include "host/cluster/worker.hpp"

namespace gradscape::cluster {
namespace {

class PortRanks : public LaunchedRanks {
public:
    PortRanks(MessagePort& port, std::function<void(int)> leave)
        : port_(port), leave_(std::move(leave)) {
        for (const std::string& place : port.exchange(own_place().packed()))
            places_.push_back(RankPlace::unpacked(place));
        if (is_first()) {
            std::vector<std::string> hosts;
            for (const RankPlace& place : places_) hosts.push_back(place.host);
            coordinator_.emplace(port, std::move(hosts));
        } else {
            worker_.emplace(port, places_.front(), places_[rank()]);
        }
    }

    bool is_first() const override { return rank() == 0; }
    std::size_t count() const override { return places_.size(); }
    unsigned threads() const override { return threads_of(places_, rank()); }
    std::vector<BoundRanks> bound() const override { return bound_of(places_); }

    std::vector<Share> shares() const override {
        return coordinator_ ? coordinator_->shares() : std::vector<Share>();
    }

    void serve(StripDesk& desk, const RunIdentity& run, const Context& context) override {
        coordinator_->serve(desk, run, context);
    }
    void work(StripBench& bench, const RunIdentity& run) override { worker_->work(bench, run); }

    void end(int status, const std::string& error,
             const std::function<void(std::string_view)>& notice) override {
        if (is_first() && status != 0) {
            usleep(250'000);  // MPICH's launcher drops what it has not read of the error by then
            port_.abort(status);
        }
        const bool all = is_first() ? end_others(notice) : worker_->end(status, error);
        if (all) return port_.finalize();
        // MPI cannot be finalized without all; to abort ends a rank that hangs, too.
        if (is_first()) port_.abort(0);
        // Where all is written, a rank's own failure no longer counts.
        leave_(is_first() || worker_->has_ended() ? 0 : status);
    }

private:
    std::size_t rank() const { return static_cast<std::size_t>(port_.rank()); }

    /// Whether all are there to the end. All is written by now, which no error here undoes: neither
    /// one of the messages, nor of who is told.
    bool end_others(const std::function<void(std::string_view)>& notice) {
        try {
            const auto lost = coordinator_->end(notice);
            if (!lost.empty() && notice)
                notice(fmt::format(
                    "{}{} not heard of any more; all is written nevertheless",
                    coordinator_->name_of(lost.front()),
                    lost.size() == 1 ? " was" : fmt::format(" and {} more were", lost.size() - 1)));
            return lost.empty();
        } catch (const std::exception&) {
            return false;
        }
    }

    MessagePort& port_;
    std::function<void(int)> leave_;
    std::vector<RankPlace> places_;
    std::optional<Coordinator> coordinator_;
    std::optional<Worker> worker_;
};

}  // namespace

std::unique_ptr<LaunchedRanks> ranks_through(MessagePort& port, std::function<void(int)> leave) {
    return std::make_unique<PortRanks>(port, std::move(leave));
}

}  // namespace gradscape::cluster

namespace gradscape {
namespace {

/// Messages of strips are of some 100 KiB and live shortly. By default every one would be mapped
/// anew, page by page: a tenth of the time of plain surfaces.
void keep_freed_memory() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

}  // namespace

std::unique_ptr<LaunchedRanks> join_launched_ranks() {
    const Launch launch = launch_environment();
    if (!launch.is_several()) return nullptr;
    keep_freed_memory();
    cluster::MessagePort& port = *cluster::message_module(launch.mpi)();
    if (port.size() != launch.count)
        throw RunError(fmt::format(
            "{} knows of {} of the {} processes that were started: their launcher is another "
            "MPI's; GRADSCAPE_MPI=openmpi or mpich in the environment says which it is",
            cluster::name_of(launch.mpi), port.size(), launch.count));
    return cluster::ranks_through(port, [](int status) {
        sleep(10);  // rank 0 ends all long before
        _exit(status);
    });
}

std::optional<BoundRanks> bound_alone() {
    const Launch launch = launch_environment();
    if (launch.mpi == Launch::Mpi::none || launch.count != 1) return {};
    const std::vector<cluster::RankPlace> alone{cluster::own_place()};
    const auto bound = cluster::bound_of(alone);
    return bound.empty() ? std::nullopt : std::optional(bound.front());
}

}  // namespace gradscape
