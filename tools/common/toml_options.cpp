// SPDX-License-Identifier: MIT
#include "tools/common/toml_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <optional>

#include "gradscape/error.hpp"
#include "tools/common/suggestion.hpp"

namespace gradscape::cli {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;
constexpr std::size_t most_key_parts = 8;

/// Bytes of the comment or text that TOML begins with; 0 where it begins with neither.
std::size_t opaque_bytes(std::string_view toml) {
    if (toml.starts_with('#')) return std::min(toml.find('\n'), toml.size());
    if (!toml.starts_with('"') && !toml.starts_with('\'')) return 0;
    const bool of_lines = toml.starts_with(R"(""")") || toml.starts_with("'''");
    const std::string_view quotes = toml.substr(0, of_lines ? 3 : 1);
    for (std::size_t at = quotes.size(); at < toml.size(); ++at) {
        if (toml[at] == '\\' && quotes[0] == '"') {
            ++at;
        } else if (toml[at] == '\n' && !of_lines) {
            return at;
        } else if (toml.substr(at).starts_with(quotes)) {
            at += quotes.size();
            // Two quotes more are of the text.
            for (int more = 0; of_lines && more < 2 && toml.substr(at).starts_with(quotes[0]);
                 ++more)
                ++at;
            return at;
        }
    }
    return toml.size();
}

/// toml++ takes stack for each part of a dotted key, up to 3.3 without end; a MiB of a.a.a… would
/// be more than there is.
void refuse_deep_keys(std::string_view toml, const std::string& path) {
    std::size_t line = 1, parts = 1;
    for (std::size_t at = 0; at < toml.size();) {
        const std::size_t skipped = opaque_bytes(toml.substr(at));
        const char next = toml[at];
        const std::string_view passed = toml.substr(at, std::max<std::size_t>(skipped, 1));
        at += passed.size();
        line += static_cast<std::size_t>(std::ranges::count(passed, '\n'));
        if (skipped > 0) continue;
        if (next == '.') ++parts;
        if (std::string_view("\n,=[]{}").find(next) != std::string_view::npos) parts = 1;
        if (parts > most_key_parts)
            throw InputError(fmt::format(
                "{}:{}: a key of more than {} parts; OPTION or SUBCOMMAND.OPTION is wanted", path,
                line, most_key_parts));
    }
}

/// A number, text or truth as on the command line; empty for anything else.
std::optional<std::string> scalar_text(const toml::node& value) {
    if (const auto* text = value.as_string()) return text->get();
    if (const auto* whole = value.as_integer()) return fmt::format("{}", whole->get());
    if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
    if (const auto* truth = value.as_boolean()) return truth->get() ? "true" : "false";
    return std::nullopt;
}

}  // namespace

bool is_swept(std::string_view subcommand) {
    return std::ranges::find(swept_subcommands, subcommand) != std::end(swept_subcommands);
}

std::string read_limited(std::istream& input, const std::string& path) {
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
    return toml;
}

toml::table parse_toml(std::string_view toml, const std::string& path) {
    refuse_deep_keys(toml, path);
    try {
        return toml::parse(toml, path);
    } catch (const toml::parse_error& error) {
        throw InputError(
            fmt::format("{}not TOML: {}", place(path, error.source()), error.description()));
    }
}

std::string place(const std::string& path, const toml::source_region& source) {
    return fmt::format("{}:{}: ", path, source.begin.line);
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

}  // namespace gradscape::cli
