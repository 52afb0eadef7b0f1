// SPDX-License-Identifier: MIT
#include "tools/explore/api.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "tools/explore/page_files.hpp"

namespace gradscape::explore {
namespace {

using Answer = void (*)(Session&, Query, const std::stop_token&, Response&);
constexpr std::pair<std::string_view, Answer> answers[]{
    {"info.js", answer_info_module}, {"api/info", answer_info}, {"api/colors", answer_colors},
    {"api/view", answer_view},       {"api/fit", answer_fit},   {"api/doubt", answer_doubt},
    {"api/point", answer_point},     {"api/path", answer_path}, {"api/valley", answer_valley},
};
constexpr std::string_view export_kinds[]{"png", "npy", "npz", "csv", "svg", "pdf"};

/// In a time that does not tell how much of it is right.
bool is_same(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

void not_found(Response& response) {
    response.status = 404;
    response.write(
        "gradscape: error: nothing is here; the address that `gradscape explore` prints is\n");
}

}  // namespace

std::string new_token() {
    std::array<unsigned char, 16> bytes;
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw RunError("the system has no random numbers");
    std::string token;
    for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
    return token;
}

std::string Api::path_for_once() {
    ticket_ = new_token();
    return '/' + ticket_ + '/';
}

void Api::answer(const HttpRequest& request, std::stop_token stop, Response& response) {
    const StopScope scope(stop);
    auto target = parse_target(request.target);
    if (!target) return not_found(response);
    if (!ticket_.empty() && is_same(target->token, ticket_) && response.is_for_this_user() &&
        !is_ticket_used_.exchange(true)) {
        response.status = 303;
        response.fields.emplace_back("Location", '/' + token_ + '/');
        return;
    }
    if (!is_same(target->token, token_)) return not_found(response);
    if (const PageFile* file = find_page_file(target->path)) {
        response.type = file->type;
        return response.write(file->content());
    }
    for (const auto& [path, answer] : answers)
        if (path == target->path) return answer(session_, std::move(target->query), stop, response);
    for (const std::string_view kind : export_kinds)
        if (target->path == "export." + std::string(kind))
            return answer_export(session_, kind, std::move(target->query), stop, response);
    not_found(response);
}

}  // namespace gradscape::explore
