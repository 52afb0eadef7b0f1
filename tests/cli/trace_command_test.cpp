// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/golden.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;

TEST(TraceCommand, FollowsTheArticlesEightPointsByDefault) {
    const TemporaryFolder folder;
    const auto run = gradscape({"trace", "-o", folder / "t.csv", "--quiet"});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.out + run.err, "");
    const auto rows = golden::csv(folder / "t.csv");
    const auto expected = golden::csv(golden::path("article_traces.csv"));
    ASSERT_EQ(rows.size(), 8u * 11);
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (const char* column : {"w_x", "w_rec", "k", "grad_mean", "grad_sum", "grad_article"}) {
            const double value = golden::number(expected[i], column);
            EXPECT_NEAR(golden::number(rows[i], column), value, 1e-12 * (1 + std::abs(value)));
        }
}

TEST(TraceCommand, TakesManyPointsOfAnySign) {
    const TemporaryFolder folder;
    const auto run = gradscape({"trace", "--at", "-2,-2", "1,2", "-.5,1e-1", "--json",
                                folder / "t.json", "--reduction", "article"});
    EXPECT_EQ(run.status, 0) << run.err;
    const auto facts = nlohmann::json::parse(test::read_all(folder / "t.json"));
    ASSERT_EQ(facts["traces"].size(), 3u);
    EXPECT_EQ(facts["traces"][0]["gradient"][0], 20.0 * 6727680);
    EXPECT_EQ(facts["traces"][2]["w_x"], -0.5);
    EXPECT_EQ(facts["traces"][2]["w_rec"], 0.1);
}

TEST(TraceCommand, WritesTheSameWithEveryBackend) {
    const TemporaryFolder folder;
    for (const char* backend : {"cpu", "emulated"})
        EXPECT_EQ(gradscape({"trace", "--cell", "tanh", "--backend", backend, "-o",
                             folder / (std::string(backend) + ".csv")})
                      .status,
                  0);
    EXPECT_EQ(test::read_all(folder / "cpu.csv"), test::read_all(folder / "emulated.csv"));
}

}  // namespace
}  // namespace gradscape::cli
