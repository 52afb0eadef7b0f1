// --help: usage, options in groups, an example.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gradscape::cli {

/// The text in lines of at most `width` bytes, broken between words.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// Every option with its type, default and words, group by group.
class GroupedHelp : public CLI::Formatter {
public:
    explicit GroupedHelp(const CLI::App& program) : program_(program) {}
    std::string make_help(const CLI::App* command, std::string name,
                          CLI::AppFormatMode mode) const override;

private:
    const CLI::App& program_;
};

}  // namespace gradscape::cli
