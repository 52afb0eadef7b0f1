// `gradscape help [SUBCOMMAND]`: --help, as other programs have it.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "gradscape/error.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/suggestion.hpp"

namespace gradscape::cli {

void setup_help(CLI::App& app) {
    auto wanted = std::make_shared<std::string>();
    auto* sub = app.add_subcommand("help", "Show the help of a subcommand");
    const auto names = subcommand_names(app);
    sub->add_option("SUBCOMMAND", *wanted, "The one to explain; without it, all in short")
        ->type_name(fmt::format("{}", fmt::join(names, "|")));
    set_example(*sub, "gradscape help surface");
    sub->callback([&app, wanted, names] {
        const CLI::App* command = &app;
        if (!wanted->empty()) {
            // Hidden ones, too: they have a help, and are only not listed.
            const auto found = app.get_subcommands(
                [&](const CLI::App* subcommand) { return subcommand->get_name() == *wanted; });
            if (found.empty())
                throw InputError(fmt::format("{}: no such subcommand{}; choose one of {}", *wanted,
                                             did_you_mean(*wanted, names), fmt::join(names, ", ")));
            command = found.front();
        }
        std::cout << app.get_formatter()->make_help(command, {}, CLI::AppFormatMode::Normal);
    });
}

}  // namespace gradscape::cli
