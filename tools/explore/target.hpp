// What a request asks for: /TOKEN/PATH?NAME=VALUE&…
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradscape::explore {

/// Named values, each taken once, so that what is left over is known.
class Query {
public:
    Query() = default;
    /// InputError for what is not percent-encoded text, a name that is there twice, or more than
    /// max_parameters.
    explicit Query(std::string_view encoded);
    static constexpr std::size_t max_parameters = 64;

    std::optional<std::string> take(std::string_view name);
    /// InputError where it is missing or not a number of this range.
    double take_number(std::string_view name);
    std::int64_t take_integer(std::string_view name, std::int64_t low, std::int64_t high);
    std::int64_t take_integer(std::string_view name, std::int64_t low, std::int64_t high,
                              std::int64_t otherwise);
    bool has(std::string_view name) const;

    const std::vector<std::pair<std::string, std::string>>& left() const { return values_; }

private:
    std::string take_needed(std::string_view name);
    std::vector<std::pair<std::string, std::string>> values_;
};

struct Target {
    std::string token, path;
    Query query;
};

/// Empty where the target is not of this form. The path is compared with names as it is, never
/// decoded. InputError as Query.
std::optional<Target> parse_target(std::string_view target);

/// As on the command line: why it is wrong, in a line.
std::string percent_decoded(std::string_view text);

}  // namespace gradscape::explore
