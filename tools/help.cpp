// `gradscape help [SUBCOMMAND]`: --help, as other programs have it.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
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
        if (!wanted->empty() && std::ranges::find(names, *wanted) == names.end())
            throw InputError(fmt::format("{}: no such subcommand{}; choose one of {}", *wanted,
                                         did_you_mean(*wanted, names), fmt::join(names, ", ")));
        const CLI::App* command = wanted->empty() ? &app : app.get_subcommand(*wanted);
        std::cout << app.get_formatter()->make_help(command, {}, CLI::AppFormatMode::Normal);
    });
}

}  // namespace gradscape::cli
