// What a render found out, as JSON and as text.
// SPDX-License-Identifier: MIT
#include "tools/surface/surface_facts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gradscape/internal/counted.hpp"

namespace gradscape::cli {
namespace {

/// What a place's coordinates are called.
struct PlaceNames {
    std::string x = "w_x", y = "w_rec";
};

/// The octaves that occur, from the lowest values up.
Json octaves_of(const OctaveHistogram& histogram) {
    Json octaves = Json::array();
    const auto edge = [](std::size_t steps) {  // of the magnitudes, `steps` octaves from the lowest
        return std::ldexp(1.0, OctaveHistogram::lowest + static_cast<int>(steps));
    };
    constexpr std::size_t zero = OctaveHistogram::zero_bin;
    for (std::size_t bin = 0; bin < OctaveHistogram::bins; ++bin) {
        if (histogram.counts[bin] == 0) continue;
        const double from = bin < zero ? -edge(zero - bin) : bin > zero ? edge(bin - zero - 1) : 0;
        const double to = bin < zero ? -edge(zero - bin - 1) : bin > zero ? edge(bin - zero) : 0;
        octaves.push_back({{"from", from}, {"to", to}, {"cells", histogram.counts[bin]}});
    }
    return octaves;
}

/// JSON has no infinities: log10 of an exact minimum is the string "-inf".
Json field_facts(Field field, FieldStatistics statistics, const Grid& grid,
                 const PlaceNames& names) {
    const auto extreme = [&](double value, std::uint64_t cell) -> Json {
        if (!(value == value)) return nullptr;
        return {{"value", std::isinf(value) ? Json(fmt::format("{}", value)) : Json(value)},
                {names.x, grid.wx.at(cell % grid.cols())},
                {names.y, grid.wrec.at(cell / grid.cols())}};
    };
    const std::uint64_t minima =
        row_of(field).colors.minus_infinity_is_lowest ? statistics.negative_infinite : 0;
    if (minima > 0) {
        statistics.min = -HUGE_VAL, statistics.min_cell = statistics.negative_infinite_cell;
        if (!(statistics.max == statistics.max))
            statistics.max = statistics.min, statistics.max_cell = statistics.min_cell;
        statistics.negative_infinite = 0;
    }
    Json facts{{"min", extreme(statistics.min, statistics.min_cell)},
               {"max", extreme(statistics.max, statistics.max_cell)},
               {"non_finite",
                {{"positive_infinite", statistics.positive_infinite},
                 {"negative_infinite", statistics.negative_infinite},
                 {"nan", statistics.nan}}}};
    if (minima > 0) facts["exact_minima"] = minima;
    return facts;
}

/// train-steps: its codes −1 and −2 are no numbers of iterations. They have octaves of their own.
Json describe_steps(const FieldStatistics& statistics, const Grid& grid, const PlaceNames& names) {
    const auto cells = [&](double code) {
        return statistics.histogram.counts[OctaveHistogram::bin_of(code)];
    };
    const std::uint64_t not_reached = cells(-1), diverged = cells(-2);
    const std::uint64_t reached = grid.cells() - not_reached - diverged;
    Json facts{{"reached", reached}, {"not_reached", not_reached}, {"diverged", diverged}};
    if (reached > 0)
        facts["most_iterations"] = {{"value", statistics.max},
                                    {names.x, grid.wx.at(statistics.max_cell % grid.cols())},
                                    {names.y, grid.wrec.at(statistics.max_cell / grid.cols())}};
    return facts;
}

std::string steps_text(const Json& facts, double tolerance, const PlaceNames& names) {
    std::string text = fmt::format("train-steps: loss < {} reached from {}", tolerance,
                                   counted(facts["reached"].get<std::uint64_t>(), "cell"));
    if (facts.contains("most_iterations")) {
        const Json& most = facts["most_iterations"];
        text += fmt::format(" (after at most {}, at ({}, {}))",
                            counted(most["value"].get<double>(), "iteration"),
                            most[names.x].get<double>(), most[names.y].get<double>());
    }
    return text + fmt::format(", not reached from {}, diverged from {}\n",
                              facts["not_reached"].get<std::uint64_t>(),
                              facts["diverged"].get<std::uint64_t>());
}

std::string statistics_text(const FieldRow& field, const Json& facts, const PlaceNames& names) {
    const auto extreme = [&](const char* key) {
        const Json& e = facts[key];
        if (e.is_null()) return std::string("none");
        const Json& value = e["value"];
        return fmt::format(
            "{} at ({}, {})",
            value.is_string() ? value.get<std::string>() : fmt::format("{}", value.get<double>()),
            e[names.x].get<double>(), e[names.y].get<double>());
    };
    const Json& non_finite = facts["non_finite"];
    const auto count = [&](const char* key) { return non_finite[key].get<std::uint64_t>(); };
    const std::uint64_t all =
        count("positive_infinite") + count("negative_infinite") + count("nan");
    return fmt::format("{}: min {}, max {}{}\n", field.name, extreme("min"), extreme("max"),
                       all == 0 ? ""
                       : field.kind == FieldKind::training
                           ? ", diverged from " + counted(all, "cell")
                           : fmt::format(", {} not finite", counted(all, "cell")));
}

/// Of every field that was evaluated; the same as text.
std::string add_statistics(const SurfaceCommand& command, const Rendered& rendered, Json& facts) {
    std::string text;
    PlaceNames names;
    if (command.axes) names = {(*command.axes)[0].name(), (*command.axes)[1].name()};
    for (Field field : rendered.view.fields) {
        const FieldStatistics& statistics = rendered.statistics[field];
        const bool steps = row_of(field).counts_iterations;
        Json described = steps ? describe_steps(statistics, command.grid, names)
                               : field_facts(field, statistics, command.grid, names);
        if (command.histogram) described["histogram"] = octaves_of(statistics.histogram);
        facts["statistics"][std::string(name_of(field))] = described;
        text += steps ? steps_text(described, command.training.tolerance, names)
                      : statistics_text(row_of(field), described, names);
    }
    return text;
}

}  // namespace

std::string add_results(const SurfaceCommand& command, const Rendered& rendered, Json& facts) {
    std::string text;
    if (!command.outputs.empty()) text = add_statistics(command, rendered, facts);
    facts["files"] = command.outputs;
    return text;
}

std::string evaluated_text(const Json& parameters) {
    const auto text = [&](const char* key) { return parameters.at(key).get<std::string>(); };
    return fmt::format("evaluated by {}, method {}, in {}\n", text("backend"), text("method"),
                       text("precision"));
}

std::string written_text(const Json& facts) {
    std::string text;
    for (const auto& name : facts.at("files")) {
        const auto file = name.get<std::string>();
        text += "wrote " + file;
        if (output_kind_of(file) == OutputKind::dzi)
            text += ", which " + tile_names(file).page + " shows in a browser";
        text += '\n';
    }
    return text;
}

}  // namespace gradscape::cli
