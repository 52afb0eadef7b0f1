// The head of an HTTP/1.1 request, read by Boost.Beast's parser.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradscape::explore {

/// Bytes of a request's line and fields.
inline constexpr std::size_t max_request_bytes = 8192;

struct HttpRequest {
    std::string method, target;
    std::string host, fetch_site;  ///< of the fields Host and Sec-Fetch-Site
    bool keep_alive = true;
    std::string fetch_dest = {};  ///< of Sec-Fetch-Dest
};

/// A reply that is only a status and a line of text.
struct Refusal {
    int status = 400;
    std::string_view why;
};

/// Bytes in, requests out; whole requests, parts of one or several at once.
class RequestReader {
public:
    void append(std::string_view bytes) { unread_ += bytes; }
    /// The next request that is there completely; taken off what is unread.
    std::optional<HttpRequest> next();
    /// Why no request can follow: what came is none, or too long, or has a body.
    const std::optional<Refusal>& refusal() const { return refusal_; }
    /// A request has begun but is not complete.
    bool has_part() const { return !unread_.empty(); }

private:
    std::string unread_;
    std::optional<Refusal> refusal_;
};

/// Why a request is not to be served, whatever it asks for: not from this machine's own page.
/// `port` is the one that the server listens at; `in_frames`: other pages may show it in a frame.
std::optional<Refusal> refusal(const HttpRequest& request, std::uint16_t port,
                               bool in_frames = false);

}  // namespace gradscape::explore
