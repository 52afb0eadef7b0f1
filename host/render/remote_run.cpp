// SPDX-License-Identifier: MIT
#include "host/render/remote_run.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "gradscape/stop.hpp"
#include "host/render/strip_crew.hpp"

namespace gradscape::rendering {
namespace {

/// Threads that do the strips of a plan.
class RemoteCrew : public StripCrew {
public:
    RemoteCrew(const Source& source, std::span<Sink* const> sinks, const StripPlan& plan,
               const StripOptions& options)
        : StripCrew(source, sinks, plan), options_(options) {}
    ~RemoteCrew() override { end(); }

    /// How many strips there is room for.
    std::size_t start() {
        const std::size_t wanted = options_.threads > 0 ? options_.threads : available_threads();
        const std::size_t bytes =
            std::max<std::size_t>(slot_bytes(source_, sinks_, plan_.rows_per_strip), 1);
        const std::size_t affordable = std::max<std::size_t>(options_.max_memory / bytes, 1);
        const std::size_t units =
            units_per_strip(source_, plan_, wanted, affordable, wanted * options_.ranks->count());
        // Where all threads share a strip, the next one waits for them.
        const std::size_t slots = std::min(units > 1 ? 2 : 2 * wanted, affordable);
        make_slots(slots, units);
        start_threads(threads_, std::min(wanted, slots * std::min(units, plan_.rows_per_strip)),
                      true);
        return slots;
    }

    void put(std::size_t strip) {
        const std::lock_guard lock(mutex_);
        orders_.push_back(strip);
        changed_.notify_one();
    }

    std::optional<StripBench::Answer> next_answer(double seconds) {
        Lock lock(mutex_);
        answered_.wait_for(lock, std::chrono::duration<double>(seconds),
                           [this] { return error_ || !answers_.empty(); });
        if (error_) std::rethrow_exception(error_);
        if (answers_.empty()) return {};
        StripBench::Answer answer = std::move(answers_.front());
        answers_.pop_front();
        return answer;
    }

private:
    bool is_over() const override { return ended_; }
    bool has_next() override { return !orders_.empty(); }
    std::size_t next() override {
        const std::size_t strip = orders_.front();
        orders_.pop_front();
        return strip;
    }

    void deliver(Lock& lock, Slot& slot) override {
        lock.unlock();
        std::string packed = pack_pieces(sinks_, slot);
        lock.lock();
        answers_.push_back({slot.index, std::move(packed)});
        answered_.notify_one();
        free_slots_.push_back(&slot);
        changed_.notify_one();
    }
    void on_error() override { answered_.notify_one(); }

    /// What is still being done is of no use to anyone.
    void end() {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        stop_.request_stop();
        changed_.notify_all();
        threads_.clear();
    }

    const StripOptions& options_;
    bool ended_ = false;
    std::deque<std::size_t> orders_;
    std::condition_variable answered_;
    std::deque<StripBench::Answer> answers_;
    std::vector<std::jthread> threads_;
};

class RemoteBench : public StripBench {
public:
    RemoteBench(const Source& source, std::span<Sink* const> sinks, const StripOptions& options)
        : source_(source), sinks_(sinks), options_(options) {}

    std::size_t start(const StripPlan& plan) override {
        crew_.emplace(source_, sinks_, plan, options_);
        return crew_->start();
    }
    void put(std::size_t strip) override { crew_->put(strip); }
    std::optional<Answer> next_answer(double seconds) override {
        return crew_->next_answer(seconds);
    }

private:
    const Source& source_;
    std::span<Sink* const> sinks_;
    const StripOptions& options_;
    std::optional<RemoteCrew> crew_;
};

}  // namespace

void run_for_first_rank(const Source& source, std::span<Sink* const> sinks,
                        const StripOptions& options) {
    const StopScope scope(options.stop);
    RemoteBench bench(source, sinks, options);
    options.ranks->work(bench, options.identity);
}

}  // namespace gradscape::rendering
