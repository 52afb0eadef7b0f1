// SPDX-License-Identifier: MIT
#include "tools/common/option_tree.hpp"

#include <algorithm>
#include <cctype>

namespace gradscape::cli {
namespace {

constexpr std::string_view file_type = "FILE", picture_type = "PICTURE", folder_type = "DIR";

bool is_choice(std::string_view text) {
    return !text.empty() && std::islower(static_cast<unsigned char>(text.front())) &&
           std::ranges::all_of(text, [](unsigned char c) {
               return std::islower(c) || std::isdigit(c) || c == '-';
           });
}

}  // namespace

CLI::App& in_group(CLI::App& app, const char* name) {
    app.option_defaults()->group(name);
    return app;
}

std::vector<const CLI::App*> visible_subcommands(const CLI::App& program) {
    return program.get_subcommands(
        [](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<std::string> subcommand_names(const CLI::App& program) {
    std::vector<std::string> names;
    for (const CLI::App* command : visible_subcommands(program))
        names.push_back(command->get_name());
    return names;
}

std::vector<OptionGroup> option_groups(const CLI::App& program, const CLI::App& command) {
    std::vector<OptionGroup> groups;
    const auto add = [&groups](const CLI::App& app) {
        for (const CLI::Option* option : app.get_options()) {
            if (!option->nonpositional() || option->get_group().empty()) continue;
            const auto same = std::ranges::find(groups, option->get_group(), &OptionGroup::first);
            if (same == groups.end())
                groups.push_back({option->get_group(), {option}});
            else
                same->second.push_back(option);
        }
    };
    add(command);
    if (&command != &program)
        for (const CLI::Option* option : {program.get_config_ptr(), program.get_version_ptr()})
            for (auto& [name, options] : groups)
                if (name == everywhere_group) options.push_back(option);
    // std::ranges's has a return type that clang 14 and 15 cannot read in libstdc++ 12.
    std::stable_partition(groups.begin(), groups.end(),
                          [](const OptionGroup& group) { return group.first != everywhere_group; });
    return groups;
}

std::vector<const CLI::Option*> options_of(const CLI::App& program, const CLI::App& command) {
    std::vector<const CLI::Option*> all;
    for (const auto& [name, options] : option_groups(program, command))
        all.insert(all.end(), options.begin(), options.end());
    return all;
}

std::vector<const CLI::Option*> positionals_of(const CLI::App& command) {
    return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::vector<std::string> dashed_names(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_snames()) names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
    return names;
}

bool takes_value(const CLI::Option& option) { return option.get_expected_min() > 0; }

bool takes_many(const CLI::Option& option) {
    return option.get_expected_max() == CLI::detail::expected_max_vector_size;
}

std::vector<std::string> choices_of(const CLI::Option& option) {
    std::vector<std::string> choices;
    if (!takes_value(option)) return choices;
    const std::string type = option.get_type_name();
    for (std::size_t from = 0; from <= type.size();) {
        const std::size_t to = std::min(type.find('|', from), type.size());
        choices.push_back(type.substr(from, to - from));
        if (!is_choice(choices.back())) return {};
        from = to + 1;
    }
    return choices.size() > 1 ? choices : std::vector<std::string>();
}

bool takes_file(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    return takes_value(option) && (type.starts_with(file_type) || type.starts_with(picture_type));
}

bool takes_folder(const CLI::Option& option) {
    return takes_value(option) && option.get_type_name() == folder_type;
}

std::string value_text(const CLI::Option& option) {
    if (!takes_value(option)) return {};
    std::string text = option.get_type_name();
    if (!option.get_default_str().empty()) text += " = " + option.get_default_str();
    if (takes_many(option)) text += " ...";
    return text;
}

std::string summary(const CLI::Option& option) {
    const std::string& text = option.get_description();
    return text.substr(0, std::min(text.find(". "), text.find(';')));
}

}  // namespace gradscape::cli
