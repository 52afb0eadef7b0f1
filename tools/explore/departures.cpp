// SPDX-License-Identifier: MIT
#include "tools/explore/departures.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>

#include "gradscape/error.hpp"

namespace gradscape::explore {

Departures::Departures() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), end_(::eventfd(0, EFD_CLOEXEC)) {
    epoll_event event{EPOLLIN, {.u64 = 0}};
    if (epoll_.number() < 0 || end_.number() < 0 ||
        ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, end_.number(), &event) != 0)
        throw RunError("no file descriptors are left for the server");
    thread_ = std::jthread([this] { wait(); });
}

Departures::~Departures() { ::eventfd_write(end_.number(), 1); }

void Departures::wait() {
    while (true) {
        epoll_event event{};
        if (::epoll_wait(epoll_.number(), &event, 1, -1) < 0 && errno != EINTR) return;
        if (event.events == 0) continue;
        if (event.data.u64 == 0) return;
        const std::lock_guard lock(mutex_);
        const auto left = watches_.find(event.data.u64);
        if (left != watches_.end()) left->second->source_.request_stop();
    }
}

void Departures::stop_all() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& [number, watch] : watches_) watch->source_.request_stop();
}

Departures::Watch::Watch(Departures& departures, const Descriptor& socket)
    : departures_(departures), socket_(socket) {
    {
        const std::lock_guard lock(departures_.mutex_);
        number_ = ++departures_.last_;
        departures_.watches_.emplace(number_, this);
        if (departures_.stopped_) source_.request_stop();
    }
    epoll_event event{EPOLLRDHUP | EPOLLONESHOT, {.u64 = number_}};
    ::epoll_ctl(departures_.epoll_.number(), EPOLL_CTL_ADD, socket_.number(), &event);
}

Departures::Watch::~Watch() {
    ::epoll_ctl(departures_.epoll_.number(), EPOLL_CTL_DEL, socket_.number(), nullptr);
    const std::lock_guard lock(departures_.mutex_);
    departures_.watches_.erase(number_);
}

}  // namespace gradscape::explore
