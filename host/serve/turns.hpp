// Who may work where several frames want the same cores: the newest.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <stop_token>

namespace gradscape::serve {

class Turns {
public:
    /// A frame's claim, from its start to its end.
    class Claim {
    public:
        explicit Claim(Turns& turns) : turns_(turns) {
            const std::lock_guard lock(turns_.mutex_);
            number_ = ++turns_.last_;
            turns_.active_.insert(number_);
        }
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;
        ~Claim() {
            {
                const std::lock_guard lock(turns_.mutex_);
                turns_.active_.erase(number_);
            }
            turns_.changed_.notify_all();
        }

        /// Returns when no newer frame is at work, or at a stop.
        void wait(const std::stop_token& stop) const {
            std::unique_lock lock(turns_.mutex_);
            turns_.changed_.wait(lock, stop,
                                 [this] { return *turns_.active_.rbegin() == number_; });
        }

    private:
        Turns& turns_;
        std::uint64_t number_;
    };

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::uint64_t last_ = 0;
    std::set<std::uint64_t> active_;
};

}  // namespace gradscape::serve
