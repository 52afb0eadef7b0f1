// What a comparison found, as JSON, and the JSON as text.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "gradscape/internal/counted.hpp"
#include "tools/compare/compare_command.hpp"

namespace gradscape::cli {
namespace {

constexpr std::array<std::string_view, value_class_count> class_names{"finite", "positive_infinite",
                                                                      "negative_infinite", "nan"};
constexpr std::pair<const char*, double> percentiles[] = {
    {"50", 0.5}, {"90", 0.9}, {"99", 0.99}, {"99.9", 0.999}};

Json place_of(const std::optional<ComparedCell>& at, const Grid& grid) {
    if (!at) return nullptr;
    return {{"error", at->error},
            {"w_x", grid.wx.at(at->cell % grid.cols())},
            {"w_rec", grid.wrec.at(at->cell / grid.cols())},
            {"a", at->a},
            {"b", at->b}};
}

std::string number(const Json& at) {
    return at.is_null() ? "-" : fmt::format("{:.3g}", at["error"].get<double>());
}

/// In seven digits or fewer letters.
std::string short_count(std::uint64_t count) {
    return count < 10'000'000 ? fmt::format("{}", count)
                              : fmt::format("{:.3g}", static_cast<double>(count));
}

std::string table(const Json& fields) {
    std::string text = fmt::format("{:<12}{:>10}{:>11}{:>11}{:>11}{:>13}{:>10}{:>10}{:>10}\n",
                                   "field", "beyond", "max abs", "max rel", "max ulp",
                                   "of tolerance", "50% ulp", "99% ulp", "99.9% ulp");
    for (const auto& [name, facts] : fields.items()) {
        const Json &largest = facts["largest"], &ulps = facts["ulp_percentiles"];
        const auto percentile = [&](const char* p) {
            return short_count(ulps[p].get<std::uint64_t>());
        };
        text += fmt::format("{:<12}{:>10}{:>11}{:>11}{:>11}{:>13}{:>10}{:>10}{:>10}\n", name,
                            facts["beyond"].get<std::uint64_t>(), number(largest["abs"]),
                            number(largest["rel"]), number(largest["ulp"]),
                            number(largest["tolerance"]), percentile("50"), percentile("99"),
                            percentile("99.9"));
    }
    return text;
}

std::string place(const std::string& what, const Json& at) {
    if (at.is_null()) return {};
    return fmt::format("  {} at ({}, {}): {} and {}\n", what, at["w_x"].get<double>(),
                       at["w_rec"].get<double>(), at["a"].get<double>(), at["b"].get<double>());
}

/// Only where there is something to tell.
std::string details(const std::string& name, const Json& facts) {
    std::string text;
    const char* measure = facts["largest"]["tolerance"].is_null() ? "ulp" : "tolerance";
    const Json& worst = facts["largest"][measure];
    if (!worst.is_null() && worst["error"] != 0.0)
        text += place(fmt::format("worst by {}", measure), worst);
    text += place("first beyond tolerance", facts["first_beyond"]);
    for (const auto& [a, row] : facts["classes"].items())
        for (const auto& [b, count] : row.items()) {
            if (a == "finite" && b == "finite") continue;
            text += fmt::format("  {} in A and {} in B: {}\n", a, b,
                                counted(count.get<std::uint64_t>(), "cell"));
        }
    if (facts["not_judged"] != 0)
        text += fmt::format("  not judged, since no error bound is known there: {} of {} cells\n",
                            facts["not_judged"].get<std::uint64_t>(),
                            facts["cells"].get<std::uint64_t>());
    if (facts["one_sided"] != 0)
        text += fmt::format("  the loss may be all error, so held from above only: {} cells\n",
                            facts["one_sided"].get<std::uint64_t>());
    return text.empty() ? text : name + ":\n" + text;
}

Json facts_of(const FieldComparison& comparison, const Grid& grid) {
    Json facts{{"cells", comparison.cells()},
               {"beyond", comparison.beyond},
               {"first_beyond", place_of(comparison.first_beyond, grid)},
               {"not_judged", comparison.not_judged},
               {"one_sided", comparison.one_sided},
               {"largest", Json::object()},
               {"ulp_percentiles", Json::object()},
               {"ulp_octaves", comparison.ulps.octaves()},
               {"class_mismatches", comparison.class_mismatches()},
               {"classes", Json::object()}};
    for (std::size_t m = 0; m < error_measure_names.size(); ++m)
        facts["largest"][std::string(error_measure_names[m])] =
            place_of(comparison.largest[m], grid);
    for (const auto& [name, q] : percentiles)
        facts["ulp_percentiles"][name] = comparison.ulps.percentile(q);
    for (std::size_t a = 0; a < value_class_count; ++a)
        for (std::size_t b = 0; b < value_class_count; ++b)
            if (comparison.classes[a][b] > 0)
                facts["classes"][std::string(class_names[a])][std::string(class_names[b])] =
                    comparison.classes[a][b];
    return facts;
}

}  // namespace

Json comparison_facts(const ComparisonSource& errors, std::span<const Field> fields,
                      const Grid& grid) {
    Json facts;
    for (Field field : fields)
        facts[std::string(name_of(field))] = facts_of(errors.of(field), grid);
    return facts;
}

std::string comparison_text(const Json& facts) {
    std::string text =
        fmt::format("A = {}, B = {}, {} cells; tolerance: {}\n", facts["a"].get<std::string>(),
                    facts["b"].get<std::string>(),
                    facts["size"][0].get<std::size_t>() * facts["size"][1].get<std::size_t>(),
                    facts["tolerance"]["kind"].get<std::string>());
    text += table(facts["fields"]);
    for (const auto& [name, field] : facts["fields"].items()) text += details(name, field);
    text += facts["verdict"].get<std::string>();
    if (const auto not_judged = facts["not_judged"].get<std::uint64_t>(); not_judged > 0)
        text += fmt::format("; {} of {} values not judged", not_judged,
                            facts["values"].get<std::uint64_t>());
    text += '\n';
    for (const auto& file : facts["files"]) text += "wrote " + file.get<std::string>() + '\n';
    return text;
}

}  // namespace gradscape::cli
