// An HTTP/1.1 server for one person at this machine: a thread a connection, loopback only. It knows
// who may ask (http_request.hpp) and how long that may take; what is asked for is the handler's.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <string>

#include "tools/explore/departures.hpp"
#include "tools/explore/http_request.hpp"
#include "tools/explore/response.hpp"
#include "tools/explore/socket.hpp"

namespace gradscape::explore {

struct ServerLimits {
    std::size_t connections = 64;
    std::chrono::milliseconds request{10'000};  ///< from its first byte to its last
    std::chrono::milliseconds idle{60'000};     ///< between requests
    std::chrono::seconds reply{10};             ///< without a byte of it taken
    /// Whose pages may show this one in a frame, in the words of Content-Security-Policy; empty:
    /// nobody's.
    std::string frame_ancestors = {};
};

class Server {
public:
    /// Serves a request; the token is stopped when the client leaves, or the server. InputError
    /// becomes 400, other errors 500, each with its text.
    using Handler = std::function<void(const HttpRequest&, std::stop_token, Response&)>;

    /// The listener is one of listen_at().
    Server(Descriptor listener, Handler handler, const ServerLimits& limits = {});
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Ends all connections and waits for their threads.
    ~Server();

    std::uint16_t port() const { return port_; }
    /// To wait for with poll; accept_one() then.
    const Descriptor& listener() const { return listener_; }
    /// Takes a connection that waits, if one does. Where there are too many, the one that has been
    /// without a request for longest is closed; where all are being served, the new one.
    void accept_one();

private:
    struct Connection;

    void make_room();
    void serve(Connection& connection);
    bool serve_next(Connection& connection);
    void answer(Connection& connection, const HttpRequest& request, Response& response);

    const ServerLimits limits_;
    const Handler handler_;
    const Descriptor listener_;
    const std::uint16_t port_;
    Departures departures_;
    std::mutex mutex_;  ///< of the connections' states
    std::list<Connection> connections_;
};

}  // namespace gradscape::explore
