// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/refusal.hpp"
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

TEST(TraceCommand, DrawsEachPointOnceUnderItsOwnName) {
    const TemporaryFolder folder;
    ASSERT_EQ(gradscape({"trace", "--at", "1,1.5", "1,1.5", "2,2", "2.0000000001,2", "-o",
                         folder / "t.svg"})
                  .status,
              0);
    const std::string figure = test::read_all(folder / "t.svg");
    EXPECT_THAT(figure, ::testing::HasSubstr("(2.0000000001, 2)"));
    EXPECT_NE(figure.find("(1, 1.5)"), figure.npos);
}

TEST(TraceCommand, DrawsBandsOfMagnitudesOnly) {
    const TemporaryFolder folder;
    test::expect_refusal(folder, {"trace", "--spread", "--values", "signed", "-o", "t.png"},
                         "--values: has no effect as signed beside --spread");
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
