// SPDX-License-Identifier: MIT
#include "tools/explore/server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "gradscape/error.hpp"

namespace gradscape::explore {
namespace {

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 303:
            return "See Other";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 431:
            return "Request Header Fields Too Large";
        default:
            return "Internal Server Error";
    }
}

/// What every reply says: nobody else may show, frame (but who is named), sniff, keep or follow any
/// of it.
constexpr std::string_view security_fields =
    "Content-Security-Policy: default-src 'self'; img-src 'self' blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors {}\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";

class SocketResponse : public Response {
public:
    SocketResponse(const Descriptor& socket, bool keep_alive, const ServerLimits& limits)
        : socket_(socket), keep_alive_(keep_alive), limits_(limits) {}

    bool is_for_this_user() const override {
        return owner_of_peer(socket_).value_or(::geteuid()) == ::geteuid();
    }

    /// Whether the connection ends with this reply. Who may not ask, or asks for what is not there,
    /// shall not hold one; the page does neither.
    bool closes() const { return !keep_alive_ || status == 403 || status == 404 || status == 405; }

private:
    void send(std::string_view body, bool last) override {
        std::string bytes;
        const bool whole = last && !has_begun();
        if (!has_begun()) {
            const std::string& ancestors = limits_.frame_ancestors;
            bytes = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", status, reason_of(status),
                                type);
            bytes += fmt::format(security_fields, ancestors.empty() ? "'none'" : ancestors);
            for (const auto& [name, value] : fields)
                bytes += fmt::format("{}: {}\r\n", name, value);
            if (closes()) bytes += "Connection: close\r\n";
            if (whole)
                bytes += fmt::format("Content-Length: {}\r\n\r\n", body.size());
            else
                bytes += "Transfer-Encoding: chunked\r\n\r\n";
        }
        if (whole) {
            bytes += body;
        } else {
            if (!body.empty()) {
                bytes += fmt::format("{:x}\r\n", body.size());
                bytes += body;
                bytes += "\r\n";
            }
            if (last) bytes += "0\r\n\r\n";
        }
        if (!send_all(socket_, bytes, limits_.reply)) throw ClientLeft{};
    }

    const Descriptor& socket_;
    const bool keep_alive_;
    const ServerLimits& limits_;
};

}  // namespace

struct Server::Connection {
    enum class State : std::uint8_t { waiting, serving, closing, ended };

    explicit Connection(Descriptor accepted) : socket(std::move(accepted)) {}

    const Descriptor socket;
    RequestReader reader;
    State state = State::waiting;                    // by the server's mutex, as
    Clock::time_point waiting_since = Clock::now();  // this is
    std::thread thread;
};

Server::Server(Descriptor listener, Handler handler, const ServerLimits& limits)
    : limits_(limits),
      handler_(std::move(handler)),
      listener_(std::move(listener)),
      port_(port_of(listener_)) {}

Server::~Server() {
    departures_.stop_all();
    {
        const std::lock_guard lock(mutex_);
        for (Connection& connection : connections_)
            ::shutdown(connection.socket.number(), SHUT_RDWR);
    }
    for (Connection& connection : connections_) connection.thread.join();
}

void Server::make_room() {
    using State = Connection::State;
    std::list<Connection> ended;
    {
        const std::lock_guard lock(mutex_);
        for (auto at = connections_.begin(); at != connections_.end();) {
            const auto next = std::next(at);
            if (at->state == State::ended) ended.splice(ended.end(), connections_, at);
            at = next;
        }
        if (connections_.size() >= limits_.connections) {
            auto oldest = connections_.end();
            for (auto at = connections_.begin(); at != connections_.end(); ++at)
                if (at->state == State::waiting &&
                    (oldest == connections_.end() || at->waiting_since < oldest->waiting_since))
                    oldest = at;
            if (oldest != connections_.end()) {
                oldest->state = State::closing;
                ::shutdown(oldest->socket.number(), SHUT_RDWR);  // its thread wakes up and ends
                ended.splice(ended.end(), connections_, oldest);
            }
        }
    }
    for (Connection& connection : ended) connection.thread.join();
}

void Server::accept_one() {
    make_room();
    Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.number() < 0) {  // it has left already, or there are no more descriptors
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));  // it stays readable
        return;
    }
    if (connections_.size() >= limits_.connections) return;
    const int one = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection* connection;
    {
        const std::lock_guard lock(mutex_);
        connection = &connections_.emplace_back(std::move(socket));
    }
    try {
        connection->thread = std::thread([this, connection] { serve(*connection); });
    } catch (const std::system_error&) {  // no more threads
        const std::lock_guard lock(mutex_);
        connections_.pop_back();
    }
}

void Server::serve(Connection& connection) {
    try {
        while (serve_next(connection)) {
        }
    } catch (const ClientLeft&) {
        // Nobody to tell.
    } catch (const std::exception&) {
        // No memory even to say so.
    }
    ::shutdown(connection.socket.number(), SHUT_RDWR);
    const std::lock_guard lock(mutex_);
    connection.state = Connection::State::ended;
}

/// False: the connection is to end.
bool Server::serve_next(Connection& connection) {
    using State = Connection::State;
    RequestReader& reader = connection.reader;
    std::optional<HttpRequest> request = reader.next();
    auto deadline = Clock::now() + (reader.has_part() ? limits_.request : limits_.idle);
    while (!request && !reader.refusal()) {
        const bool had_part = reader.has_part();
        std::string bytes;
        if (!receive(connection.socket, bytes, deadline)) return false;
        if (!had_part) deadline = Clock::now() + limits_.request;
        reader.append(bytes);
        request = reader.next();
    }
    {
        const std::lock_guard lock(mutex_);
        if (connection.state == State::closing) return false;
        connection.state = State::serving;
    }
    SocketResponse response(connection.socket, request && request->keep_alive, limits_);
    if (request) {
        answer(connection, *request, response);
    } else {
        response.status = reader.refusal()->status;
        response.write(fmt::format("gradscape: error: {}\n", reader.refusal()->why));
    }
    response.finish();
    const std::lock_guard lock(mutex_);
    connection.state = State::waiting;
    connection.waiting_since = Clock::now();
    return !response.closes();
}

void Server::answer(Connection& connection, const HttpRequest& request, Response& response) {
    const auto fail = [&response](int status, std::string_view text) {
        if (response.has_begun()) throw ClientLeft{};  // what it has is not whole, and it sees so
        response.restart(status);
        response.write(fmt::format("gradscape: error: {}\n", text));
    };
    if (const auto refused = refusal(request, port_, !limits_.frame_ancestors.empty()))
        return fail(refused->status, refused->why);
    const Departures::Watch watch(departures_, connection.socket);
    try {
        handler_(request, watch.token(), response);
    } catch (const InputError& error) {
        fail(400, error.what());
    } catch (const Interrupted&) {
        throw ClientLeft{};
    } catch (const std::bad_alloc&) {
        fail(500, "out of memory");
    } catch (const std::exception& error) {
        fail(500, error.what());
    }
}

}  // namespace gradscape::explore
