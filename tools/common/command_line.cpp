// SPDX-License-Identifier: MIT
#include "tools/common/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "gradscape/error.hpp"
#include "tools/common/all_ranks.hpp"
#include "tools/common/config_file.hpp"
#include "tools/common/help.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"
#include "tools/common/suggestion.hpp"

namespace gradscape::cli {
namespace {

constexpr const char* description =
    "Draws the loss landscape of a small recurrent network, exactly and at any size: where its\n"
    "gradients explode, where they vanish, and the ravine that training has to find.";

/// --feild: the first of what CLI11 has left over, which lists it in any order, and what was meant.
std::string leftover_error(const CLI::App& program, const CLI::App& command) {
    const auto extras = program.remaining(true);
    const auto option =
        std::ranges::find_if(extras, [](const std::string& text) { return text.starts_with('-'); });
    if (option == extras.end())
        return extras.front() + ": an option's name was expected, or nothing";
    std::vector<std::string> known;
    for (const CLI::Option* one : options_of(program, command))
        for (const std::string& name : dashed_names(*one)) known.push_back(name);
    const std::string name = option->substr(0, option->find('='));
    return *option + ": no such option" + did_you_mean(name, known);
}

/// The usage error, with the subcommand whose help would tell more.
std::string usage_error(const CLI::App& program, const CLI::ParseError& error) {
    const auto called = program.get_subcommands();
    if (called.empty() && dynamic_cast<const CLI::RequiredError*>(&error)) {
        const auto extras = program.remaining();
        const auto names = subcommand_names(program);
        const auto wrong = std::ranges::find_if(
            extras, [](const std::string& text) { return !text.starts_with('-'); });
        if (extras.empty())
            return fmt::format("no subcommand given; choose one of {}", fmt::join(names, ", "));
        const std::string& word = wrong == extras.end() ? extras.front() : *wrong;
        return fmt::format("{}: no such subcommand{}; choose one of {}", word,
                           did_you_mean(word, names), fmt::join(names, ", "));
    }
    if (dynamic_cast<const CLI::FileError*>(&error))
        return fmt::format("--config {}: cannot be read; a TOML file is wanted",
                           program.get_config_ptr()->as<std::string>());
    const CLI::App& command = called.empty() ? program : *called.front();
    const std::string text = error.what();
    if (text.find(": At Most 1 required but") != std::string::npos)
        return text.substr(0, text.find(':')) + ": given more than once";
    const bool leftover = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    return fmt::format("{}; `gradscape {}--help` says what is right",
                       leftover ? leftover_error(program, command) : error.what(),
                       called.empty() ? "" : command.get_name() + " ");
}

}  // namespace

std::unique_ptr<CLI::App> make_command_line() {
    auto program = std::make_unique<CLI::App>(description, "gradscape");
    in_group(*program, everywhere_group);
    program->set_help_flag("-h,--help", "Show what there is to say, and an example");
    program->fallthrough()->require_subcommand(1);
    program->formatter(std::make_shared<GroupedHelp>(*program));
    program->set_version_flag("-V,--version", "gradscape " GRADSCAPE_VERSION, "Show the version");
    program
        ->set_config("--config", "",
                     "Options from a TOML file, their names without dashes: at the top level or in "
                     "a table [SUBCOMMAND]; the command line goes before the file")
        ->type_name("FILE.toml");
    program->allow_config_extras(CLI::config_extras_mode::error);
    program->footer("Example: gradscape reproduce -o out");
    setup_reproduce(*program);
    setup_surface(*program);
    setup_merge(*program);
    setup_compare(*program);
    setup_data(*program);
    setup_train(*program);
    setup_trace(*program);
    setup_ravine(*program);
    setup_cliff(*program);
    setup_basins(*program);
    setup_sweep(*program);
    setup_explore(*program);
    setup_info(*program);
    setup_help(*program);
    setup_completions(*program);
    setup_manual(*program);
    for (CLI::App* command : program->get_subcommands(std::function<bool(CLI::App*)>())) {
        command->get_help_ptr()->group(everywhere_group);  // made before groups are inherited
        if (const std::string name = command->get_name(); name != "surface")
            command->preparse_callback([name](std::size_t) { expect_one_rank(name); });
    }
    return program;
}

void parse_command_line(CLI::App& program, const std::shared_ptr<ConfigFile>& config,
                        std::vector<std::string> arguments) {
    program.config_formatter(config);
    arguments = attach_negative_values(std::move(arguments));
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    try {
        program.parse(arguments);
    } catch (const CLI::Success& wanted) {  // --help, --version
        if (speaks_for_all()) program.exit(wanted);
    } catch (const CLI::ParseError& error) {
        const std::string text = usage_error(program, error);
        throw InputError(config->place_of(text) + text);
    } catch (const MemoryError& error) {
        throw InputError(std::string(error.what()) + " (--max-memory)");
    } catch (const InputError& error) {
        throw InputError(config->place_of(error.what()) + error.what());
    }
    if (!std::cout.flush()) throw RunError("cannot write to standard output");
}

void run_command_line(int argc, const char* const* argv) {
    const auto program = make_command_line();
    parse_command_line(*program, std::make_shared<ConfigFile>(*program), {argv + 1, argv + argc});
}

}  // namespace gradscape::cli
