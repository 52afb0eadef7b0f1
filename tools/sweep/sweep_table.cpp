// SPDX-License-Identifier: MIT
#include "tools/sweep/sweep_table.hpp"

#include <fmt/format.h>

#include <map>

namespace gradscape::cli {
namespace {

constexpr std::size_t longest_list = 16;

using Cells = std::vector<std::pair<std::string, std::string>>;

void add_cells(const std::string& name, const Json& fact, Cells& cells) {
    if (fact.is_array() && fact.size() > longest_list) return;
    if (fact.is_structured()) {
        for (const auto& [key, value] : fact.items())
            add_cells(name.empty() ? key : name + '.' + key, value, cells);
    } else if (!fact.is_null()) {
        cells.emplace_back(name, fact.is_string() ? fact.get<std::string>() : json_text(fact));
    }
}

/// RFC 4180.
std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string text = "\"";
    for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

Cells head_of(const SweepRow& row) {
    Cells cells{{"run", row.folder},
                {"subcommand", row.run->subcommand},
                {"status", row.error.empty() ? "done" : "failed"}};
    if (!row.error.empty()) cells.emplace_back("error", row.error);
    for (const SweepOption& option : row.run->options)
        if (option.varied)
            cells.emplace_back("--" + option.name,
                               fmt::format("{}", fmt::join(option.values, " ")));
    return cells;
}

Cells facts_of(const SweepRow& row) {
    Cells cells;
    add_cells("", row.facts, cells);
    return cells;
}

}  // namespace

std::string varied_text(const SweepRun& run, char between) {
    std::string text;
    for (const SweepOption& option : run.options) {
        if (!option.varied) continue;
        if (!text.empty()) text += between;
        text += fmt::format("{}={}", option.name, fmt::join(option.values, "+"));
    }
    return text;
}

std::string table_csv(const std::vector<SweepRow>& rows) {
    std::map<std::string, std::size_t> places;
    std::vector<std::string> names;
    const auto add_columns = [&](const Cells& cells) {
        for (const auto& [name, text] : cells)
            if (places.emplace(name, names.size()).second) names.push_back(name);
    };
    for (const SweepRow& row : rows) add_columns(head_of(row));
    for (const SweepRow& row : rows) add_columns(facts_of(row));
    std::string csv;
    const auto add_line = [&csv](const std::vector<std::string>& line) {
        for (std::size_t c = 0; c < line.size(); ++c) csv += (c > 0 ? "," : "") + quoted(line[c]);
        csv += '\n';
    };
    add_line(names);
    for (const SweepRow& row : rows) {
        std::vector<std::string> line(names.size());
        for (const Cells& cells : {head_of(row), facts_of(row)})
            for (const auto& [name, text] : cells) line[places[name]] = text;
        add_line(line);
    }
    return csv;
}

Json table_json(const std::vector<SweepRow>& rows) {
    Json table = Json::array();
    for (const SweepRow& row : rows) {
        Json options = Json::object();
        for (const SweepOption& option : row.run->options)
            options[option.name] =
                option.values.size() == 1 ? Json(option.values.front()) : Json(option.values);
        Json entry{{"run", row.folder},
                   {"subcommand", row.run->subcommand},
                   {"status", row.error.empty() ? "done" : "failed"},
                   {"options", options}};
        if (row.error.empty())
            entry["facts"] = row.facts;
        else
            entry["error"] = row.error;
        table.push_back(std::move(entry));
    }
    return table;
}

}  // namespace gradscape::cli
