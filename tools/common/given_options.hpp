// Options without effect are refused: each command has a table of which of its options need what.
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "gradscape/error.hpp"

namespace gradscape::cli {

/// The options that a user gave, on the command line or in a file.
class GivenOptions {
public:
    /// Once `command` is parsed, and before anything else sets options of it.
    explicit GivenOptions(const CLI::App& command) {
        for (const CLI::Option* option : command.get_options())
            if (option->count() > 0) names_.insert(option->get_name());
    }
    bool contains(std::string_view name) const { return names_.contains(name); }

private:
    std::set<std::string, std::less<>> names_;
};

/// Some options of a command, and when they do anything.
template <class Command>
struct Effect {
    std::span<const std::string_view> options;
    bool (*is_there)(const Command&);
    std::string_view otherwise;  ///< behind "has no effect": why, and what would be right
};

/// InputError for the first option that was given for nothing.
template <class Command>
void check_effects(const GivenOptions& given, const Command& command,
                   std::span<const Effect<Command>> effects) {
    for (const Effect<Command>& effect : effects)
        for (const std::string_view option : effect.options)
            if (given.contains(option) && !effect.is_there(command))
                throw InputError(fmt::format("{}: has no effect {}", option, effect.otherwise));
}

inline constexpr std::string_view color_option_names[]{"--palette", "--style", "--levels",
                                                       "--scale", "--range"};
inline constexpr std::string_view training_option_names[]{
    "--optimizer", "--iterations", "--learning-rate", "--momentum",  "--rms-decay",
    "--beta1",     "--beta2",      "--epsilon",       "--delta0",    "--eta-plus",
    "--eta-minus", "--delta-min",  "--delta-max",     "--clip-norm", "--tolerance"};

}  // namespace gradscape::cli
