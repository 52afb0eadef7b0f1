// What the server answers: the page's files, frames, points, paths, exports. A request is a
// function of itself and the session; nothing is changed by one.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <stop_token>
#include <string>
#include <string_view>

#include "tools/explore/http_request.hpp"
#include "tools/explore/response.hpp"
#include "tools/explore/session.hpp"
#include "tools/explore/target.hpp"

namespace gradscape::explore {

/// 128 bits that nobody guesses, as text for a path.
std::string new_token();

class Api {
public:
    /// The token is the first part of every path.
    Api(Session& session, std::string token) : session_(session), token_(std::move(token)) {}

    /// A path that leads this user to the page once, and to nothing after that: for words that
    /// others can read. Call it before the first answer().
    std::string path_for_once();

    void answer(const HttpRequest& request, std::stop_token stop, Response& response);

private:
    Session& session_;
    const std::string token_;
    std::string ticket_;  ///< of path_for_once(); empty: none was asked for
    std::atomic<bool> is_ticket_used_ = false;
};

// One a path, each in a file of its subject.
void answer_info(Session& session, Query query, const std::stop_token& stop, Response& response);
/// The same as a module of the page, which comes with the others and waits for nothing.
void answer_info_module(Session& session, Query query, const std::stop_token& stop,
                        Response& response);
void answer_colors(Session& session, Query query, const std::stop_token& stop, Response& response);
void answer_view(Session& session, Query query, const std::stop_token& stop, Response& response);
void answer_fit(Session& session, Query query, const std::stop_token& stop, Response& response);
void answer_doubt(Session& session, Query query, const std::stop_token& stop, Response& response);
void answer_point(Session& session, Query query, const std::stop_token& stop, Response& response);
void answer_path(Session& session, Query query, const std::stop_token& stop, Response& response);
void answer_valley(Session& session, Query query, const std::stop_token& stop, Response& response);
/// `kind` is the extension.
void answer_export(Session& session, std::string_view kind, Query query,
                   const std::stop_token& stop, Response& response);

}  // namespace gradscape::explore
