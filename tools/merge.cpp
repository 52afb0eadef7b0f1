// `gradscape merge`: the files of a render from its shards.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "gradscape/error.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/internal/notice.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/front_context.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/surface/surface_facts.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::cli {
namespace {

struct MergeCommand {
    std::vector<std::string> outputs;
    std::optional<std::size_t> count;
    bool remove = false;
    std::size_t max_memory = Context{}.max_memory;
    ReportOptions report;
};

/// A shard's parameters without what tells it from the others; empty where it has none.
Json common_parameters(std::string_view found) {
    Json parameters = parse_parameters(found);
    if (!parameters.is_object()) return {};
    parameters.erase("shard");
    return parameters;
}

/// Those of most shards: what differs from them is foreign.
Json wanted_parameters(const FoundShards& found) {
    std::map<std::string, std::size_t> counts;
    for (const std::string& parameters : found.parameters)
        if (const Json common = common_parameters(parameters); !common.is_null())
            ++counts[json_text(common)];
    if (counts.empty() && found.unread) std::rethrow_exception(found.unread);
    if (counts.empty())
        throw InputError(fmt::format(
            "no shard of '{}' tells what it is of, since no journal has a beginning; render {} "
            "again",
            found.journals_of, counted(found.count, "shard")));
    return Json::parse(std::ranges::max_element(counts, {}, [](const auto& entry) {
                           return entry.second;
                       })->first);
}

/// A file's name as the journals have it.
std::string name_in_json(const std::string& path) {
    return Json::parse(json_text(std::filesystem::path(path).filename().string()));
}

/// The outputs in the order in which they were rendered.
std::vector<std::string> ordered_outputs(std::vector<std::string> given, const Json& names) {
    std::vector<std::string> ordered, missing;
    for (const auto& name : names) {
        const auto found = std::ranges::find(given, name.get<std::string>(), name_in_json);
        if (found == given.end()) {
            missing.push_back(name.get<std::string>());
        } else {
            ordered.push_back(*found);
            given.erase(found);
        }
    }
    if (!missing.empty())
        throw InputError(
            fmt::format("the shards are of '{}', too; name all files that were "
                        "rendered together",
                        fmt::join(missing, "' and '")));
    if (!given.empty())
        throw InputError(
            fmt::format("the shards beside '{}' are not of '{}'; name the files that "
                        "were rendered together",
                        ordered.front(), fmt::join(given, "' and '")));
    return ordered;
}

/// What `surface` was told, and what it decided.
struct Rendering {
    SurfaceCommand command;
    View view;
    Json facts;  ///< the picture's parameters
};

Rendering rendering_of(Json parameters, const MergeCommand& merge) {
    Rendering rendering;
    SurfaceCommand& command = rendering.command;
    CLI::App app;
    add_surface_options(app, command);
    take_parameters(app, parameters);
    command.histogram = parameters.at("histogram").get<bool>();
    command.overview = static_cast<Overview>(
        parse_choice("--overview", parameters.at("overview").get<std::string>(), overview_names));
    if (parameters.contains("kind"))
        command.kind = static_cast<OutputKind>(
            parse_choice("--kind", parameters["kind"].get<std::string>(), output_kind_names));
    command.outputs = ordered_outputs(merge.outputs, parameters.at("files"));
    command.report = merge.report;
    FieldSet fields;
    for (const auto& name : parameters.at("fields"))
        fields.add(
            static_cast<Field>(parse_choice("--field", name.get<std::string>(), field_names)));
    rendering.view = {command.grid,
                      fields,
                      command.evaluation.method,
                      command.evaluation.precision.value(),
                      command.training,
                      command.parameters()};
    for (const char* key : {"version", "histogram", "overview", "files", "fields", "kind"})
        parameters.erase(key);
    rendering.facts = std::move(parameters);
    return rendering;
}

/// InputError where they are not those of a render of this version.
Rendering read_rendering(const Json& parameters, const FoundShards& found,
                         const MergeCommand& command) {
    const auto version = parameters.find("version");
    if (version != parameters.end() && *version != GRADSCAPE_VERSION)
        throw InputError(fmt::format(
            "the shards of '{}' were made by gradscape {}; this is "
            "gradscape " GRADSCAPE_VERSION ", whose bytes may differ: merge them with that version",
            found.journals_of, json_text(*version)));
    try {
        return rendering_of(parameters, command);
    } catch (const nlohmann::json::exception&) {
    } catch (const std::bad_optional_access&) {
    }
    throw InputError(
        fmt::format("the journals of the shards of '{}' are not those of a render by "
                    "this version of gradscape",
                    found.journals_of));
}

std::string difference_of(std::string_view found, const Json& wanted, const Shard& shard) {
    const Json parameters = parse_parameters(found);
    if (!parameters.is_object() || !parameters.contains("shard"))
        return "foreign: its journal is not a shard's";
    const std::string difference = first_difference(common_parameters(found), wanted);
    if (!difference.empty()) return "foreign: rendered with " + difference;
    const Json itself{{"index", shard.index}, {"count", shard.count}};
    if (parameters["shard"] == itself) return {};
    const auto number = [&](const char* key) {
        const Json shard_of = parameters["shard"];
        return shard_of.is_object() && shard_of.contains(key) ? json_text(shard_of[key]) : "?";
    };
    return fmt::format("duplicate: a copy of shard {} of {}", number("index"), number("count"));
}

/// `2,5-7`, which Slurm's --array takes.
std::string index_list(const std::vector<std::size_t>& indices) {
    std::string list;
    for (std::size_t at = 0; at < indices.size();) {
        std::size_t end = at;
        while (end + 1 < indices.size() && indices[end + 1] == indices[end] + 1) ++end;
        if (!list.empty()) list += ',';
        list += std::to_string(indices[at]);
        if (end > at) list += fmt::format("{}{}", end > at + 1 ? '-' : ',', indices[end]);
        at = end + 1;
    }
    return list;
}

/// `shards 2,5-7`.
std::string named(const std::vector<std::size_t>& indices) {
    return fmt::format("{} {}", indices.size() == 1 ? "shard" : "shards", index_list(indices));
}

[[noreturn]] void fail(const std::vector<ShardFault>& faults, const MergeInput& input) {
    std::map<ShardFault::Kind, std::vector<std::size_t>> of_kind;
    std::vector<std::size_t> again;
    for (const ShardFault& fault : faults) {
        of_kind[fault.kind].push_back(fault.index);
        if (fault.kind != ShardFault::Kind::in_use && fault.kind != ShardFault::Kind::unreadable)
            again.push_back(fault.index);
        if (fault.kind != ShardFault::Kind::missing)
            notice(fmt::format("shard {}: {}", fault.index, fault.text));
    }
    if (const auto& missing = of_kind[ShardFault::Kind::missing]; !missing.empty())
        notice(named(missing) + ": missing");
    std::string text = fmt::format("cannot merge '{}': {} of {} cannot be used", input.journals_of,
                                   faults.size(), counted(input.count, "shard"));
    if (!again.empty())
        text += fmt::format("; render --shard I/{} again for I = {} (--array={})", input.count,
                            index_list(again), index_list(again));
    if (const auto& unfit = of_kind[ShardFault::Kind::unfit]; !unfit.empty())
        text += fmt::format(", after removing FILE.part.I-of-{}* of {}", input.count, named(unfit));
    if (const auto& in_use = of_kind[ShardFault::Kind::in_use]; !in_use.empty())
        text += fmt::format("; wait for {}", named(in_use));
    if (const auto& unreadable = of_kind[ShardFault::Kind::unreadable]; !unreadable.empty())
        text += fmt::format("; see that {} can be read", named(unreadable));
    throw InputError(text);
}

void run_merge(const MergeCommand& command, Transaction& files) {
    const FoundShards found = find_shards(command.outputs, command.count);
    const Json wanted = wanted_parameters(found);
    auto [surface, view, facts] = read_rendering(wanted, found, command);
    claim_shards(files, surface.outputs, found.count);
    claim_outputs(files, render_outputs(surface), surface.shard);
    const MergeInput input{found.journals_of, found.count,
                           [&wanted](std::string_view parameters, const Shard& shard) {
                               return difference_of(parameters, wanted, shard);
                           }};

    const ColorMap map(color_spec(surface.colors, surface.field, surface.training),
                       own_colors(surface.colors));
    RenderJob job{surface.grid,
                  surface.field,
                  surface.evaluation.method,
                  surface.evaluation.precision,
                  surface.training,
                  map,
                  surface.overview,
                  surface.histogram,
                  render_outputs(surface),
                  [texts = picture_texts(facts)](const View&) -> RenderRecord {
                      return {texts, {}};
                  },
                  {}};
    const Context context = front_context(command.report, files, 1, command.max_memory);
    const Merged merged = merge(std::move(job), view, input, context);
    if (!merged.faults.empty()) fail(merged.faults, input);
    if (command.remove)
        files.when_published([input, outputs = surface.outputs](bool published) {
            if (published) remove_shards(input, outputs);
        });
    const std::string text = evaluated_text(facts) + add_results(surface, merged.rendered, facts);
    report(command.report, files, text + written_text(facts), facts);
}

}  // namespace

void setup_merge(CLI::App& app) {
    auto command = std::make_shared<MergeCommand>();
    auto* sub = app.add_subcommand("merge", "Put the shards of a surface together");
    in_group(*sub, "Shards");
    sub->add_option("FILE", command->outputs,
                    "What `gradscape surface --shard` was told to write, all of it")
        ->type_name(fmt::format("FILE.{}", fmt::join(output_kind_names, "|.")))
        ->required();
    add_parsed(
        *sub, "--of", command->count,
        [](const std::string& option, const std::string& text) {
            return std::optional<std::size_t>(parse_count(option, text, 1, most_shards));
        },
        "Number of the shards, where those of several divisions lie there", "N", "");
    sub->add_flag("--remove", command->remove, "Remove the shards when the files are there");
    add_parsed(
        *sub, "--max-memory", command->max_memory,
        [](const std::string& option, const std::string& text) {
            return parse_memory(option, text);
        },
        "What the axes may take of the memory", "BYTES[K|M|G]", "256M");
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape merge loss.png loss.npy");
    sub->callback([command, sub] {
        Transaction files;
        claim_files(files, *sub, command->report);
        run_merge(*command, files);
    });
}

}  // namespace gradscape::cli
