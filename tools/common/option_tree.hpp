// What help, completions, the manual and messages read from the options themselves: one walk over
// CLI11's tree, so that none of them can say anything else than what is parsed.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradscape::cli {

/// The group of the options that every subcommand has; shown last.
inline constexpr const char* everywhere_group = "Everywhere";

/// Puts the options that are added next into the group of --help.
CLI::App& in_group(CLI::App& app, const char* name);

/// Those that people call, in order; not those that packages use.
std::vector<const CLI::App*> visible_subcommands(const CLI::App& program);
std::vector<std::string> subcommand_names(const CLI::App& program);

/// The options that a command takes by name, the program's own among them, group by group.
using OptionGroup = std::pair<std::string, std::vector<const CLI::Option*>>;
std::vector<OptionGroup> option_groups(const CLI::App& program, const CLI::App& command);
std::vector<const CLI::Option*> options_of(const CLI::App& program, const CLI::App& command);
std::vector<const CLI::Option*> positionals_of(const CLI::App& command);

/// With their dashes, short ones first: -o, --output.
std::vector<std::string> dashed_names(const CLI::Option& option);

bool takes_value(const CLI::Option& option);
bool takes_many(const CLI::Option& option);

/// What may follow an option, as its type says it: `linear|tanh`, `FILE.png|.svg`, `DIR`.
std::vector<std::string> choices_of(const CLI::Option& option);
bool takes_file(const CLI::Option& option);
bool takes_folder(const CLI::Option& option);

/// `FILE.png|.svg = default ...`; empty for a flag.
std::string value_text(const CLI::Option& option);

/// The first sentence that describes it, without a full stop or a default.
std::string summary(const CLI::Option& option);

}  // namespace gradscape::cli
