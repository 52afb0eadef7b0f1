// Notices clients that leave while their request is served, and has that work stopped: one thread,
// which sleeps until it happens.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "tools/explore/socket.hpp"

namespace gradscape::explore {

class Departures {
public:
    Departures();
    Departures(const Departures&) = delete;
    Departures& operator=(const Departures&) = delete;
    ~Departures();

    /// While it lives, the client is watched: its token is stopped when it leaves.
    class Watch {
    public:
        Watch(Departures& departures, const Descriptor& socket);
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();
        std::stop_token token() const { return source_.get_token(); }

    private:
        friend class Departures;
        Departures& departures_;
        const Descriptor& socket_;
        std::stop_source source_;
        std::uint64_t number_;
    };

    /// Stops all that is being served, and all that will be.
    void stop_all();

private:
    void wait();

    Descriptor epoll_, end_;
    std::mutex mutex_;
    std::map<std::uint64_t, Watch*> watches_;
    std::uint64_t last_ = 0;
    bool stopped_ = false;
    std::jthread thread_;
};

}  // namespace gradscape::explore
