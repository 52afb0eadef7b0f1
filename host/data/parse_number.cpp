// SPDX-License-Identifier: MIT
#include "gradscape/internal/parse_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>

namespace gradscape::data {
namespace {

/// Of a decimal number that from_chars calls out of range: it is below the range, not above it. The
/// place of its first digit ≠ 0, moved by the exponent, tells.
bool is_tiny(std::string_view text) {
    const auto mark = text.find_first_of("eE");
    const auto digits = text.substr(0, mark);
    const auto first = digits.find_first_of("123456789");
    const auto point = std::min(digits.find('.'), digits.size());
    const auto place =
        first < point ? static_cast<double>(point - first) : -static_cast<double>(first - point);
    if (mark == std::string_view::npos) return place < 0;
    auto exponent = text.substr(mark + 1);
    const bool down = exponent.starts_with('-');
    if (down || exponent.starts_with('+')) exponent.remove_prefix(1);
    double size = 0;  // an exponent of any length
    for (char digit : exponent) size = 10 * size + (digit - '0');
    return place + (down ? -size : size) < 0;
}

template <class Number>
std::optional<Number> parse(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if constexpr (std::is_floating_point_v<Number>)
        if (error == std::errc::result_out_of_range && is_tiny(text))
            return text.starts_with('-') ? -Number{} : Number{};
    if (error != std::errc{}) return std::nullopt;
    return value;
}

}  // namespace
}  // namespace gradscape::data

namespace gradscape {

std::optional<double> parse_finite(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    const auto value = data::parse<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::uint64_t> parse_whole(std::string_view text) {
    return data::parse<std::uint64_t>(text);
}

}  // namespace gradscape
