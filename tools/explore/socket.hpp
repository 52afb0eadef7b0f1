// A TCP connection of this machine to itself, with deadlines.
// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gradscape::explore {

using Clock = std::chrono::steady_clock;

class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

/// Listens at 127.0.0.1 alone; port 0: any that is free. InputError naming a free one where this
/// one is in use.
Descriptor listen_at(std::uint16_t port);
std::uint16_t port_of(const Descriptor& listener);

/// The user whose socket is at the other end, by the system's table of connections; none where that
/// does not tell.
std::optional<::uid_t> owner_of_peer(const Descriptor& socket);

/// Appends what is there, waiting for it up to the deadline. False: the client has left, or nothing
/// came.
bool receive(const Descriptor& socket, std::string& bytes, Clock::time_point deadline);
/// All of it; gives up when nothing was taken for `patience`.
bool send_all(const Descriptor& socket, std::string_view bytes, std::chrono::seconds patience);

}  // namespace gradscape::explore
