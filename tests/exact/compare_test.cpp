// `gradscape compare` between any two backends, through the program, over data of every magnitude:
// the fast ones have the same bits, the others agree within their bounds, and in the ordinary range
// nothing is left unjudged.
//
// GRADSCAPE_EXACT_CASES and GRADSCAPE_EXACT_SEED as in sweep_test.cpp.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "gradscape/sequences.hpp"
#include "tests/exact/cases.hpp"
#include "tests/run_program.hpp"

namespace gradscape::exact {
namespace {

using Sides = std::vector<std::string>;

/// Sides of one method and precision whose bits must be the same.
std::vector<Sides> alike_sides(bool linear) {
    std::vector<Sides> all;
    for (const char* of : {":bptt:f32", ":bptt:f64", ":rows:f32", ":rows:f64"})
        if (linear || std::string_view(of).starts_with(":bptt"))
            all.push_back({std::string("cpu") + of, std::string("emulated") + of});
    return all;
}

struct Verdict {
    int status;
    std::string verdict, tolerance, what;
    std::uint64_t beyond, not_judged;
};

/// The data of a case as a file, and its grid as options.
class Comparisons {
public:
    explicit Comparisons(const Case& c) : facts_(folder_ / "facts.json") {
        const std::string data = folder_ / "data.csv";
        write_sequences_csv(data, c.model.sequences);
        const auto range = [](const Axis& axis) { return fmt::format("{}:{}", axis.lo, axis.hi); };
        options_ = {"--data",  data,
                    "--cell",  std::string(name_of(c.model.activation)),
                    "--wx",    range(c.grid.wx),
                    "--wrec",  range(c.grid.wrec),
                    "--size",  fmt::format("{}x{}", c.grid.cols(), c.grid.rows()),
                    "--quiet", "--json",
                    facts_};
    }

    Verdict of(const std::string& a, const std::string& b) const {
        std::vector<std::string> arguments{"compare", "--a", a, "--b", b};
        arguments.insert(arguments.end(), options_.begin(), options_.end());
        const auto run = test::gradscape(arguments);
        std::filesystem::path path(facts_);
        if (!std::filesystem::exists(path)) return {run.status, "", "", run.err, 0, 0};
        const auto facts = nlohmann::json::parse(test::read_all(facts_));
        std::filesystem::remove(path);
        return {run.status, facts["verdict"], facts["tolerance"]["kind"],
                run.err,    facts["beyond"],  facts["not_judged"]};
    }

private:
    test::TemporaryFolder folder_;
    std::string facts_;
    std::vector<std::string> options_;
};

/// The command line asks for two ends apart.
std::optional<Case> with_ranges(Case c) {
    for (Axis* axis : {&c.grid.wx, &c.grid.wrec})
        if (!(axis->hi > axis->lo)) axis->hi = axis->lo + std::abs(axis->lo) / 2 + 1e-300;
    if (!std::isfinite(c.grid.wx.hi) || !std::isfinite(c.grid.wrec.hi)) return {};
    return c;
}

/// Number of verdicts.
std::size_t expect_agreement(const Case& c, bool ordinary) {
    const Comparisons compare(c);
    const bool linear = c.model.activation == Activation::linear;
    std::size_t verdicts = 0;
    for (const Sides& sides : alike_sides(linear)) {
        const Verdict bits = compare.of(sides[0], sides[1]);
        EXPECT_EQ(bits.status, 0) << c.name << ", " << sides[0] << ": " << bits.what;
        EXPECT_EQ(bits.beyond + bits.not_judged, 0u) << c.name << ", " << sides[0];
        EXPECT_EQ(bits.tolerance, "same bits");
        for (const std::string& other : {std::string("reference"), std::string("cpu:bptt:f64")}) {
            const Verdict bound = compare.of(sides[0], other);
            EXPECT_EQ(bound.beyond, 0u)
                << c.name << ", " << sides[0] << ", " << other << ": " << bound.what;
            EXPECT_TRUE(bound.verdict == "within tolerance" ||
                        (!ordinary && bound.verdict == "not judged"))
                << c.name << ", " << sides[0] << ", " << other << ": " << bound.what;
            if (ordinary) EXPECT_EQ(bound.not_judged, 0u) << bound.what;
        }
        verdicts += 3;
    }
    return verdicts;
}

TEST(CompareSweep, BackendsAgreeOnDataOfEveryMagnitude) {
    const std::uint32_t first = number_from("GRADSCAPE_EXACT_SEED", 1);
    const std::uint32_t cases = number_from("GRADSCAPE_EXACT_CASES", 24);
    std::size_t verdicts = 0;
    for (std::uint32_t seed = first; seed < first + cases && !HasFailure(); ++seed)
        if (const auto c = with_ranges(random_case(seed))) verdicts += expect_agreement(*c, false);
    EXPECT_GE(verdicts, 3 * cases);
}

/// The article's data and windows: every value has a bound.
TEST(CompareSweep, JudgesEverythingInTheOrdinaryRange) {
    const Sequences article = make_counting_data(1, 20, 10, 0).train;
    for (const Activation cell :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (const Grid& grid : {Grid{{-3, 3, 13}, {-3, 3, 9}}, Grid{{0.9, 1.1, 9}, {0.9, 1.1, 9}},
                                 Grid{{-1, 1, 5}, {-1e-3, 1e-3, 5}}})
            expect_agreement({std::string(name_of(cell)), {article, cell}, grid}, true);
}

}  // namespace
}  // namespace gradscape::exact
