// Ending long work early. A token is set up once, by whoever starts the work; everything long below
// asks now and then, by time, not by strip, and unwinds with Interrupted.
// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>

namespace gradscape {

/// While it lives, work of this thread, and of the threads that the work starts, ends soon after
/// the token is asked to. Scopes nest: any of their tokens ends the work.
class StopScope {
public:
    explicit StopScope(std::stop_token token);
    StopScope(const StopScope&) = delete;
    StopScope& operator=(const StopScope&) = delete;
    ~StopScope();

    bool requested() const noexcept {
        return token_.stop_requested() || (outer_ && outer_->requested());
    }

    /// Of this thread; null where none lives.
    static const StopScope* innermost() noexcept;

private:
    std::stop_token token_;
    const StopScope* outer_;
};

/// For a thread that works for another, whose scope it is handed (null: none), and which outlives
/// the work.
class InheritedStop {
public:
    explicit InheritedStop(const StopScope* scope);
    InheritedStop(const InheritedStop&) = delete;
    InheritedStop& operator=(const InheritedStop&) = delete;
    ~InheritedStop();

private:
    const StopScope* before_;
};

bool stop_requested() noexcept;

/// Throws Interrupted once a stop is requested. Some nanoseconds: for loops whose turn takes more.
void check_stop();

/// check_stop() for loops with short turns: at each `turns`-th call.
class StopCheck {
public:
    explicit StopCheck(unsigned turns) : turns_(turns), left_(turns) {}
    void operator()() {
        if (--left_ > 0) return;
        left_ = turns_;
        check_stop();
    }

private:
    unsigned turns_, left_;
};

}  // namespace gradscape
