// Options in TOML: what --config and a sweep have in common.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "tools/common/toml.hpp"

namespace gradscape::cli {

/// What `gradscape sweep` runs; in a sweep's file, their tables are its.
inline constexpr std::string_view swept_subcommands[]{"surface", "train", "trace"};
bool is_swept(std::string_view subcommand);

/// A file of reasonable size, else InputError.
std::string read_limited(std::istream& input, const std::string& path);
/// InputError with `path` and line where it is not TOML.
toml::table parse_toml(std::string_view toml, const std::string& path);
/// `FILE:LINE: `
std::string place(const std::string& path, const toml::source_region& source);
/// A text, number or truth as on the command line, or those of an array.
std::vector<std::string> scalar_texts(const toml::node& value, const std::string& where);
/// By its name without dashes; InputError with what was meant.
const CLI::Option& find_option(const CLI::App& command, const std::string& key,
                               const std::string& where);

}  // namespace gradscape::cli
