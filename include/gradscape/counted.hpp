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

}  // namespace gradscape
