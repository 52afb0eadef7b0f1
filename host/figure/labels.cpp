// Numbers, weights and colours as a figure spells them.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/figure.hpp"
#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

/// An ASCII minus sign in front becomes a true one.
std::string with_minus(const std::string& number) {
    return number.front() == '-' ? std::string(minus) + number.substr(1) : number;
}

}  // namespace
}  // namespace gradscape::figure

namespace gradscape {

std::string escape_markup(std::string_view text) {
    std::string escaped;
    for (char c : text) {
        if (c == '&')
            escaped += "&amp;";
        else if (c == '<')
            escaped += "&lt;";
        else if (c == '>')
            escaped += "&gt;";
        else
            escaped += c;
    }
    return escaped;
}

std::string number_markup(double value, int digits) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? std::string(figure::minus) + "\u221e" : "\u221e";
    const std::string text = fmt::format("{:.{}g}", value, digits);
    const std::size_t e = text.find('e');
    if (e == std::string::npos) return figure::with_minus(text == "-0" ? "0" : text);
    int exponent = 0;
    const char* first = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(first, text.data() + text.size(), exponent);
    std::string power =
        fmt::format("10<sup>{}</sup>", figure::with_minus(fmt::format("{}", exponent)));
    const std::string mantissa = text.substr(0, e);
    if (mantissa == "1") return power;
    if (mantissa == "-1") return std::string(figure::minus) + power;
    return fmt::format("{} \u00d7 {}", figure::with_minus(mantissa), power);
}

std::string weights_markup(double wx, double wrec, int digits) {
    return fmt::format("({}, {})", number_markup(wx, digits), number_markup(wrec, digits));
}

Rgb parse_color(std::string_view name) {
    static constexpr std::pair<std::string_view, std::uint32_t> known[] = {
        {"b", 0x0000ff},       {"g", 0x008000},      {"r", 0xff0000},     {"c", 0x00bfbf},
        {"m", 0xbf00bf},       {"y", 0xbfbf00},      {"k", 0x000000},     {"w", 0xffffff},
        {"blue", 0x0000ff},    {"green", 0x008000},  {"red", 0xff0000},   {"cyan", 0x00bfbf},
        {"magenta", 0xbf00bf}, {"yellow", 0xbfbf00}, {"black", 0x000000}, {"white", 0xffffff},
        {"orange", 0xff7f0e},  {"purple", 0x8040c0}, {"gray", 0x808080},  {"pink", 0xff69b4}};
    for (const auto& [known_name, hex] : known)
        if (name == known_name) return rgb(hex);
    std::uint32_t hex = 0;
    const char* const end = name.data() + name.size();
    if (name.size() == 7 && name.front() == '#') {
        const auto [stop, error] = std::from_chars(name.data() + 1, end, hex, 16);
        if (error == std::errc() && stop == end) return rgb(hex);
    }
    throw InputError(fmt::format(
        "unknown colour '{}': use a letter of bgrcmykw, a name such as orange, or #rrggbb", name));
}

}  // namespace gradscape
