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

TEST(TrainCommand, PrintsTheArticlesResult) {
    const TemporaryFolder folder;
    const auto run = gradscape({"train", "-o", folder / "t.csv", "--json", folder / "t.json"});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "");
    EXPECT_THAT(run.out, HasSubstr("Final weights are: wx = 1.0014,  wRec = 0.9997\n"));
    EXPECT_THAT(run.out, HasSubstr("target 8  prediction 7.9991  rounded 8"));

    const auto rows = golden::csv(folder / "t.csv");
    const auto expected = golden::csv(golden::path("article_rprop.csv"));
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].at("iteration"), expected[i].at("iteration"));
        for (const char* column : {"w_x", "w_rec"})
            EXPECT_NEAR(golden::number(rows[i], column), golden::number(expected[i], column), 1e-9);
    }
    const auto facts = nlohmann::json::parse(test::read_all(folder / "t.json"));
    EXPECT_NEAR(facts["final"]["w_x"].get<double>(), 1.001355547207059, 1e-12);
    EXPECT_EQ(facts["iterations"], 500);
    EXPECT_EQ(facts["diverged"], false);
    EXPECT_EQ(facts["test"]["predictions"].size(), 5u);
}

TEST(TrainCommand, SaysWhereARunDiverges) {
    const auto run = gradscape({"train", "--optimizer", "gd", "--learning-rate", "0.01"});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.out, HasSubstr("Diverged: loss "));
}

TEST(TrainCommand, TakesItsOptionsFromAFileAndTheCommandLineOverIt) {
    const TemporaryFolder folder;
    const std::string config = folder / "run.toml";
    std::ofstream(config) << "# flat\nstart = \"-1,1.5\"\niterations = 3\noptimizer = \"adam\"\n";
    const auto run = gradscape({"train", "--config", config, "--iterations", "2"});
    EXPECT_EQ(run.err, "");
    EXPECT_THAT(run.out, HasSubstr("adam, 2 iterations from (-1, 1.5)"));
    std::ofstream(config) << "[train]\niterations = 4\n[data]\nseed = 3\n";
    EXPECT_THAT(gradscape({"--config", config, "train"}).out, HasSubstr("rprop, 4 iterations"));
}

TEST(TrainCommand, TakesNegativeStartsWithAndWithoutAnEqualsSign) {
    const auto with = gradscape({"train", "--iterations=0", "--start=-1.5,2"});
    const auto without = gradscape({"train", "--iterations", "0", "--start", "-1.5,2"});
    EXPECT_EQ(with.status, 0);
    EXPECT_EQ(with.out, without.out);
}

}  // namespace
}  // namespace gradscape::cli
