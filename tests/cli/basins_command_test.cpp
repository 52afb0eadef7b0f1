// `gradscape basins`, and maps over parameters by --axes, through the real binary.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/refusal.hpp"
#include "tests/golden.hpp"

namespace gradscape::cli {
namespace {

using nlohmann::json;
using test::expect_refusal;
using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

/// y = w_x·w_rec² and w_x are to be 1: minima at (1, ±1).
void write_two_minima(const std::string& path) {
    std::ofstream(path) << "x1,x2,x3,target\n1,0,0,1\n0,0,1,1\n";
}

TEST(BasinsCommand, FindsBothMinimaAndTheLineBetweenThem) {
    const TemporaryFolder folder;
    write_two_minima(folder / "two.csv");
    const auto run = gradscape({"basins",
                                "--data",
                                folder / "two.csv",
                                "--optimizer",
                                "gd",
                                "--learning-rate",
                                "0.05",
                                "--iterations",
                                "3000",
                                "--wx",
                                "0.5:1.5",
                                "--wrec",
                                "-1.5:1.5",
                                "--size",
                                "65x66",
                                "--figure",
                                folder / "basins.png",
                                "-o",
                                folder / "boxes.csv",
                                folder / "boxes.png",
                                "--json",
                                folder / "facts.json"});
    ASSERT_EQ(run.status, 0) << run.err;
    const json facts = json::parse(read_all(folder / "facts.json"));
    ASSERT_EQ(facts["minima"].size(), 2u);
    for (const json& minimum : facts["minima"]) {
        EXPECT_NEAR(minimum["w_x"], 1, 1e-5);
        EXPECT_NEAR(std::abs(minimum["w_rec"].get<double>()), 1, 1e-5);
        EXPECT_EQ(minimum["starts"], 65 * 33);
    }
    // All come to a loss below the tolerance: there is no boundary.
    EXPECT_EQ(facts["reached"], 65 * 66);
    EXPECT_TRUE(facts["dimension"].is_null());
    EXPECT_THAT(run.out, HasSubstr("No boundary: all starts are of one kind"));
    EXPECT_EQ(golden::csv(folder / "boxes.csv").size(), 4u);  // sides 1, 2, 4, 8
    EXPECT_TRUE(read_all(folder / "basins.png").starts_with("\x89PNG"));
}

TEST(BasinsCommand, TellsTheDimensionOfABoundary) {
    const TemporaryFolder folder;
    const auto run =
        gradscape({"basins", "--optimizer", "gd", "--learning-rate", "0.001", "--iterations", "100",
                   "--tolerance", "1", "--size", "129", "--json", folder / "facts.json"});
    ASSERT_EQ(run.status, 0) << run.err;
    const json facts = json::parse(read_all(folder / "facts.json"));
    EXPECT_GT(facts["dimension"]["value"], 0.8);
    EXPECT_LT(facts["dimension"]["value"], 1.5);
    EXPECT_GT(facts["dimension"]["standard_error"], 0);
    EXPECT_EQ(facts["dimension"]["smallest_box"], 2);
    EXPECT_EQ(facts["dimension"]["largest_box"], 16);
    EXPECT_THAT(run.out, HasSubstr("box-counting dimension "));
    std::size_t ended =
        facts["elsewhere"].get<std::size_t>() + facts["diverged"].get<std::size_t>();
    for (const json& minimum : facts["minima"]) ended += minimum["starts"].get<std::size_t>();
    EXPECT_EQ(ended, 129u * 129u);
}

TEST(BasinsCommand, RefusesWhatCannotBe) {
    const TemporaryFolder folder;
    expect_refusal(folder, {"basins", "--size", "8"}, "--size 8x8: nine cells");
    expect_refusal(folder, {"basins", "--largest-box", "12"}, "--largest-box 12: a power of 2");
    expect_refusal(folder, {"basins", "--size", "64", "--largest-box", "64"},
                   "--largest-box 64: does not fit");
    expect_refusal(folder, {"basins", "--smallest-box", "8", "--largest-box", "4"},
                   "--smallest-box 8: is larger");
    expect_refusal(folder, {"basins", "--width", "4in"}, "--width: has no effect");
    expect_refusal(folder, {"basins", "--momentum", "0.5"}, "--momentum: has no effect");
    expect_refusal(folder, {"basins", "--apart", "0"}, "--apart 0");
}

/// Which learning rates train: those below 2 / sharpness or so, for whatever momentum.
TEST(BasinsCommand, CountsTheBoundaryBetweenParameters) {
    const TemporaryFolder folder;
    const std::vector<std::string> rates{"basins",
                                         "--optimizer",
                                         "gd",
                                         "--axes",
                                         "lr,clip-norm",
                                         "--wx",
                                         "0.001:0.1",
                                         "--wrec",
                                         "0.5:20",
                                         "--size",
                                         "65",
                                         "--start",
                                         "0.5,1",
                                         "--iterations",
                                         "60",
                                         "--tolerance",
                                         "0.1",
                                         "--json",
                                         folder / "facts.json",
                                         "-o",
                                         folder / "c.csv",
                                         "--figure",
                                         folder / "rates.svg"};
    const auto run = gradscape(rates);
    ASSERT_EQ(run.status, 0) << run.err;
    const json facts = json::parse(read_all(folder / "facts.json"));
    EXPECT_EQ(facts["axes"], json({"learning-rate", "clip-norm"}));
    EXPECT_EQ(facts["backend"], "cpu");
    EXPECT_GT(facts["reached"], 0);
    EXPECT_LT(facts["reached"], 65 * 65);
    EXPECT_FALSE(facts["dimension"].is_null());
    EXPECT_THAT(run.out, HasSubstr("reached by"));
    EXPECT_THAT(read_all(folder / "rates.svg"), HasSubstr("clip norm"));
    expect_refusal(folder, {"basins", "--start", "1,1"}, "--start: has no effect without --axes");
    expect_refusal(folder, {"basins", "--optimizer", "gd", "--axes", "lr,clip-norm"},
                   "--axes: the ranges of both parameters are wanted");
}

TEST(AxesOption, MapsTwoParametersAndIsMadeAgainFromItself) {
    const TemporaryFolder folder;
    const std::vector<std::string> map{"surface",
                                       "--field",
                                       "train-loss",
                                       "--optimizer",
                                       "momentum",
                                       "--axes",
                                       "log10-lr,momentum",
                                       "--wx",
                                       "-4:-1",
                                       "--wrec",
                                       "0:0.95",
                                       "--size",
                                       "20x10",
                                       "--start",
                                       "-1,1.5",
                                       "--iterations",
                                       "50",
                                       "--quiet",
                                       "-o"};
    auto made = map;
    made.insert(made.end(), {"a.png", "a.npy", "--figure", "a.svg", "--json", "facts.json"});
    const auto run = gradscape(made, folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    const json facts = json::parse(read_all(folder / "facts.json"));
    EXPECT_EQ(facts["axes"], json({"log10-learning-rate", "momentum"}));
    EXPECT_EQ(facts["start"], json({-1, 1.5}));
    EXPECT_EQ(facts["backend"], "cpu");
    EXPECT_TRUE(facts["statistics"]["train-loss"]["min"].contains("log10-learning-rate"));
    EXPECT_THAT(read_all(folder / "a.svg"), HasSubstr("momentum"));
    const auto again =
        gradscape({"surface", "--quiet", "--like", "a.png", "-o", "b.png"}, folder.path());
    ASSERT_EQ(again.status, 0) << again.err;
    EXPECT_TRUE(read_all(folder / "a.png") == read_all(folder / "b.png"));
    // Its shards are merged to the same bytes.
    auto whole = map;
    whole.emplace_back("c.png");
    ASSERT_EQ(gradscape(whole, folder.path()).status, 0);
    const std::string bytes = read_all(folder / "c.png");
    for (const char* shard : {"1/2", "2/2"}) {
        auto part = whole;
        part.insert(part.end(), {"--shard", shard});
        ASSERT_EQ(gradscape(part, folder.path()).status, 0);
    }
    ASSERT_EQ(gradscape({"merge", "c.png"}, folder.path()).status, 0);
    EXPECT_TRUE(read_all(folder / "c.png") == bytes);
}

TEST(AxesOption, RefusesWhatItCannotMap) {
    const TemporaryFolder folder;
    const auto refused = [&](std::vector<std::string> more, const char* complaint) {
        std::vector<std::string> all{"surface", "--size", "9"};
        all.insert(all.end(), more.begin(), more.end());
        expect_refusal(folder, all, complaint);
    };
    const auto with = [](std::vector<std::string> more) {
        std::vector<std::string> all{"--field", "train-loss",   "--optimizer", "gd",
                                     "--axes",  "lr,clip-norm", "--wx",        "0.1:1",
                                     "--wrec",  "0:1"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    refused({"--axes", "lr"}, "--axes lr: two parameters X,Y are wanted");
    refused({"--axes", "lr,size"}, "--axes size: no such parameter");
    refused({"--field", "train-loss", "--optimizer", "gd", "--axes", "lr,clip-norm"},
            "--axes: the ranges of both parameters are wanted");
    refused({"--axes", "eta-plus,eta-minus", "--wx", "1.1:2", "--wrec", "0.1:0.9"},
            "--axes: has no effect on this --field");
    refused({"--start", "1,1"}, "--start: has no effect without --axes");
    refused({"--field", "train-loss", "--axes", "lr,momentum", "--wx", "0.1:1", "--wrec", "0:1"},
            "axis learning-rate: has no effect on rprop");
    refused(with({"--backend", "emulated"}), "--backend emulated: has no maps over parameters");
    refused(with({"--learning-rate", "0.1"}), "--learning-rate: has no effect beside --axes");
    refused(with({"-o", "a.csv"}), "-o a.csv: such files tell of weights");
    refused(with({"--valley", "--figure", "a.png"}), "--valley: has no effect with --axes");
}

TEST(BasinsCommand, SaysWhereADimensionTellsNothing) {
    EXPECT_THAT(
        gradscape({"basins", "--size", "65", "--optimizer", "gd", "--learning-rate", "0.001"}).out,
        HasSubstr("; from so few boxes, 4 at most, it tells nothing"));
}

}  // namespace
}  // namespace gradscape::cli
