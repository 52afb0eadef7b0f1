// SPDX-License-Identifier: MIT
#include "tools/common/option_types.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "gradscape/internal/parse_number.hpp"
#include "tools/common/suggestion.hpp"

namespace gradscape::cli {
namespace {

[[noreturn]] void reject(std::string_view option, std::string_view text, std::string_view wanted) {
    throw InputError(fmt::format("{} {}: {}", option, text, wanted));
}

/// Both sides of the separator as finite numbers.
std::pair<double, double> parse_pair(std::string_view option, std::string_view text, char separator,
                                     std::string_view wanted) {
    const auto at = text.find(separator);
    if (at == std::string_view::npos) reject(option, text, wanted);
    const auto first = parse_finite(text.substr(0, at)), second = parse_finite(text.substr(at + 1));
    if (!first || !second) reject(option, text, wanted);
    return {*first, *second};
}

/// Looks like a value rather than an option: no option's name starts with a digit.
bool is_negative_value(const std::string& argument) {
    if (argument.size() < 2 || argument[0] != '-') return false;
    const auto digit = [&](std::size_t at) {
        return at < argument.size() && std::isdigit(static_cast<unsigned char>(argument[at]));
    };
    const std::string_view rest(argument.data() + 1, 3);
    return digit(1) || (argument[1] == '.' && digit(2)) ||
           (argument.size() >= 4 && (rest == "inf" || rest == "nan"));
}

}  // namespace

std::string wanted_in(NumberRange range) {
    const bool low = range.low > any_number.low, high = range.high < any_number.high;
    if (low && high)
        return fmt::format("a number from {} to {}{}", range.low, range.high,
                           range.low_excluded && range.high_excluded ? ", both excluded,"
                           : range.high_excluded                     ? ", the latter excluded,"
                                                                     : "");
    if (low) return fmt::format("a number {} {}", range.low_excluded ? "above" : "from", range.low);
    return "a finite number";
}

double parse_number(std::string_view option, std::string_view text, NumberRange range) {
    const auto value = parse_finite(text);
    if (!value || !range.holds(*value)) reject(option, text, wanted_in(range) + " is wanted");
    return *value;
}

std::uint64_t parse_count(std::string_view option, std::string_view text, std::uint64_t low,
                          std::uint64_t high) {
    const auto value = parse_whole(text);
    if (!value || *value < low || *value > high)
        reject(option, text, fmt::format("a whole number from {} to {} is wanted", low, high));
    return *value;
}

void parse_range(std::string_view option, std::string_view text, double& low, double& high) {
    constexpr auto wanted = "a range LOW:HIGH of finite numbers is wanted, as in -3:3";
    const auto [from, to] = parse_pair(option, text, ':', wanted);
    if (!(from < to)) reject(option, text, "the low end must be less than the high end");
    if (to - from > std::numeric_limits<double>::max())
        reject(option, text, "the ends are further apart than a double can say");
    low = from;
    high = to;
}

Weights parse_weights(std::string_view option, std::string_view text) {
    const auto [wx, wrec] =
        parse_pair(option, text, ',', "a point WX,WREC of finite numbers is wanted, as in -1.5,2");
    return {wx, wrec};
}

void parse_size(std::string_view option, std::string_view text, Grid& grid) {
    constexpr std::uint64_t most = (std::uint64_t{1} << 31) - 1;  // what a PNG can hold
    const auto count = [](std::string_view part) -> std::optional<std::uint64_t> {
        const bool kilo = part.ends_with('k') || part.ends_with('K');
        const auto number = parse_whole(part.substr(0, part.size() - (kilo ? 1 : 0)));
        if (!number || *number > most) return std::nullopt;
        return *number * (kilo ? 1024 : 1);
    };
    const auto by = std::min(text.find_first_of("xX"), text.size());
    const auto cols = count(text.substr(0, by));
    const auto rows = by < text.size() ? count(text.substr(by + 1)) : cols;
    if (!cols || !rows || *cols < 1 || *rows < 1 || *cols > most || *rows > most)
        reject(option, text,
               fmt::format("COLSxROWS or N is wanted, whole numbers from 1 to {}, with k for 1024",
                           most));
    grid.wx.size = *cols;
    grid.wrec.size = *rows;
}

Shard parse_shard(std::string_view option, std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        throw InputError(
            fmt::format("{} {}: I/N is wanted, with I from 1 to N, as in 3/64", option, text));
    Shard shard;
    shard.count = parse_count(option, text.substr(slash + 1), 1, most_shards);
    shard.index = parse_count(option, text.substr(0, slash), 1, shard.count);
    return shard;
}

std::size_t parse_memory(std::string_view option, std::string_view text) {
    constexpr std::string_view units = "KMG";
    const auto unit = text.empty() ? std::string_view::npos : units.find(text.back());
    const unsigned shift =
        unit == std::string_view::npos ? 0 : 10 * static_cast<unsigned>(unit + 1);
    const auto number = parse_whole(text.substr(0, text.size() - (shift > 0)));
    constexpr std::uint64_t most = std::uint64_t{1} << 50;
    if (!number || *number == 0 || *number > most >> shift)
        reject(option, text, "bytes are wanted, with K, M or G for larger units, as in 256M");
    return *number << shift;
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (char c : text) {
        if (c == at)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

std::size_t parse_choice(std::string_view option, std::string_view text,
                         std::span<const std::string_view> names) {
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end())
        reject(option, text,
               fmt::format("unknown{}; choose one of {}", did_you_mean(text, names),
                           fmt::join(names, ", ")));
    return static_cast<std::size_t>(found - names.begin());
}

CLI::Option* add_number(CLI::App& app, const std::string& option, double& value, NumberRange range,
                        const std::string& help) {
    const auto parse = [range](const std::string& name, const std::string& text) {
        return parse_number(name, text, range);
    };
    return add_parsed(app, option, value, parse, help, "X", fmt::format("{}", value));
}

CLI::Option* add_range(CLI::App& app, const std::string& option, Axis& axis,
                       const std::string& help) {
    const auto take = [option, &axis](const std::string& text) {
        parse_range(option, text, axis.lo, axis.hi);
    };
    return app.add_option_function<std::string>(option, take, help)
        ->type_name("LOW:HIGH")
        ->default_str(fmt::format("{}:{}", axis.lo, axis.hi));
}

CLI::Option* add_points(CLI::App& app, const std::string& option, std::vector<Weights>& points,
                        const std::string& help) {
    const auto take = [option, &points](const std::vector<std::string>& texts) {
        points.clear();
        for (const auto& text : texts) points.push_back(parse_weights(option, text));
    };
    return app.add_option_function<std::vector<std::string>>(option, take, help)
        ->type_name("WX,WREC");
}

std::vector<std::string> attach_negative_values(std::vector<std::string> arguments) {
    std::vector<std::string> joined;
    std::string option;  // the last one seen, if it is a long one
    for (auto& argument : arguments) {
        if (!is_negative_value(argument) || option.empty()) {
            if (argument.starts_with('-'))
                option = argument.starts_with("--") ? argument.substr(0, argument.find('=')) : "";
            joined.push_back(std::move(argument));
        } else {
            if (joined.back() != option) joined.push_back(option);
            joined.back() += "=" + argument;
        }
    }
    return joined;
}

}  // namespace gradscape::cli
