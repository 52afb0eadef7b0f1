// SPDX-License-Identifier: MIT
#include "tools/python/working.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "gradscape/stop.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the constructor of std::stop_source for a reader of what it makes.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace gradscape::python {
namespace {

constexpr double small_cost = 1e6;  // some tenths of a millisecond
constexpr std::chrono::milliseconds between_looks{20};

/// Evaluators that are not made for speed.
double slowness(const Evaluator& evaluator) {
    if (evaluator.name == "cpu") return 1;
    return evaluator.name == "reference" ? 20 : 1e6;
}

std::atomic<bool> left{false}, any_asleep{false};
std::thread::id leaver;  // written before `left`
std::atomic<int> at_work{0};
thread_local int at_work_here = 0;  // this thread's part of them: calls within callbacks

/// The work's thread and the one that waits for it.
class Shift {
public:
    Shift(const Means& means, const std::function<void(const Context&)>& work)
        : progress_(means.progress), thread_([this, &means, &work] { labour(means, work); }) {}

    /// With the interpreter's lock, which it lets go while it waits. What it calls of Python's is
    /// work, too: Python would end this thread in the middle of it.
    void wait() {
        const AtWork counted;
        while (!wait_a_while()) look();
        thread_.join();
        if (raised_) std::rethrow_exception(raised_);
        if (error_) std::rethrow_exception(error_);
        tell();
    }

private:
    void labour(const Means& means, const std::function<void(const Context&)>& work) {
        Context context;
        context.threads = means.threads;
        context.max_memory = means.max_memory;
        context.stop = stop_.get_token();
        if (wants_progress_)
            context.progress = [this](const RunProgress& at) {
                const std::lock_guard lock(mutex_);
                at_ = at;
            };
        std::exception_ptr error;
        try {
            const StopScope scope(stop_.get_token());
            work(context);
        } catch (...) {
            error = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        error_ = error;
        ended_ = true;
        changed_.notify_one();
    }

    bool wait_a_while() {
        const Unlocked unlocked;
        std::unique_lock lock(mutex_);
        const auto ended = [this] { return ended_; };
        if (!Unlocked::is_for_ever()) return changed_.wait_for(lock, between_looks, ended);
        stop_.request_stop();
        changed_.wait(lock, ended);
        return true;
    }

    /// Once something was raised, the work is only waited for.
    void look() {
        if (raised_) return;
        try {
            if (Unlocked::is_for_ever()) return;
            if (PyErr_CheckSignals() != 0) throw nb::python_error();
            tell();
        } catch (...) {
            raised_ = std::current_exception();
            stop_.request_stop();
        }
    }

    void tell() {
        if (!wants_progress_ || Unlocked::is_for_ever()) return;
        std::optional<RunProgress> at;
        {
            const std::lock_guard lock(mutex_);
            if (at_ && at_->done != told_) at = at_;
        }
        if (!at) return;
        told_ = at->done;
        progress_(at->done, at->total);
    }

    const nb::object& progress_;
    const bool wants_progress_ = !progress_.is_none();
    std::uint64_t told_ = 0;
    std::exception_ptr raised_;  // here
    std::stop_source stop_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::optional<RunProgress> at_;
    std::exception_ptr error_;  // there
    bool ended_ = false;
    std::thread thread_;  // the last: it uses all of the others
};

}  // namespace

AtWork::AtWork() {
    ++at_work;
    ++at_work_here;
}

AtWork::~AtWork() {
    --at_work_here;
    --at_work;
}

Unlocked::Unlocked() : state_(PyEval_SaveThread()) {}

Unlocked::~Unlocked() {
    if (is_for_ever()) {
        any_asleep = true;
        at_work -= at_work_here;
        while (true) ::pause();
    }
    PyEval_RestoreThread(state_);
}

bool Unlocked::is_for_ever() { return left && std::this_thread::get_id() != leaver; }

void leave() {
    constexpr std::chrono::milliseconds patience{2000}, between{1};
    leaver = std::this_thread::get_id();
    left = true;
    PyThreadState* const state = PyEval_SaveThread();
    for (auto waited = between; at_work > at_work_here && waited < patience; waited += between)
        std::this_thread::sleep_for(between);
    PyEval_RestoreThread(state);
    if (any_asleep) nb::set_leak_warnings(false);  // what they hold goes with the process
}

void forget_threads_in_forks() {
    ::pthread_atfork(nullptr, nullptr, [] { at_work = at_work_here; });
}

double cost_of(const Evaluator& evaluator, const Sequences& sequences, const RecurrentUnit& unit,
               const View& view) {
    const auto n = static_cast<double>(sequences.count), t = static_cast<double>(sequences.length),
               cells = static_cast<double>(view.grid.cells()),
               rows = static_cast<double>(view.grid.rows());
    const bool compressed = n > 4 * (t + 1);
    double cost = n * t * (compressed ? t + 4 : 4);
    if (view.fields.any_plain())
        cost += method_used(evaluator, view, unit) == Method::rows
                    ? cells + rows * (compressed ? t : n) * t
                    : cells * n * t * 3;
    if (view.fields.any_training()) cost += cells * view.training.iterations * n * t * 3;
    return cost * slowness(evaluator);
}

std::string run_apart(std::function<std::string()> work) {
    struct Apart {
        std::stop_source stop;
        std::mutex mutex;  // guards what follows
        std::condition_variable changed;
        std::string result;
        std::exception_ptr error;
        bool ended = false;
    };
    const auto apart = std::make_shared<Apart>();
    ++at_work;  // until it ends: the process waits for it, as for all
    std::thread([apart, work = std::move(work)]() mutable {
        std::string result;
        std::exception_ptr error;
        try {
            const StopScope scope(apart->stop.get_token());
            result = work();
        } catch (...) {
            error = std::current_exception();
        }
        work = nullptr;
        {
            const std::lock_guard lock(apart->mutex);
            apart->result = std::move(result);
            apart->error = error;
            apart->ended = true;
            apart->changed.notify_one();
        }
        --at_work;
    }).detach();
    const auto wait_a_while = [&] {
        const Unlocked unlocked;
        std::unique_lock lock(apart->mutex);
        return apart->changed.wait_for(lock, between_looks, [&] { return apart->ended; });
    };
    while (!wait_a_while())
        if (PyErr_CheckSignals() != 0) {
            apart->stop.request_stop();
            throw nb::python_error();
        }
    if (apart->error) std::rethrow_exception(apart->error);
    return std::move(apart->result);
}

void run(double cost, const Means& means, const std::function<void(const Context&)>& work) {
    if (cost > small_cost) return Shift(means, work).wait();
    const AtWork counted;
    std::optional<RunProgress> at;
    const bool wants_progress = !means.progress.is_none();
    {
        const Unlocked unlocked;
        Context context;
        context.threads = 1;
        context.max_memory = means.max_memory;
        if (wants_progress) context.progress = [&at](const RunProgress& now) { at = now; };
        work(context);
    }
    if (at && !Unlocked::is_for_ever()) means.progress(at->done, at->total);
}

}  // namespace gradscape::python
