// SPDX-License-Identifier: MIT
#include "tools/explore/http_request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace gradscape::explore {
namespace {

namespace http = boost::beast::http;

template <class Text>
std::string text_of(const Text& text) {
    return {text.data(), text.size()};
}

Refusal refusal_of(const boost::system::error_code& error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return {431, "the request is too long; 8 KB are the most"};
    if (error == http::error::unexpected_body) return {400, "a request has no body here"};
    return {400, "this is no HTTP request"};
}

}  // namespace

std::optional<HttpRequest> RequestReader::next() {
    if (refusal_ || unread_.empty()) return {};
    // From its beginning each time: a request comes in one piece, or in a few.
    http::request_parser<http::empty_body> parser;
    parser.header_limit(max_request_bytes);
    parser.eager(false);
    boost::system::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(unread_.data(), unread_.size()), error);
    if (error == http::error::need_more) {
        if (unread_.size() > max_request_bytes)
            refusal_ = refusal_of(http::make_error_code(http::error::header_limit));
        return {};
    }
    if (error) {
        refusal_ = refusal_of(error);
        return {};
    }
    if (used > max_request_bytes) {
        refusal_ = refusal_of(http::make_error_code(http::error::header_limit));
        return {};
    }
    if (!parser.is_header_done()) return {};
    const auto& head = parser.get();
    if (head.count(http::field::content_length) > 0 ||
        head.count(http::field::transfer_encoding) > 0) {
        refusal_ = refusal_of(http::make_error_code(http::error::unexpected_body));
        return {};
    }
    if (head.count(http::field::host) > 1 || head.count("Sec-Fetch-Site") > 1) {
        refusal_ = Refusal{400, "a field is there twice"};
        return {};
    }
    HttpRequest request{
        text_of(head.method_string()),   text_of(head.target()), text_of(head[http::field::host]),
        text_of(head["Sec-Fetch-Site"]), head.keep_alive(),      text_of(head["Sec-Fetch-Dest"])};
    unread_.erase(0, used);
    return request;
}

std::optional<Refusal> refusal(const HttpRequest& request, std::uint16_t port, bool in_frames) {
    const std::string at = ":" + std::to_string(port);
    const auto is_here = [&](std::string_view host) {
        for (const std::string name : {"127.0.0.1", "localhost"})
            if (host == name + at || (port == 80 && host == name)) return true;
        return false;
    };
    if (!is_here(request.host))
        return Refusal{403, "this server answers to 127.0.0.1 and localhost with its port alone"};
    const std::string& site = request.fetch_site;
    const bool own = site.empty() || site == "none" || site == "same-origin";
    if (!own && !(in_frames && request.fetch_dest == "iframe"))
        return Refusal{403, "only the explorer's own page may ask this server"};
    if (request.method != "GET") return Refusal{405, "GET is the only method here"};
    return {};
}

}  // namespace gradscape::explore
