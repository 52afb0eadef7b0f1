// --config FILE.toml: options from TOML, with the places they came from.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gradscape::cli {

/// What CLI11 asks for the options of a configuration file. Keys are the options' names without
/// dashes, at the top level for the subcommand that was called, or in a table of a subcommand's
/// name; tables of other subcommands are checked for their names only. Text and numbers are values,
/// true and false set a flag or not, an array is several values.
class ConfigFile : public CLI::Config {
public:
    /// Of the program whose command line is being parsed.
    explicit ConfigFile(const CLI::App& program) : program_(program) {}

    /// InputError naming file and line, for what is not TOML and for what is no option.
    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
    /// The same for TOML in memory; `path` is for messages.
    std::vector<CLI::ConfigItem> read(std::string_view toml, const std::string& path) const;

    /// "FILE:LINE: " where the option that a complaint begins with was set by the file, else empty.
    std::string place_of(std::string_view complaint) const;

    /// Options are not written back.
    std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

private:
    const CLI::App& program_;
    mutable std::map<std::string, std::string, std::less<>> places_;  ///< by option; CLI11's const
};

}  // namespace gradscape::cli
