// SPDX-License-Identifier: MIT
#include "tools/surface/surface_parameters.hpp"

#include <fmt/format.h>

#include <bit>
#include <filesystem>
#include <span>

namespace gradscape::cli {
namespace {

/// FNV-1a, a double at a time.
std::uint64_t mixed(std::uint64_t hash, std::span<const double> values) {
    for (double value : values) {
        hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001b3;
        hash ^= hash >> 32;  // high bits of a double matter too
    }
    return hash;
}

Json data_parameters(const SurfaceCommand& command) {
    const DataOptions& data = command.data;
    if (command.data_in_memory) return {{"content", command.data_content}};
    if (!data.file.empty())
        return {{"file", command.data_name.empty() ? data.file : command.data_name},
                {"content", command.data_content}};
    return {{"seed", data.seed}, {"sequences", data.sequences}, {"length", data.length}};
}

}  // namespace

std::string content_mark(const Sequences& sequences) {
    std::uint64_t hash = 0xcbf29ce484222325 ^ sequences.length;
    for (const auto* values : {&sequences.inputs, &sequences.targets, &sequences.weights})
        hash = mixed(hash, *values);
    return fmt::format("{:016x}", hash);
}

Json picture_parameters(const SurfaceCommand& command, const View& view, const ColorMap& map,
                        const Evaluator& evaluator) {
    Json facts{{"data", data_parameters(command)},
               {"cell", name_of(command.unit.activation)},
               {"backend", evaluator.name},
               {"method", name_of(method_used(evaluator, view, command.unit))},
               {"precision", name_of(view.precision)},
               {"wx", {view.grid.wx.lo, view.grid.wx.hi}},
               {"wrec", {view.grid.wrec.lo, view.grid.wrec.hi}},
               {"size", {view.grid.cols(), view.grid.rows()}},
               {"field", name_of(command.field)},
               {"colors", describe(map)}};
    describe_initial_state(command.unit, facts);
    if (view.fields.any_training()) facts["training"] = describe(view.training);
    if (command.axes) {
        facts["axes"] = {(*command.axes)[0].name(), (*command.axes)[1].name()};
        facts["start"] = {command.start.wx, command.start.wrec};
    }
    return facts;
}

std::vector<PngText> picture_texts(const Json& parameters) {
    return {{"Software", "gradscape " GRADSCAPE_VERSION},
            {"gradscape:parameters", json_text(parameters)}};
}

ResumeOptions resume_options(const SurfaceCommand& command, const View& view,
                             const Json& parameters) {
    Json wanted = parameters;
    wanted["version"] = GRADSCAPE_VERSION;
    wanted["histogram"] = command.histogram;
    wanted["overview"] = overview_names[static_cast<std::size_t>(command.overview)];
    for (const std::string& output : command.outputs)
        wanted["files"].push_back(std::filesystem::path(output).filename().string());
    for (Field field : view.fields) wanted["fields"].push_back(name_of(field));
    if (command.kind) wanted["kind"] = output_kind_names[static_cast<std::size_t>(*command.kind)];
    if (command.shard)
        wanted["shard"] = {{"index", command.shard->index}, {"count", command.shard->count}};
    const std::string text = json_text(wanted);
    // As they are read back, names that are not UTF-8 among them.
    const auto difference = [text, wanted = Json::parse(text)](std::string_view found) {
        if (found == text) return std::string();  // of any length
        const Json parsed = parse_parameters(found);
        return parsed.is_object() ? first_difference(parsed, wanted) : "unreadable parameters";
    };
    const auto same_outputs = [text, files = Json::parse(text)["files"]](std::string_view found) {
        if (found == text) return true;
        const Json parsed = parse_parameters(found);
        return parsed.is_object() && parsed.contains("files") && parsed["files"] == files;
    };
    return {command.resume, text, difference, same_outputs, "the same command with --resume"};
}

std::string first_difference(const Json& found, const Json& wanted, const std::string& name) {
    if (found == wanted) return {};
    if (!found.is_object() || !wanted.is_object())
        return fmt::format("{} = {} instead of {}", name,
                           found.is_null() ? "nothing" : json_text(found),
                           wanted.is_null() ? "nothing" : json_text(wanted));
    const auto prefix = name.empty() ? name : name + '.';
    for (const Json& keys : {wanted, found})
        for (const auto& [key, ignored] : keys.items()) {
            const Json none;
            const Json& before = found.contains(key) ? found[key] : none;
            const Json& now = wanted.contains(key) ? wanted[key] : none;
            std::string difference = first_difference(before, now, prefix + key);
            if (!difference.empty()) return difference;
        }
    return {};
}

}  // namespace gradscape::cli
