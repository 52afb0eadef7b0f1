// SPDX-License-Identifier: MIT
#include "tools/explore/asked.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>

#include "gradscape/error.hpp"
#include "tools/common/color_options.hpp"
#include "tools/common/given_options.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::explore {
namespace {

/// None that names a file, or that says how to evaluate: these are the session's.
constexpr std::string_view own_names[]{"--cell", "--field", "--wx",     "--wrec",
                                       "--size", "--mark",  "--valley", "--samples"};

bool is_known(std::string_view option) {
    const auto has = [option](auto& names) {
        return std::ranges::find(names, option) != std::end(names);
    };
    return has(own_names) || has(cli::color_option_names) || has(cli::training_option_names);
}

/// The command line's options, made once a thread: there are sixty of them.
struct Parser {
    Parser() { cli::add_surface_options(app, command); }
    CLI::App app;
    cli::SurfaceCommand command;
};

void take_option(Parser& parser, const std::string& name, const std::string& text) {
    CLI::Option* option =
        is_known("--" + name) ? parser.app.get_option_no_throw("--" + name) : nullptr;
    if (!option)
        throw InputError(fmt::format("{}: no such parameter; docs/explore.md lists them", name));
    option->clear();
    try {
        if (name == "mark") {  // any number of points
            for (const std::string& point : cli::split(text, ';')) option->add_result(point);
        } else {
            option->add_result(text);
        }
        option->run_callback();
    } catch (const CLI::Error& error) {
        throw InputError(error.what());
    }
}

}  // namespace

ColorMap Asked::color_map() const {
    return cli::color_map(surface.colors,
                          default_color_spec(surface.field, surface.training.iterations));
}

cli::SurfaceCommand parse_options(Query& query) {
    thread_local Parser parser;
    parser.command = {};
    parser.command.sized = query.has("size");
    for (const auto& [name, text] : std::vector(query.left())) {
        take_option(parser, name, text);
        query.take(name);
    }
    cli::check(parser.command.training);
    if (!parser.command.colors.palette_file.empty())
        throw InputError(
            "palette: the name of one, or #rrggbb,#rrggbb,...; files are not read here");
    return parser.command;
}

Asked parse_asked(Query& query, const Session& session) {
    Asked asked;
    const auto sets = static_cast<std::int64_t>(session.data_sets().size());
    asked.data_set = static_cast<std::size_t>(query.take_integer("data", 0, sets - 1, 0));
    const DataSet& set = session.data_sets()[asked.data_set];
    asked.surface = parse_options(query);
    asked.surface.data = set.options;
    asked.surface.data_content = set.content;
    asked.surface.unit.initial_state = session.initial_state();
    asked.surface.report.quiet = true;
    return asked;
}

void check_iterations(const TrainingOptions& training, int most) {
    if (training.iterations > most)
        throw InputError(
            fmt::format("iterations {}: {} are the most here; `gradscape` itself takes more",
                        training.iterations, most));
}

}  // namespace gradscape::explore
