// `gradscape completions SHELL`: what bash, zsh and fish complete with, from the options
// themselves.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <iostream>
#include <memory>

#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

/// Of an option or an argument: the words that may follow it, or "files" or "folders".
std::string words_after(const CLI::Option& option) {
    return fmt::format("{}", fmt::join(choices_of(option), " "));
}

/// For the inside of single quotes, which know no escapes.
std::string single_quoted(std::string_view text) {
    std::string inside;
    for (const char c : text) inside += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return "'" + inside + "'";
}

std::string names_of(const CLI::App& program, const CLI::App& command) {
    std::string names;
    for (const CLI::Option* option : options_of(program, command))
        for (const std::string& name : dashed_names(*option))
            names += (names.empty() ? "" : " ") + name;
    return names;
}

// Bash ------------------------------------------------------------------------------------------

std::string bash_action(const CLI::Option& option) {
    if (takes_file(option)) return "files=-f";
    if (takes_folder(option)) return "files=-d";
    return "words=" + single_quoted(words_after(option));
}

/// `surface --cell | surface -c) words='…' ;;`, for what takes a value.
std::string bash_case(const CLI::App& command, const CLI::Option& option) {
    std::string patterns;
    for (const std::string& name : dashed_names(option))
        patterns += (patterns.empty() ? "'" : " | '") + command.get_name() + " " + name + "'";
    return fmt::format("        {}) {}{} ;;\n", patterns,
                       takes_many(option) ? "" : "[[ $between ]] || ", bash_action(option));
}

constexpr const char* bash_text =
    R"(# Completion of gradscape for bash, written by `gradscape completions bash`.
_gradscape() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} command= option= between= words= files= i
    COMPREPLY=()
    [[ $word == '=' ]] && word=
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${{COMP_WORDS[i]}} in
        {commands}) [[ $command ]] || command=${{COMP_WORDS[i]}} ;;
        esac
    done
    # The option before, and whether a value of it has been given.
    for ((i = COMP_CWORD - 1; i > 0; --i)); do
        case ${{COMP_WORDS[i]}} in
        '=') ;;
        -[0-9.]*) between=yes ;;
        -*) option=${{COMP_WORDS[i]}}; break ;;
        *) between=yes ;;
        esac
    done
    case "$command $option" in
{values}    esac
    if [[ $files ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen "$files" -- "$word")
        [[ $word != -* ]] && return
    elif [[ $words ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        return
    fi
    case $command in
{options}    *) words='{commands_and_options}' ;;
    esac
    mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -W "$words" -- "$word")
}}
complete -F _gradscape gradscape
)";

std::string bash(const CLI::App& program) {
    std::string values, options;
    for (const CLI::App* command : visible_subcommands(program)) {
        for (const CLI::Option* option : options_of(program, *command))
            if (takes_value(*option) && !bash_action(*option).ends_with("=''"))
                values += bash_case(*command, *option);
        std::string words = names_of(program, *command);
        for (const CLI::Option* argument : positionals_of(*command))
            words += " " + words_after(*argument);
        options += fmt::format("    {}) words={} ;;\n", command->get_name(), single_quoted(words));
    }
    const auto commands = subcommand_names(program);
    return fmt::format(
        bash_text, fmt::arg("commands", fmt::join(commands, " | ")), fmt::arg("values", values),
        fmt::arg("options", options),
        fmt::arg("commands_and_options",
                 fmt::format("{} {}", fmt::join(commands, " "), names_of(program, program))));
}

// Zsh -------------------------------------------------------------------------------------------

