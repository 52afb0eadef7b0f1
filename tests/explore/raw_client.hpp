// A client that sends any bytes, as browsers do not.
// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tools/explore/socket.hpp"

namespace gradscape::test {

/// Long enough for any machine: how long a test may wait that is going to fail.
inline constexpr std::chrono::seconds patience{60};

struct RawReply {
    int status = 0;  ///< 0: the connection ended without one
    std::string head, body;

    bool has_field(std::string_view field) const {
        return head.find("\r\n" + std::string(field)) != std::string::npos;
    }
};

class RawClient {
public:
    explicit RawClient(std::uint16_t port)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        if (::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address),
                      sizeof address) != 0)
            throw std::runtime_error("cannot connect");
    }

    void send(std::string_view bytes) const { explore::send_all(socket_, bytes, patience); }

    void get(const std::string& target, std::uint16_t port, const std::string& fields = {}) const {
        send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n" +
             fields + "\r\n");
    }

    /// The next whole reply, whether its length is told or it comes in chunks.
    RawReply reply() {
        RawReply reply;
        const std::size_t head_end = wait_for("\r\n\r\n");
        if (head_end == std::string::npos) return reply;
        reply.head = take(head_end + 4);
        reply.status = std::atoi(reply.head.c_str() + sizeof "HTTP/1.1");
        const std::size_t length = reply.head.find("Content-Length: ");
        if (length != std::string::npos) {
            reply.body = take_whole(std::strtoul(reply.head.c_str() + length + 16, nullptr, 10));
            return reply;
        }
        while (true) {
            const std::size_t line = wait_for("\r\n");
            if (line == std::string::npos) return {};
            const std::size_t size = std::strtoul(take(line + 2).c_str(), nullptr, 16);
            const std::string chunk = take_whole(size + 2);
            if (chunk.size() != size + 2) return {};
            if (size == 0) return reply;
            reply.body.append(chunk, 0, size);
        }
    }

    /// Whether the server ends the connection, without saying more.
    bool is_closed() { return received_.empty() && !receive_more() && received_.empty(); }
    /// Bytes that are there now, without waiting.
    bool has_bytes() const {
        pollfd one{socket_.number(), POLLIN, 0};
        return !received_.empty() || ::poll(&one, 1, 0) == 1;
    }
    /// Waits until anything arrives.
    bool wait_for_bytes() { return !received_.empty() || receive_more(); }

    const explore::Descriptor& socket() const { return socket_; }

private:
    bool receive_more() {
        return explore::receive(socket_, received_, explore::Clock::now() + patience);
    }
    std::size_t wait_for(std::string_view mark) {
        std::size_t at;
        while ((at = received_.find(mark)) == std::string::npos)
            if (!receive_more()) return at;
        return at;
    }
    std::string take(std::size_t size) {
        std::string bytes = received_.substr(0, size);
        received_.erase(0, size);
        return bytes;
    }
    std::string take_whole(std::size_t size) {
        while (received_.size() < size && receive_more()) {
        }
        return take(size);
    }

    explore::Descriptor socket_;
    std::string received_;
};

}  // namespace gradscape::test
