// SPDX-License-Identifier: MIT
#include "tools/common/help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/common/option_tree.hpp"

namespace gradscape::cli {
namespace {

constexpr std::size_t names_width = 30, text_width = 68;

/// The names, and the words beside them or, where the names are long, below.
std::string entry(const std::string& names, const std::string& words) {
    std::string text = "  " + names;
    bool beside = text.size() + 2 <= names_width;
    for (const std::string& line : wrapped(words, text_width)) {
        if (beside)
            text.append(names_width - text.size(), ' ');
        else
            text += "\n" + std::string(names_width, ' ');
        text += line;
        beside = false;
    }
    return text + "\n";
}

/// `head value`, the value's choices on lines of their own where they are too long for one.
std::string with_value(const std::string& head, std::string_view value) {
    std::string text = head + " ";
    const std::string indent = "\n" + std::string(2 + text.size(), ' ');
    std::size_t column = text.size();
    while (!value.empty()) {
        const std::string_view choice = value.substr(0, value.find('|') + 1);
        const std::string_view next = choice.empty() ? value : choice;
        if (column + next.size() > names_width + text_width && column > indent.size())
            text += indent, column = indent.size();
        text += next, column += next.size();
        value.remove_prefix(next.size());
    }
    return text;
}

std::string option_entry(const CLI::Option& option) {
    std::string names = fmt::format("{}", fmt::join(dashed_names(option), ", "));
    if (names.empty()) names = option.get_name(true);
    if (names.starts_with("--")) names.insert(0, "    ");  // under the long ones that have a short
    const std::string value = value_text(option);
    return entry(value.empty() ? names : with_value(names, value), option.get_description());
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (!lines.back().empty() && lines.back().size() + 1 + end > width) lines.emplace_back();
        if (!lines.back().empty()) lines.back() += ' ';
        lines.back() += text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string GroupedHelp::make_help(const CLI::App* command, std::string, CLI::AppFormatMode) const {
    const bool whole = command == &program_;
    std::string text = command->get_description() + "\n\nUsage: gradscape ";
    text += whole ? "SUBCOMMAND" : command->get_name();
    for (const CLI::Option* option : positionals_of(*command))
        text += option->get_required() ? fmt::format(" {}", option->get_name(true))
                                       : fmt::format(" [{}]", option->get_name(true));
    text += " [OPTIONS]\n";
    if (whole) {
        text += "\nSubcommands:\n";
        for (const CLI::App* sub : visible_subcommands(program_))
            text += entry(sub->get_name(), sub->get_description());
    }
    const auto positionals = positionals_of(*command);
    if (!positionals.empty()) text += "\nArguments:\n";
    for (const CLI::Option* option : positionals) text += option_entry(*option);
    for (const auto& [group, options] : option_groups(program_, *command)) {
        text += fmt::format("\n{}:\n", group);
        for (const CLI::Option* option : options) text += option_entry(*option);
    }
    return text + "\n" + command->get_footer() + "\n";
}

}  // namespace gradscape::cli
