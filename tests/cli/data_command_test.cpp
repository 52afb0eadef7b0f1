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
using ::testing::HasSubstr;

TEST(DataCommand, WritesTheArticlesData) {
    const TemporaryFolder folder;
    const auto run =
        gradscape({"data", "-o", folder / "train.csv", "--test-output", folder / "test.csv"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("0 1 0 0 0 0 0 0 0 1  target 2\n"));
    EXPECT_EQ(read_sequences_csv(folder / "train.csv"), golden::article());
    EXPECT_EQ(read_sequences_csv(folder / "test.csv"), golden::article("article_test.csv"));
}

TEST(DataCommand, ReadsBackWhatItWrote) {
    const TemporaryFolder folder;
    const std::string first = folder / "first.csv", second = folder / "second.csv";
    EXPECT_EQ(gradscape({"data", "--seed=7", "--length", "33", "-o", first}).status, 0);
    EXPECT_EQ(gradscape({"data", "--data", first, "-o", second, "--quiet"}).status, 0);
    EXPECT_EQ(test::read_all(first), test::read_all(second));
}

TEST(DataCommand, CountsTheDistinctSequences) {
    const TemporaryFolder folder;
    const auto run = gradscape({"data", "--sequences", "5000", "--length", "3", "--json",
                                folder / "facts.json", "--quiet"});
    EXPECT_EQ(run.status, 0) << run.err;
    const auto facts = nlohmann::json::parse(test::read_all(folder / "facts.json"));
    EXPECT_EQ(facts["sequences"], 5000);
    EXPECT_EQ(facts["distinct_sequences"], 8);
    ASSERT_EQ(facts["inputs"].size(), 5000u);
    for (std::size_t i = 0; i < 5000; ++i) {
        double sum = 0;
        for (const auto& x : facts["inputs"][i]) sum += x.get<double>();
        ASSERT_EQ(facts["targets"][i], sum);
    }
}

}  // namespace
}  // namespace gradscape::cli
