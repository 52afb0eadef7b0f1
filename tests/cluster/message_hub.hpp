// Ranks as threads of one process: what a launcher's processes say through MPI goes through queues.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "host/cluster/message_port.hpp"

namespace gradscape::test {

class MessageHub {
public:
    explicit MessageHub(std::size_t ranks) : boxes_(ranks), given_(ranks) {}

    std::size_t size() const { return boxes_.size(); }

    void send(int from, int to, std::string bytes) {
        const std::lock_guard lock(mutex_);
        boxes_.at(static_cast<std::size_t>(to)).push_back({from, std::move(bytes)});
        changed_.notify_all();
    }

    void wait_for_message(int rank) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !boxes_.at(static_cast<std::size_t>(rank)).empty(); });
    }

    std::optional<cluster::Message> receive(int rank) {
        const std::lock_guard lock(mutex_);
        auto& box = boxes_.at(static_cast<std::size_t>(rank));
        if (box.empty()) return {};
        cluster::Message message = std::move(box.front());
        box.pop_front();
        return message;
    }

    std::vector<std::string> exchange(int rank, const std::string& own) {
        std::unique_lock lock(mutex_);
        given_.at(static_cast<std::size_t>(rank)) = own;
        ++arrived_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return arrived_ == given_.size(); });
        return given_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::deque<cluster::Message>> boxes_;
    std::vector<std::string> given_;
    std::size_t arrived_ = 0;
};

struct Aborted : std::runtime_error {
    explicit Aborted(int with) : std::runtime_error("aborted"), status(with) {}
    int status;
};

class HubPort : public cluster::MessagePort {
public:
    HubPort(MessageHub& hub, int rank) : hub_(hub), rank_(rank) {}

    int rank() const override { return rank_; }
    int size() const override { return static_cast<int>(hub_.size()); }
    std::vector<std::string> exchange(const std::string& own) override {
        return hub_.exchange(rank_, own);
    }
    void send(int to, std::string bytes) override { hub_.send(rank_, to, std::move(bytes)); }
    std::optional<cluster::Message> receive() override { return hub_.receive(rank_); }
    bool is_busy(const std::function<bool(int)>&) const override { return false; }
    void finalize() override { is_finalized = true; }
    [[noreturn]] void abort(int status) override { throw Aborted(status); }

    bool is_finalized = false;

private:
    MessageHub& hub_;
    int rank_;
};

}  // namespace gradscape::test
