// SPDX-License-Identifier: MIT
#include "tools/explore/socket.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "gradscape/error.hpp"

namespace gradscape::explore {
namespace {

[[noreturn]] void fail(const char* what) {
    throw RunError(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// Whether a connection became ready; -1 as a limit waits for ever.
bool wait_for(const Descriptor& socket, short event, int milliseconds) {
    pollfd one{socket.number(), event, 0};
    int ready;
    do ready = ::poll(&one, 1, milliseconds);
    while (ready < 0 && errno == EINTR);
    return ready == 1;
}

int milliseconds_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left, 0));
}

bool bind_at(const Descriptor& socket, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
           0;
}

Descriptor new_socket() {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.number() < 0) fail("cannot make a socket");
    const int one = 1;  // a restart finds its port free at once
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    return socket;
}

}  // namespace

Descriptor listen_at(std::uint16_t port) {
    Descriptor socket = new_socket();
    const auto listens = [](const Descriptor& candidate) {
        return ::listen(candidate.number(), SOMAXCONN) == 0;
    };
    if (bind_at(socket, port) && listens(socket)) return socket;
    if (errno == EACCES)
        throw InputError(
            fmt::format("{}: only root may listen there; a port from 1024 on is wanted", port));
    if (errno != EADDRINUSE) fail("cannot listen");
    const Descriptor other = new_socket();
    if (!bind_at(other, 0)) fail("cannot listen");
    throw InputError(
        fmt::format("{}: another program listens there; {} is free", port, port_of(other)));
}

std::uint16_t port_of(const Descriptor& listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        fail("cannot listen");
    return ntohs(address.sin_port);
}

std::optional<::uid_t> owner_of_peer(const Descriptor& socket) {
    sockaddr_in own{}, peer{};
    socklen_t size = sizeof own;
    if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&own), &size) != 0) return {};
    size = sizeof peer;
    if (::getpeername(socket.number(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return {};
    std::ifstream table("/proc/net/tcp");  // proc(5): a line for each end
    for (std::string line; std::getline(table, line);) {
        unsigned from = 0, from_port = 0, to = 0, to_port = 0, user = 0;
        if (std::sscanf(line.c_str(), "%*d: %8X:%4X %8X:%4X %*X %*X:%*X %*X:%*X %*X %u", &from,
                        &from_port, &to, &to_port, &user) == 5 &&
            from == peer.sin_addr.s_addr && from_port == ntohs(peer.sin_port) &&
            to == own.sin_addr.s_addr && to_port == ntohs(own.sin_port))
            return user;
    }
    return {};
}

bool receive(const Descriptor& socket, std::string& bytes, Clock::time_point deadline) {
    if (!wait_for(socket, POLLIN, milliseconds_until(deadline))) return false;
    std::array<char, 8192> buffer;
    const ssize_t count = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

bool send_all(const Descriptor& socket, std::string_view bytes, std::chrono::seconds patience) {
    while (!bytes.empty()) {
        const ssize_t count =
            ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            if (!wait_for(socket, POLLOUT, milliseconds_until(Clock::now() + patience)))
                return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

}  // namespace gradscape::explore
