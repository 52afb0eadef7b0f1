// Several processes that do one render together. Each prepares the same model; the first of them,
// rank 0, has the files, the journal and the statistics, hands out strips, and takes what the
// others made of them as if its own threads had. The bytes are those of a single process.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradscape {

struct Context;
struct StripPlan;

/// Strips of rank 0 for the other ranks; its own threads take from the same. For one thread.
class StripDesk {
public:
    virtual ~StripDesk() = default;

    virtual const StripPlan& plan() const = 0;
    /// A strip to be done, of those that the asking rank does not have; none: not at the moment.
    virtual std::optional<std::size_t> take(const std::function<bool(std::size_t)>& has) = 0;
    /// The strip that will be taken next, which may be done twice: for a rank that is not trusted.
    /// None where there is none that the rank does not have.
    virtual std::optional<std::size_t> peek(const std::function<bool(std::size_t)>& has) = 0;
    /// What a rank made of a strip; a second answer is dropped.
    virtual void give(std::size_t strip, std::string_view answer) = 0;
    /// Hands a strip out once more, to any rank or thread; the first answer wins.
    virtual void repeat(std::size_t strip) = 0;
    /// What rank 0's own threads have done: strips, and the seconds that each took.
    struct OwnWork {
        std::size_t strips = 0;
        double seconds_a_strip = 0;
    };
    virtual OwnWork own_work() = 0;
    /// All strips are committed, or the run has failed.
    virtual bool is_done() = 0;
};

/// What another rank makes of strips. For one thread.
class StripBench {
public:
    struct Answer {
        std::size_t strip = 0;
        std::string bytes;
    };

    virtual ~StripBench() = default;

    /// Starts to work; how many strips it takes at a time.
    virtual std::size_t start(const StripPlan& plan) = 0;
    virtual void put(std::size_t strip) = 0;
    /// Waits for one some time; none: there was none. Throws what a thread has thrown.
    virtual std::optional<Answer> next_answer(double seconds) = 0;
};

/// What all ranks must agree on.
struct RunIdentity {
    std::string parameters;  ///< all that decides the bytes
    /// How the parameters found elsewhere differ, for an error message; empty: they do not.
    std::function<std::string(std::string_view found)> difference;
};

class Ranks {
public:
    virtual ~Ranks() = default;

    virtual bool is_first() const = 0;
    virtual std::size_t count() const = 0;
    /// Rank 0, with the thread that joined the ranks: hands out strips until the desk is done.
    /// InputError where a rank would make something else; where one has met an error of its own,
    /// that kind of error: InputError, RunError or Interrupted.
    virtual void serve(StripDesk& desk, const RunIdentity& run, const Context& context) = 0;
    /// Any other, with that thread: works until rank 0 says that the run is over, or all is.
    virtual void work(StripBench& bench, const RunIdentity& run) = 0;
};

/// Ranks on one machine whose launcher lets them use fewer CPUs than it may itself.
struct BoundRanks {
    std::string host;
    std::size_t ranks = 0, cpus = 0, of_cpus = 0;
};

/// Those that a launcher of MPI (mpirun, srun) started with this process. By one thread.
class LaunchedRanks : public Ranks {
public:
    /// CPUs that this rank may use, its share of those that it has in common with others.
    virtual unsigned threads() const = 0;
    virtual std::vector<BoundRanks> bound() const = 0;
    /// Of rank 0: where each rank is, and how many strips it has done.
    struct Share {
        std::string host;
        std::size_t strips = 0;
    };
    virtual std::vector<Share> shares() const = 0;
    /// The last call, once in each process. Of rank 0: how all ended; ranks that are not heard of
    /// any more are told of in the notices. Of any other: how it ended itself, with the error's
    /// text, which rank 0 says. Returns where all ranks have come to their end together; where some
    /// are lost, or rank 0 ended with an error, it ends the process, and rank 0 ends all.
    virtual void end(int status, const std::string& error,
                     const std::function<void(std::string_view)>& notice) = 0;
};

/// Null where this process was started alone; otherwise it keeps the memory that it frees from now
/// on (glibc's mallopt). RunError where the module for the launcher's MPI is
/// missing.
std::unique_ptr<LaunchedRanks> join_launched_ranks();

/// Of a process that a launcher of MPI started alone, to one that it may use fewer CPUs than the
/// launcher; else none.
std::optional<BoundRanks> bound_alone();

}  // namespace gradscape
