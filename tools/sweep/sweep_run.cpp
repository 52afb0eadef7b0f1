// SPDX-License-Identifier: MIT
#include "tools/sweep/sweep_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "tools/common/color_options.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/config_file.hpp"
#include "tools/sweep/sweep_table.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view written_options[]{"output", "figure"};
constexpr std::string_view read_options[]{"data", "like", "trajectory"};
constexpr const char *facts_file = "facts.json", *parameters_file = "parameters.json";
constexpr const char* default_picture = "surface.png";  ///< of a surface

bool is_one_of(const auto& names, const std::string& name) {
    return std::ranges::find(names, name) != std::end(names);
}

/// Whether the value names a file whose content decides what comes out.
bool is_read(const SweepOption& option, const std::string& value) {
    return is_one_of(read_options, option.name) ||
           (option.name == "palette" && names_palette_file(value));
}

bool gives(const SweepRun& run, std::string_view option) {
    return std::ranges::find(run.options, option, &SweepOption::name) != run.options.end();
}

/// FNV-1a, of bytes.
std::uint64_t mark_of(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325) {
    for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return hash;
}

/// Empty where there is no such file, which the run will say.
std::string mark_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return {};
    std::uint64_t hash = mark_of("");
    for (std::string block(1 << 16, '\0'); file;) {
        file.read(block.data(), static_cast<std::streamsize>(block.size()));
        hash = mark_of({block.data(), static_cast<std::size_t>(file.gcount())}, hash);
    }
    return fmt::format("{:016x}", hash);
}

/// All that decides what comes out.
Json parameters_of(const SweepRun& run) {
    Json parameters{{"version", GRADSCAPE_VERSION}, {"subcommand", run.subcommand}};
    for (const SweepOption& option : run.options) {
        if (option.name == "threads" || option.name == "max-memory") continue;
        parameters["options"][option.name] = option.values;
        for (const std::string& value : option.values)
            if (is_read(option, value)) parameters["content"][value] = mark_of_file(value);
    }
    return parameters;
}

/// For people; letters that no shell and no file system minds.
std::string readable_name(const SweepRun& run) {
    constexpr std::size_t longest = 120;
    std::string name = run.subcommand;
    if (const std::string varied = varied_text(run, ','); !varied.empty()) name += '-' + varied;
    for (char& c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-_.,=+").find(c) != std::string_view::npos;
        if (!plain) c = '_';
    }
    return name.substr(0, longest);
}

std::string file_name(const SweepOption& option, const std::string& value) {
    const fs::path path = value;
    if (path.filename() != path || value == "-" || value == "." || value == ".." || value.empty() ||
        value == facts_file || value == parameters_file)
        throw InputError(fmt::format(
            "{}{} = \"{}\": a file name without a folder is wanted, other than {} and {}; each run "
            "has a folder of its own",
            option.where, option.name, value, facts_file, parameters_file));
    return value;
}

/// The default of `gradscape surface` included.
std::vector<std::string> files_of(const SweepRun& run) {
    std::vector<std::string> files;
    for (const SweepOption& option : run.options)
        if (is_one_of(written_options, option.name))
            for (const std::string& value : option.values)
                files.push_back(file_name(option, value));
    if (run.subcommand == "surface" && files.empty()) files.emplace_back(default_picture);
    return files;
}

std::optional<std::string> content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return {};
    return std::string(std::istreambuf_iterator<char>(file), {});
}

/// `--name=value …`, its files in the folder.
std::vector<std::string> arguments_of(const SweepRun& run, const std::string& folder) {
    std::vector<std::string> arguments{run.subcommand};
    for (const SweepOption& option : run.options) {
        const bool written = is_one_of(written_options, option.name);
        for (const std::string& value : option.values)
            arguments.push_back("--" + option.name + '=' +
                                (written ? folder + '/' + file_name(option, value) : value));
    }
    arguments.push_back("--json=" + folder + '/' + facts_file);
    arguments.emplace_back("--quiet");
    if (run.subcommand != "surface") return arguments;
    const bool draws_only = gives(run, "figure") && !gives(run, "output");
    if (!gives(run, "output") && !draws_only)
        arguments.push_back("--output=" + folder + '/' + default_picture);
    if (!draws_only) arguments.emplace_back("--resume");
    return arguments;
}

void parse(const std::vector<std::string>& arguments, bool only_check) {
    const auto program = make_command_line();
    if (only_check)  // the program's own callback comes before the subcommand's
        program->parse_complete_callback([] { throw CLI::Success(); });
    parse_command_line(*program, std::make_shared<ConfigFile>(*program), arguments);
}

}  // namespace

RunFolder::RunFolder(const std::string& sweep, const SweepRun& run)
    : run_(run), parameters_(json_text(parameters_of(run), 2) + '\n') {
    name_ = fmt::format("{}-{:08x}", readable_name(run), mark_of(parameters_) >> 32);
    path_ = sweep + '/' + name_;
}

std::optional<Json> RunFolder::facts() const {
    if (content_of(path(parameters_file)) != parameters_) return {};
    const auto is_there = [this](const std::string& file) {
        std::error_code error;
        return fs::exists(path(file), error);
    };
    if (!std::ranges::all_of(files_of(run_), is_there)) return {};
    const auto text = content_of(path(facts_file));
    if (!text) return {};
    Json facts = Json::parse(*text, nullptr, false);
    return facts.is_object() && !facts.empty() ? std::optional(std::move(facts)) : std::nullopt;
}

Json RunFolder::do_run() const {
    std::error_code error;
    fs::create_directories(path_, error);
    if (error)
        throw RunError(fmt::format("cannot make the folder '{}': {}", path_, error.message()));
    const auto there = content_of(path(parameters_file));
    if (there && *there != parameters_)
        throw InputError(fmt::format("'{}' is of a run with other parameters; remove its folder",
                                     path(parameters_file)));
    if (!there) write_file(path(parameters_file), parameters_);
    parse(arguments_of(run_, path_), false);
    const auto found = facts();
    if (!found) throw RunError(fmt::format("'{}' was not written", path(facts_file)));
    return *found;
}

void check_run(const SweepRun& run) {
    try {
        parse(arguments_of(run, "."), true);
    } catch (const InputError& error) {
        const std::string text = error.what();
        const std::string option = text.substr(0, text.find_first_of(" :"));
        for (const SweepOption& given : run.options)
            if ("--" + given.name == option) throw InputError(given.where + text);
        throw;
    }
}

}  // namespace gradscape::cli
