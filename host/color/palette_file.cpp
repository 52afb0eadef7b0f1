// SPDX-License-Identifier: MIT
#include "gradscape/palette_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "gradscape/error.hpp"
#include "gradscape/internal/parse_number.hpp"
#include "host/data/line_reader.hpp"

namespace gradscape::color {
namespace {

using Numbers = std::array<double, 3>;

constexpr std::string_view around = " \t\"";  ///< what a line holds, and is not part of it

/// Red, green, blue; empty where the line is not three numbers from 0 to 255.
std::optional<Numbers> parse_numbers(std::string_view line) {
    Numbers numbers{};
    std::size_t count = 0;
    while (!line.empty()) {
        const auto end = std::min(line.find_first_of(",;\t "), line.size());
        const std::string_view part = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
        if (trimmed(part, around).empty()) continue;
        const auto number = parse_finite(part);
        if (!number || *number < 0 || *number > 255 || count == numbers.size()) return {};
        numbers[count++] = *number;
    }
    return count == numbers.size() ? std::optional(numbers) : std::nullopt;
}

Rgb rounded(const Numbers& numbers, double unit) {
    const auto channel = [&](std::size_t i) {
        return static_cast<std::uint8_t>(std::lround(numbers[i] * unit));
    };
    return {channel(0), channel(1), channel(2)};
}

/// A comment has a blank after its #, a colour has not.
bool is_passed_over(std::string_view line) {
    return line.empty() || line == "#" || line.starts_with("# ") || line.starts_with("#\t") ||
           line.starts_with("//");
}

bool is_header(std::string_view line) {
    return std::ranges::none_of(line, [](char c) { return c >= '0' && c <= '9'; });
}

/// Colours as hexadecimal numbers, or as triples whose unit the largest of them tells.
class PaletteLines {
public:
    void add(std::string_view line, const std::string& where) {
        Rgb color;
        if (parse_hex_color(line, color)) {
            colors_.push_back(color);
            triples_.emplace_back();
        } else if (const auto numbers = parse_numbers(line)) {
            colors_.emplace_back();
            triples_.push_back(*numbers);
            are_triples_ = true;
            largest_ = std::max({largest_, (*numbers)[0], (*numbers)[1], (*numbers)[2]});
        } else if (!colors_.empty() || !is_header(line)) {
            throw InputError(fmt::format(
                "{}: is no colour; #rrggbb is wanted, or red, green and blue from 0 to 255 or "
                "from 0 to 1",
                where));
        }
    }
    std::size_t size() const { return colors_.size(); }

    std::vector<Rgb> take() {
        if (are_triples_)
            for (std::size_t i = 0; i < colors_.size(); ++i)
                if (triples_[i]) colors_[i] = rounded(*triples_[i], largest_ > 1 ? 1 : 255);
        return std::move(colors_);
    }

private:
    std::vector<Rgb> colors_;
    std::vector<std::optional<Numbers>> triples_;
    bool are_triples_ = false;
    double largest_ = 0;
};

}  // namespace
}  // namespace gradscape::color

namespace gradscape {

bool parse_hex_color(std::string_view text, Rgb& color) {
    if (text.starts_with('#')) text.remove_prefix(1);
    std::uint32_t hex = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), hex, 16);
    if (text.size() != 6 || error != std::errc() || stop != text.data() + text.size()) return false;
    color = rgb(hex);
    return true;
}

std::string hex_text(Rgb color) {
    return fmt::format("#{:02x}{:02x}{:02x}", color.r, color.g, color.b);
}

std::vector<Rgb> read_palette(const std::string& path) {
    data::LineReader reader(path);
    color::PaletteLines lines;
    for (std::string_view line; reader.next(line);) {
        const std::string_view text = trimmed(line, color::around);
        if (color::is_passed_over(text)) continue;
        lines.add(text, reader.where());
        if (lines.size() > palette_size)
            throw InputError(
                fmt::format("{}: a palette has {} colours at most", reader.where(), palette_size));
    }
    if (lines.size() < 2)
        throw InputError(
            fmt::format("palette '{}': needs at least two colours, a line each", path));
    return lines.take();
}

}  // namespace gradscape
