// SPDX-License-Identifier: MIT
#include "tools/sweep/sweep_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "gradscape/error.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/toml_options.hpp"

namespace gradscape::cli {
namespace {

/// The sweep says these to its runs.
constexpr std::string_view own_options[]{"json", "quiet", "verbose", "resume", "shard"};

/// An option and all that it is in the runs of a table; no values: a flag that is not set.
struct Column {
    std::string name, where;
    std::vector<std::vector<std::string>> choices;
};

std::vector<std::string> flag_values(const toml::node& value, const std::string& where) {
    const auto* truth = value.as_boolean();
    if (!truth) throw InputError(where + "true or false is wanted");
    if (!truth->get()) return {};
    return {"true"};
}

Column column_of(const CLI::App& command, const toml::key& key, const toml::node& value,
                 const std::string& path) {
    const std::string name(key.str());
    const std::string where = place(path, key.source());
    const std::string what = where + name + ": ";
    const CLI::Option& option = find_option(command, name, what);
    Column column{option.get_lnames().front(), where, {}};
    if (std::ranges::find(own_options, column.name) != std::end(own_options))
        throw InputError(what + "is said by the sweep itself; leave it out");
    const auto values_of = [&](const toml::node& one) {
        return takes_value(option) ? scalar_texts(one, what) : flag_values(one, what);
    };
    const toml::array* const list = value.as_array();
    const auto is_list = [](const toml::node& one) { return one.is_array(); };
    // Of an option that takes many values, a list is one choice, and a list of lists several.
    const bool nested = list && std::any_of(list->begin(), list->end(), is_list);
    if (!list || (takes_many(option) && !nested)) {
        column.choices.push_back(values_of(value));
        return column;
    }
    if (list->empty()) throw InputError(what + "an empty array is no value");
    for (const toml::node& one : *list) {
        if (is_list(one) && !takes_many(option))
            throw InputError(what + "takes one value in a run; a list of values is wanted");
        column.choices.push_back(values_of(one));
    }
    return column;
}

void add_runs(const CLI::App& command, const std::vector<Column>& columns,
              std::vector<SweepRun>& runs, const std::string& where) {
    std::size_t count = 1;
    for (const Column& column : columns) {
        count *= column.choices.size();
        if (count + runs.size() > most_runs)
            throw InputError(fmt::format("{}[{}]: these are more than {} runs", where,
                                         command.get_name(), most_runs));
    }
    for (std::size_t index = 0; index < count; ++index) {
        SweepRun run{command.get_name(), {}};
        std::size_t stride = count;
        for (const Column& column : columns) {
            stride /= column.choices.size();
            const auto& values = column.choices[index / stride % column.choices.size()];
            if (!values.empty())
                run.options.push_back(
                    {column.name, values, column.choices.size() > 1, column.where});
        }
        runs.push_back(std::move(run));
    }
}

}  // namespace

std::vector<SweepRun> read_sweep(std::string_view toml, const std::string& path) {
    const toml::table file = parse_toml(toml, path);
    const auto program = make_command_line();
    std::vector<SweepRun> runs;
    const auto add_table = [&](const std::string& name, const toml::table& table) {
        const CLI::App& command = *program->get_subcommand(name);
        std::vector<std::pair<toml::source_index, Column>> columns;
        for (const auto& [key, value] : table)
            columns.emplace_back(key.source().begin.line, column_of(command, key, value, path));
        // In the order of the text, which toml++ does not keep.
        std::ranges::stable_sort(columns, {}, [](const auto& column) { return column.first; });
        std::vector<Column> ordered;
        for (auto& [line, column] : columns) ordered.push_back(std::move(column));
        add_runs(command, ordered, runs, place(path, table.source()));
    };
    for (const std::string_view subcommand : swept_subcommands) {
        const std::string name(subcommand);
        const toml::node* const node = file.get(name);
        if (!node) continue;
        if (const auto* table = node->as_table()) add_table(name, *table);
        if (const auto* tables = node->as_array())
            for (const toml::node& table : *tables) add_table(name, *table.as_table());
    }
    for (const auto& [key, node] : file)
        if (const std::string_view name = key.str();
            node.is_table() && name != "sweep" && !is_swept(name))
            throw InputError(fmt::format("{}[{}]: is not for a sweep, which runs [{}]",
                                         place(path, key.source()), name,
                                         fmt::join(swept_subcommands, "], [")));
    if (runs.empty())
        throw InputError(fmt::format("{}: nothing to run; a table [{}] is wanted", path,
                                     fmt::join(swept_subcommands, "], [")));
    return runs;
}

}  // namespace gradscape::cli
