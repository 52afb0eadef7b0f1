// Every evaluator, method, precision, cell and field on random data of every magnitude, length and
// window: never NaN, in the right class, within the stated bound, which is at most `loose_factor`
// times what rounding can do; and the fast evaluators give the same bits.
//
// GRADSCAPE_EXACT_CASES=20000 tries so many cases (about 60 ms each), GRADSCAPE_EXACT_SEED others
// than the usual ones. `gradscape-oracle --sweep` prints more of what it finds.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/exact/cases.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::exact {
namespace {

/// Holds so many cases; the first twenty findings are told.
void expect_right(std::uint32_t cases, const CheckOptions& options) {
    const std::uint32_t first = number_from("GRADSCAPE_EXACT_SEED", 1);
    std::size_t values = 0, not_judged = 0;
    int failures = 0;
    for (std::uint32_t seed = first; seed < first + cases && failures < 20; ++seed) {
        const Case c = random_case(seed);
        const CheckResult result = check(c, options);
        values += result.values, not_judged += result.not_judged;
        for (const Finding& finding : result.findings)
            if (failures++ < 20) ADD_FAILURE() << c.name << ": " << finding.text();
    }
    fmt::print("{} cases, {} values, {} of them without a bound\n", cases, values, not_judged);
    EXPECT_LT(not_judged, values / 20);
}

TEST(ExactSweep, HoldsEveryEvaluatorOnRandomDataOfEveryMagnitude) {
    const auto usual = static_cast<std::uint32_t>(std::max(120 / test::slowdown, 4));
    expect_right(number_from("GRADSCAPE_EXACT_CASES", usual), {});
}

}  // namespace
}  // namespace gradscape::exact
