// SPDX-License-Identifier: MIT
#include "tools/common/config_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

#include "gradscape/error.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/suggestion.hpp"

namespace gradscape::cli {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;

std::string place(const std::string& path, const toml::source_region& source) {
    return fmt::format("{}:{}: ", path, source.begin.line);
}

/// A number, text or truth as on the command line; empty for anything else.
std::optional<std::string> scalar_text(const toml::node& value) {
    if (const auto* text = value.as_string()) return text->get();
    if (const auto* whole = value.as_integer()) return fmt::format("{}", whole->get());
    if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
    if (const auto* truth = value.as_boolean()) return truth->get() ? "true" : "false";
    return std::nullopt;
}

std::vector<std::string> scalar_texts(const toml::node& value, const std::string& where) {
    std::vector<std::string> texts;
    const auto take = [&](const toml::node& one) {
        const auto text = scalar_text(one);
        if (text && text->find('\0') != std::string::npos)
            throw InputError(where + "holds a NUL, which would end it");
        if (!text)
            throw InputError(where +
                             "text, a number, true or false is wanted, or an array of those");
        texts.push_back(*text);
    };
    if (const auto* array = value.as_array()) {
        for (const toml::node& one : *array) take(one);
        if (texts.empty()) throw InputError(where + "an empty array is no value");
    } else {
        take(value);
    }
    return texts;
}

const CLI::Option& find_option(const CLI::App& command, const std::string& key,
                               const std::string& where) {
    for (const CLI::Option* option : command.get_options())
        if (option->get_configurable() && option->check_lname(key)) return *option;
    std::vector<std::string> known;
    for (const CLI::Option* option : command.get_options())
        if (option->get_configurable() && !option->get_lnames().empty())
            known.push_back(option->get_lnames().front());
    throw InputError(fmt::format("{}no such option of `gradscape {}`{}", where, command.get_name(),
                                 did_you_mean(key, known)));
}

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

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
    const auto path = program_.get_config_ptr()->as<std::string>();
    std::string toml(most_bytes + 1, '\0');
    try {  // a folder opens, but cannot be read
        input.exceptions(std::ios::badbit);
        input.read(toml.data(), static_cast<std::streamsize>(toml.size()));
    } catch (const std::ios_base::failure&) {
        throw InputError(fmt::format("--config {}: cannot be read; a TOML file is wanted", path));
    }
    toml.resize(static_cast<std::size_t>(input.gcount()));
    if (toml.size() > most_bytes)
        throw InputError(
            fmt::format("--config {}: is larger than a MiB; a TOML file with options "
                        "is wanted",
                        path));
    return read(toml, path);
}

std::vector<CLI::ConfigItem> ConfigFile::read(std::string_view toml,
                                              const std::string& path) const {
    toml::table file;
    try {
        file = toml::parse(toml, path);
    } catch (const toml::parse_error& error) {
        throw InputError(
            fmt::format("{}not TOML: {}", place(path, error.source()), error.description()));
    }
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
