// Numbers as messages and figures say them.
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace gradscape {

/// "1 column", "2 columns".
template <class Count>
std::string counted(Count count, std::string_view word) {
    return fmt::format("{} {}{}", count, word, count == Count(1) ? "" : "s");
}

/// With this many decimals; what rounds to 0 is 0, not −0.
inline std::string fixed(double value, int decimals = 4) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
    return text;
}

/// Three significant digits and an SI prefix: "3.95 Gcells/s", "12.0".
inline std::string with_prefix(double value, std::string_view unit = {}) {
    constexpr std::string_view prefixes = " kMGTP";
    std::size_t prefix = 0;
    for (; value >= 999.5 && prefix + 1 < prefixes.size(); ++prefix) value /= 1000;
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    const auto unit_text = std::string(prefix == 0 ? "" : prefixes.substr(prefix, 1)).append(unit);
    return fmt::format("{:.{}f}{}{}", value, decimals, unit_text.empty() ? "" : " ", unit_text);
}

}  // namespace gradscape
