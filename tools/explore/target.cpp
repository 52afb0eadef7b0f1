// SPDX-License-Identifier: MIT
#include "tools/explore/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "gradscape/error.hpp"
#include "gradscape/internal/parse_number.hpp"

namespace gradscape::explore {
namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            throw InputError(fmt::format(
                "the query '{}' has a % without two hexadecimal digits; %25 is the sign itself",
                text));
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

Query::Query(std::string_view encoded) {
    while (!encoded.empty()) {
        const std::size_t end = std::min(encoded.find('&'), encoded.size());
        const std::string_view one = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        const std::size_t equals = std::min(one.find('='), one.size());
        std::string name = percent_decoded(one.substr(0, equals));
        if (has(name)) throw InputError(fmt::format("{}: is there twice; once is enough", name));
        if (values_.size() == max_parameters)
            throw InputError(
                fmt::format("more than {} parameters; fewer are wanted", max_parameters));
        values_.emplace_back(std::move(name),
                             percent_decoded(one.substr(std::min(equals + 1, one.size()))));
    }
}

bool Query::has(std::string_view name) const {
    return std::ranges::any_of(values_, [&](const auto& value) { return value.first == name; });
}

std::optional<std::string> Query::take(std::string_view name) {
    const auto found =
        std::ranges::find_if(values_, [&](const auto& value) { return value.first == name; });
    if (found == values_.end()) return {};
    std::string text = std::move(found->second);
    values_.erase(found);
    return text;
}

std::string Query::take_needed(std::string_view name) {
    if (auto text = take(name)) return *std::move(text);
    throw InputError(fmt::format("{}: is missing; a number is wanted", name));
}

double Query::take_number(std::string_view name) {
    const std::string text = take_needed(name);
    const auto number = parse_finite(text);
    if (!number) throw InputError(fmt::format("{} {}: a finite number is wanted", name, text));
    return *number;
}

std::int64_t Query::take_integer(std::string_view name, std::int64_t low, std::int64_t high) {
    const std::string text = take_needed(name);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
        throw InputError(
            fmt::format("{} {}: a whole number from {} to {} is wanted", name, text, low, high));
    return value;
}

std::int64_t Query::take_integer(std::string_view name, std::int64_t low, std::int64_t high,
                                 std::int64_t otherwise) {
    return has(name) ? take_integer(name, low, high) : otherwise;
}

std::optional<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/')) return {};
    target.remove_prefix(1);
    const std::size_t mark = std::min(target.find('?'), target.size());
    const std::string_view path = target.substr(0, mark);
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return {};
    return Target{std::string(path.substr(0, slash)), std::string(path.substr(slash + 1)),
                  Query(target.substr(std::min(mark + 1, target.size())))};
}

}  // namespace gradscape::explore
