// Numbers from text, whole or not at all: no locale, no silent remainder, no NaN and no infinity.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gradscape {

/// Without the blanks on either side.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// A finite double; blanks around it and a plus sign are allowed. Empty when it is anything else.
std::optional<double> parse_finite(std::string_view text);

/// A whole number from 0 to 2⁶⁴ − 1, digits only.
std::optional<std::uint64_t> parse_whole(std::string_view text);

}  // namespace gradscape
