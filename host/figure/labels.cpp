// Numbers, weights and colours as a figure spells them.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/figure.hpp"
#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

/// The bytes of the UTF-8 letter that the text begins with; 0 where it begins with none.
std::size_t letter_size(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t size = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
    if (size > text.size()) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool beyond = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
    return overlong || beyond ? 0 : size;
}

/// An ASCII minus sign in front becomes a true one.
std::string with_minus(const std::string& number) {
    return number.front() == '-' ? std::string(minus) + number.substr(1) : number;
}

}  // namespace
}  // namespace gradscape::figure

namespace gradscape {

std::string escape_markup(std::string_view text) {
    std::string escaped;
    while (!text.empty()) {
        const std::size_t size = figure::letter_size(text);
        const std::string_view letter = text.substr(0, std::max<std::size_t>(size, 1));
        text.remove_prefix(letter.size());
        const auto c = static_cast<unsigned char>(letter.front());
        if (size == 0)
            escaped += "\ufffd";
        else if (c < ' ' || c == 0x7f)
            escaped += ' ';
        else if (c == '&')
            escaped += "&amp;";
        else if (c == '<')
            escaped += "&lt;";
        else if (c == '>')
            escaped += "&gt;";
        else
            escaped += letter;
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
