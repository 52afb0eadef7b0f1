// SPDX-License-Identifier: MIT
#include "tools/common/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "gradscape/error.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/suggestion.hpp"
#include "tools/common/toml_options.hpp"

namespace gradscape::cli {
namespace {

/// Nothing where a flag is not to be set.
std::optional<CLI::ConfigItem> config_item(const CLI::App& command, const std::string& key,
                                           const toml::node& value, const std::string& where) {
    const CLI::Option& option = find_option(command, key, where);
    CLI::ConfigItem item;
    item.parents = {command.get_name()};
    item.name = option.get_lnames().front();
    if (option.get_expected_min() > 0) {
        item.inputs = scalar_texts(value, where);
    } else {  // a flag
        const auto* truth = value.as_boolean();
        if (!truth) throw InputError(where + "true or false is wanted");
        if (!truth->get()) return std::nullopt;
        item.inputs = {"true"};
    }
    return item;
}

/// What `gradscape sweep` runs, which it reads by itself.
bool is_of_sweep(const CLI::App& called, const std::string& name, const toml::node& value) {
    if (called.get_name() != "sweep" || name == "sweep" || !is_swept(name)) return false;
    return value.is_table() || (value.is_array() && value.as_array()->is_array_of_tables());
}

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
    const auto path = program_.get_config_ptr()->as<std::string>();
    const std::string toml = read_limited(input, path);
    return read(toml, path);
}

std::vector<CLI::ConfigItem> ConfigFile::read(std::string_view toml,
                                              const std::string& path) const {
    const toml::table file = parse_toml(toml, path);
    std::vector<CLI::ConfigItem> entries;
    const auto take = [&](const CLI::App& command, const toml::key& key, const toml::node& value,
                          bool called) {
        const std::string name(key.str());
        const std::string where = place(path, key.source());
        const auto item = config_item(command, name, value, where + name + ": ");
        if (!item || !called || command.get_option("--" + item->name)->count() > 0) return;
        places_["--" + item->name] = where;
        entries.push_back(*item);
    };
    const auto called = program_.get_subcommands();
    for (const auto& [key, value] : file) {
        const std::string name(key.str());
        if (!called.empty() && is_of_sweep(*called.front(), name, value)) continue;
        if (const auto* table = value.as_table()) {
            const auto names = subcommand_names(program_);
            if (std::ranges::find(names, name) == names.end())
                throw InputError(fmt::format("{}[{}]: no such subcommand{}",
                                             place(path, key.source()), name,
                                             did_you_mean(name, names)));
            const CLI::App& command = *program_.get_subcommand(name);
            const bool is_called = std::ranges::find(called, &command) != called.end();
            for (const auto& [option, of_option] : *table)
                take(command, option, of_option, is_called);
        } else if (!called.empty()) {
            take(*called.front(), key, value, true);
        }
    }
    return entries;
}

std::string ConfigFile::place_of(std::string_view complaint) const {
    const auto found = places_.find(complaint.substr(0, complaint.find_first_of(" :")));
    return found == places_.end() ? std::string() : found->second;
}

}  // namespace gradscape::cli