/// In a specification of _arguments, brackets and colons have a meaning.
std::string zsh_escaped(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string zsh_action(const CLI::Option& option) {
    if (takes_file(option)) return "_files";
    if (takes_folder(option)) return "_files -/";
    const auto choices = choices_of(option);
    return choices.empty() ? " " : fmt::format("({})", fmt::join(choices, " "));
}

std::string zsh_specification(const CLI::Option& option) {
    std::string specifications;
    for (const std::string& name : dashed_names(option)) {
        std::string one = takes_many(option) ? "*" : "";
        one += name;
        if (takes_value(option) && name.starts_with("--")) one += "=";
        one += fmt::format("[{}]", zsh_escaped(summary(option)));
        if (takes_value(option)) {
            // All words up to the next option.
            if (takes_many(option)) one += ":*-*";
            one += fmt::format(":{}:{}", zsh_escaped(option.get_type_name()), zsh_action(option));
        }
        specifications += " \\\n            " + single_quoted(one);
    }
    return specifications;
}

std::string zsh(const CLI::App& program) {
    std::string commands, cases;
    for (const CLI::App* command : visible_subcommands(program)) {
        commands += fmt::format(
            "        {}\n", single_quoted(command->get_name() + ":" + command->get_description()));
        cases += fmt::format("        {})\n        _arguments -s", command->get_name());
        for (const CLI::Option* option : options_of(program, *command))
            cases += zsh_specification(*option);
        for (const CLI::Option* argument : positionals_of(*command))
            cases +=
                " \\\n            " + single_quoted(fmt::format(":{}:{}", argument->get_name(true),
                                                                zsh_action(*argument)));
        cases += " ;;\n";
    }
    std::string whole;
    for (const CLI::Option* option : options_of(program, program))
        whole += zsh_specification(*option);
    return fmt::format(R"(#compdef gradscape
# Completion of gradscape for zsh, written by `gradscape completions zsh`.
_gradscape() {{
    local curcontext=$curcontext state line
    local -a commands=(
{}    )
    _arguments -C{} \
            '1:subcommand:->command' '*::option:->options'
    case $state in
    command) _describe subcommand commands ;;
    options)
        case $line[1] in
{}        esac ;;
    esac
}}
_gradscape "$@"
)",
                       commands, whole, cases);
}

// Fish ------------------------------------------------------------------------------------------

std::string fish_option(const std::string& condition, const CLI::Option& option) {
    std::string line = fmt::format("complete -c gradscape -n {}", single_quoted(condition));
    for (const std::string& name : option.get_snames()) line += " -s " + name;
    for (const std::string& name : option.get_lnames()) line += " -l " + name;
    if (takes_folder(option))
        line += " -x -a '(__fish_complete_directories)'";
    else if (takes_file(option))
        line += " -r -F";
    else if (takes_value(option))
        line += " -x";
    if (const std::string words = words_after(option); !words.empty())
        line += " -a " + single_quoted(words);
    return fmt::format("{} -d {}\n", line, single_quoted(summary(option)));
}

std::string fish(const CLI::App& program) {
    const std::string all = fmt::format("{}", fmt::join(subcommand_names(program), " "));
    const std::string none_yet = "not __fish_seen_subcommand_from " + all;
    std::string text =
        "# Completion of gradscape for fish, written by `gradscape completions fish`.\n"
        "complete -c gradscape -f\n";
    for (const CLI::Option* option : options_of(program, program))
        text += fish_option(none_yet, *option);
    for (const CLI::App* command : visible_subcommands(program)) {
        const std::string condition = "__fish_seen_subcommand_from " + command->get_name();
        text += fmt::format("complete -c gradscape -n {} -a {} -d {}\n", single_quoted(none_yet),
                            command->get_name(), single_quoted(command->get_description()));
        for (const CLI::Option* option : options_of(program, *command))
            text += fish_option(condition, *option);
        for (const CLI::Option* argument : positionals_of(*command))
            text += fmt::format("complete -c gradscape -n {} -a {}\n", single_quoted(condition),
                                single_quoted(words_after(*argument)));
    }
    return text;
}

struct Shell {
    std::string_view name;
    std::string (*completions)(const CLI::App&);
};
constexpr std::array<Shell, 3> shells{{{"bash", bash}, {"zsh", zsh}, {"fish", fish}}};
constexpr std::array<std::string_view, 3> shell_names{"bash", "zsh", "fish"};

}  // namespace

void setup_completions(CLI::App& app) {
    auto shell = std::make_shared<std::string>();
    auto* sub = app.add_subcommand("completions", "Print what a shell completes gradscape with");
    sub->group("");
    sub->add_option("SHELL", *shell, "The shell")->type_name("bash|zsh|fish")->required();
    set_example(*sub,
                "gradscape completions bash > ~/.local/share/bash-completion/completions/"
                "gradscape");
    sub->callback([&app, shell] {
        std::cout << shells[parse_choice("SHELL", *shell, shell_names)].completions(app);
    });
}

}  // namespace gradscape::cli
