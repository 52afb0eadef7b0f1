// SPDX-License-Identifier: MIT
#include "gradscape/trace.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/golden.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::training {
namespace {

TEST(Trace, AgreesWithTheGoldenOnesInEveryReduction) {
    const Model model{golden::article()};
    for (const auto& row : golden::csv(golden::path("article_traces.csv"))) {
        const auto trace =
            trace_at(model, {golden::number(row, "w_x"), golden::number(row, "w_rec")});
        const auto k = std::stoul(row.at("k"));
        const auto check = [&](Reduction reduction, const char* column) {
            const double expected = golden::number(row, column);
            EXPECT_NEAR(trace.value(k, reduction), expected, 1e-12 * std::abs(expected) + 1e-12);
        };
        check(Reduction::mean, "grad_mean");
        check(Reduction::sum, "grad_sum");
        check(Reduction::article, "grad_article");
    }
}

TEST(Trace, WeighsTheSequences) {
    const Model model{{2, 1, {1, 1}, {0, 3}, {2, 0.5}}};
    const auto trace = trace_at(model, {1, 1});
    EXPECT_EQ(trace.value(1, Reduction::sum), 2 * 2.0 + 0.5 * -4.0);
    EXPECT_EQ(trace.value(1, Reduction::mean), 2 / 2.5);
    EXPECT_EQ(trace.value(1, Reduction::article), 2 * 2.5);
}

TEST(Trace, LogarithmsAreThoseOfTheReduction) {
    const Trace trace{{1, 1}, 4, {1, -100}};
    EXPECT_NEAR(trace.log10_value(1, Reduction::sum), 2, 1e-15);
    EXPECT_NEAR(trace.log10_value(1, Reduction::mean), std::log10(25), 1e-15);
    EXPECT_NEAR(trace.log10_value(1, Reduction::article), std::log10(400), 1e-15);
}

TEST(WriteTracesCsv, RunsFromTheLastStateToTheFirst) {
    const test::TemporaryFolder folder;
    const Model model{golden::article()};
    const Trace traces[] = {trace_at(model, {2, 2}), trace_at(model, {1, 0.5})};
    write_traces_csv(folder / "t.csv", traces);
    const auto rows = golden::csv(folder / "t.csv");
    ASSERT_EQ(rows.size(), 22u);
    EXPECT_EQ(rows[0].at("k"), "10");
    EXPECT_EQ(rows[10].at("k"), "0");
    EXPECT_EQ(rows[10].at("grad_sum"), "36431872");
    EXPECT_EQ(rows[21].at("w_rec"), "0.5");
}

}  // namespace
}  // namespace gradscape::training
