// Options of one kind each: text in, checked value out, or an InputError that names the option,
// what it got and what would be right. The text after the dashes is the name in the configuration
// file.
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/shard.hpp"
#include "gradscape/training_parameters.hpp"

namespace gradscape::cli {

/// "a number from 0 to 1"
std::string wanted_in(NumberRange range);

// Each throws InputError; `option` is for its text.
double parse_number(std::string_view option, std::string_view text, NumberRange range = any_number);
std::uint64_t parse_count(std::string_view option, std::string_view text, std::uint64_t low,
                          std::uint64_t high);
/// `A:B` with A < B; the size of the axis is left alone.
void parse_range(std::string_view option, std::string_view text, double& low, double& high);
/// `WX,WREC`
Weights parse_weights(std::string_view option, std::string_view text);
/// `COLSxROWS` or `N` for a square.
void parse_size(std::string_view option, std::string_view text, Grid& grid);
/// Bytes, with K, M or G for 2^10, 2^20 or 2^30.
std::size_t parse_memory(std::string_view option, std::string_view text);
/// What stands between the separators; one part more than there are of them.
std::vector<std::string> split(const std::string& text, char at);
/// `I/N`, I from 1 to N.
Shard parse_shard(std::string_view option, std::string_view text);
std::size_t parse_choice(std::string_view option, std::string_view text,
                         std::span<const std::string_view> names);

/// The option `--name`, whose text `parse(option, text)` turns into `value`.
template <class Value, class Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& option, Value& value, Parse parse,
                        const std::string& help, const std::string& type,
                        const std::string& default_text) {
    const auto take = [option, &value, parse](const std::string& text) {
        value = parse(option, text);
    };
    auto* added = app.add_option_function<std::string>(option, take, help)->type_name(type);
    return default_text.empty() ? added : added->default_str(default_text);
}

CLI::Option* add_number(CLI::App& app, const std::string& option, double& value, NumberRange range,
                        const std::string& help);

template <class Count>
CLI::Option* add_count(CLI::App& app, const std::string& option, Count& value, std::uint64_t low,
                       const std::string& help,
                       std::uint64_t high = std::numeric_limits<Count>::max()) {
    const auto parse = [low, high](const std::string& name, const std::string& text) {
        return static_cast<Count>(parse_count(name, text, low, high));
    };
    return add_parsed(app, option, value, parse, help, "N", fmt::format("{}", value));
}

/// An enumeration by the names of its values.
template <class Choice, std::size_t count>
CLI::Option* add_choice(CLI::App& app, const std::string& option, Choice& value,
                        const std::array<std::string_view, count>& names, const std::string& help,
                        const std::string& default_text) {
    const auto parse = [&names](const std::string& name, const std::string& text) {
        return static_cast<Choice>(parse_choice(name, text, names));
    };
    return add_parsed(app, option, value, parse, help, fmt::format("{}", fmt::join(names, "|")),
                      default_text);
}

CLI::Option* add_range(CLI::App& app, const std::string& option, Axis& axis,
                       const std::string& help);

/// `--option WX,WREC …`, any number of points; replaces the default ones.
CLI::Option* add_points(CLI::App& app, const std::string& option, std::vector<Weights>& points,
                        const std::string& help);

/// Joins values that start with a minus sign (`-3:3`, `-2,-2`, `-1e-3`) to the option before them,
/// so that they are not taken for options: --wx -3:3 becomes --wx=-3:3.
std::vector<std::string> attach_negative_values(std::vector<std::string> arguments);

}  // namespace gradscape::cli
