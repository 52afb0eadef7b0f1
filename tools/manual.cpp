// `gradscape man`: the manual page in the language of man(7), from the options themselves.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iostream>

#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/option_tree.hpp"

namespace gradscape::cli {
namespace {

/// Text that means itself: hyphens that can be copied into a shell, no requests, no escapes.
std::string plain(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if ((c == '.' || c == '\'') && (escaped.empty() || escaped.back() == '\n'))
            escaped += "\\&";
        if (c == '\\')
            escaped += "\\e";
        else if (c == '-')
            escaped += "\\-";
        else
            escaped += c;
    }
    return escaped;
}

/// A list of choices may be broken behind each.
std::string breakable(std::string_view type) {
    std::string text;
    for (const char c : plain(type)) text += c == '|' ? std::string("|\\:") : std::string(1, c);
    return text;
}

std::string option_paragraph(const CLI::Option& option) {
    std::string names;
    for (const std::string& name : dashed_names(option))
        names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", plain(name));
    if (names.empty()) names = fmt::format("\\fI{}\\fR", plain(option.get_name(true)));
    std::string text = ".TP\n" + names;
    if (takes_value(option)) text += fmt::format(" \\fI{}\\fR", breakable(option.get_type_name()));
    if (takes_many(option)) text += " ...";
    text += "\n" + plain(option.get_description()) + ".\n";
    if (!option.get_default_str().empty())
        text += fmt::format("By default {}.\n", plain(option.get_default_str()));
    return text;
}

std::string example_of(const CLI::App& command) {
    const std::string footer = command.get_footer();
    const std::string_view before = "Example: ";
    const std::size_t at = footer.rfind(before);
    return footer.substr(at + before.size());
}

std::string command_section(const CLI::App& program, const CLI::App& command) {
    std::string text = fmt::format(".SS gradscape {}\n{}.\n", plain(command.get_name()),
                                   plain(command.get_description()));
    for (const CLI::Option* argument : positionals_of(command)) text += option_paragraph(*argument);
    for (const auto& [group, options] : option_groups(program, command)) {
        if (group == everywhere_group) continue;
        text += fmt::format(".PP\n{}:\n", plain(group));
        for (const CLI::Option* option : options) text += option_paragraph(*option);
    }
    return text + fmt::format(".PP\nExample:\n.PP\n.in +4\n.nf\n{}\n.fi\n.in\n",
                              plain(example_of(command)));
}

constexpr const char* before = R"('\" -*- coding: utf-8 -*-
.TH GRADSCAPE 1 "" "gradscape {version}" "User Commands"
.ad l
.SH NAME
gradscape \- loss landscapes of recurrent networks
.SH SYNOPSIS
.B gradscape
.I SUBCOMMAND
.RI [ OPTIONS ]
.SH DESCRIPTION
{description}
.PP
Values that start with a minus sign may follow their option with or without an equals sign.
.SH SUBCOMMANDS
)";

constexpr const char* after = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
The run failed: a full disk, too little memory, or values beyond tolerance in \fBcompare\fR.
.TP
.B 2
Bad usage or input; one line on standard error says what is wrong, where, and what would be right.
.TP
.B 130
Interrupted.
.SH SEE ALSO
.B gradscape\-bench \-\-help
.PP
The formats of all files are described in
.IR formats.md ,
the mathematics in
.I mathematics.md
and its rounding in
.IR numerics.md ,
beside this program's licence in the folder
.IR share/doc/gradscape .
)";

std::string manual(const CLI::App& program) {
    std::string text = fmt::format(fmt::runtime(before), fmt::arg("version", GRADSCAPE_VERSION),
                                   fmt::arg("description", plain(program.get_description())));
    for (const CLI::App* command : visible_subcommands(program))
        text += command_section(program, *command);
    text += ".SH OPTIONS OF EVERY SUBCOMMAND\n";
    const CLI::App& any = *program.get_subcommand("info");
    for (const auto& [group, options] : option_groups(program, any))
        if (group == everywhere_group)
            for (const CLI::Option* option : options) text += option_paragraph(*option);
    return text + after;
}

}  // namespace

void setup_manual(CLI::App& app) {
    auto* sub = app.add_subcommand("man", "Print the manual page, as man(7) has it");
    sub->group("");
    set_example(*sub, "gradscape man | man -l -");
    sub->callback([&app] { std::cout << manual(app); });
}

}  // namespace gradscape::cli
