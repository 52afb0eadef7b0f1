// SPDX-License-Identifier: MIT
#include "tools/common/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "gradscape/error.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape {
namespace {

/// A file without sections speaks of the subcommand that was called.
class FlatConfig : public CLI::ConfigTOML {
public:
    explicit FlatConfig(const CLI::App& app) : app_(app) {}

    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
        auto entries = CLI::ConfigTOML::from_config(input);
        for (auto& item : entries)
            if (item.parents.empty())
                for (const CLI::App* called : app_.get_subcommands())
                    item.parents.push_back(called->get_name());
        return entries;
    }

private:
    const CLI::App& app_;
};

/// Options with their type and default; who excludes whom is told when it matters.
class ShortHelp : public CLI::Formatter {
public:
    ShortHelp() { column_width(38); }

    std::string make_option_opts(const CLI::Option* option) const override {
        std::string text;
        if (option->get_type_size() != 0) text += " " + option->get_type_name();
        if (!option->get_default_str().empty()) text += " = " + option->get_default_str();
        if (option->get_expected_max() == CLI::detail::expected_max_vector_size) text += " ...";
        return text;
    }
};

std::string subcommand_names(const CLI::App& app) {
    std::string names;
    for (const CLI::App* sub : app.get_subcommands({}))
        names += (names.empty() ? "" : ", ") + sub->get_name();
    return names;
}

/// "no such option: --feild": the first of what CLI11 has left over, which lists it in any order.
std::string leftover_error(const CLI::App& app) {
    const auto extras = app.remaining(true);
    const auto option =
        std::ranges::find_if(extras, [](const std::string& text) { return text.starts_with('-'); });
    if (option != extras.end()) return *option + ": no such option";
    return extras.front() + ": an option's name was expected, or nothing";
}

/// CLI11 says "INI was not able to parse NAME", and marks the beginning of a section as "NAME.++".
std::string config_error(const CLI::App& app, std::string_view what) {
    std::string_view name = what.substr(what.rfind(' ') + 1);
    const bool section = name.ends_with(".++");
    if (section) name.remove_suffix(3);
    return fmt::format("{}: no such {}: {}", app.get_config_ptr()->as<std::string>(),
                       section ? "section" : "option", name);
}

/// The usage error, with the subcommand whose help would tell more.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
    const auto called = app.get_subcommands();
    if (called.empty() && dynamic_cast<const CLI::RequiredError*>(&error)) {
        const auto extras = app.remaining();
        return fmt::format(
            "{}; choose one of {}",
            extras.empty() ? "no subcommand given" : extras.front() + ": no such subcommand",
            subcommand_names(app));
    }
    if (dynamic_cast<const CLI::ConfigError*>(&error)) return config_error(app, error.what());
    const bool leftover = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    return fmt::format("{}; `gradscape {}--help` says what is right",
                       leftover ? leftover_error(app) : error.what(),
                       called.empty() ? "" : called.front()->get_name() + " ");
}

}  // namespace

void run_command_line(int argc, const char* const* argv) {
    CLI::App app{"Loss landscapes of recurrent networks, from the command line.", "gradscape"};
    app.fallthrough()->require_subcommand(1);
    app.formatter(std::make_shared<ShortHelp>());
    app.set_version_flag("--version", "gradscape " GRADSCAPE_VERSION);
    app.set_config("--config", "", "Options as TOML, flat or in a [subcommand] section")
        ->type_name("FILE.toml");
    app.config_formatter(std::make_shared<FlatConfig>(app));
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.footer("Example: gradscape train --optimizer rprop -o trajectory.csv");
    setup_reproduce(app);
    setup_surface(app);
    setup_compare(app);
    setup_data(app);
    setup_train(app);
    setup_trace(app);
    setup_info(app);

    auto arguments = attach_negative_values({argv + 1, argv + argc});
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    try {
        app.parse(arguments);
    } catch (const CLI::Success& wanted) {  // --help, --version
        app.exit(wanted);
        if (!std::cout.flush()) throw RunError("cannot write to standard output");
    } catch (const CLI::ParseError& error) {
        throw InputError(usage_error(app, error));
    }
}

}  // namespace gradscape
