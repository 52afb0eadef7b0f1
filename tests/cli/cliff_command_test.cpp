// `gradscape cliff` through the real binary.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gradscape/cliff.hpp"
#include "gradscape/reference.hpp"
#include "tests/cli/refusal.hpp"
#include "tests/golden.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

using nlohmann::json;
using test::expect_refusal;
using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

TEST(CliffCommand, TellsTheFactsOfTheFigureAndDrawsIt) {
    const TemporaryFolder folder;
    const auto run =
        gradscape({"cliff", "-o", folder / "cut.csv", folder / "cut.svg", "--figure",
                   folder / "wall.png", "--points", "101", "--json", folder / "facts.json"});
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("folds at -2.655610338630688 and -2.34438966136931"));
    EXPECT_THAT(run.out, HasSubstr("|gradient| 6773.125, (dE/dw, dE/db) = (-3577.72, -5751.1"));
    const json facts = json::parse(read_all(folder / "facts.json"));
    EXPECT_NEAR(facts["basin_boundary"], -2.612296656009273, 2e-15);
    EXPECT_NEAR(facts["steepest"]["grad_norm"], 6773.125, 5e-4);
    EXPECT_GT(facts["unclipped"]["w_x"], -1);
    EXPECT_LT(facts["clipped"]["loss"], 0.01);
    EXPECT_TRUE(read_all(folder / "wall.png").starts_with("\x89PNG"));
    EXPECT_THAT(read_all(folder / "cut.svg"), HasSubstr("border of the basins"));
    // The cut goes through the steepest point, and its values are the reference's.
    const auto rows = golden::csv(folder / "cut.csv");
    const Model model = cliff_model({});
    double steepest = 0, before = -HUGE_VAL;
    for (const auto& row : rows) {
        const double wx = golden::number(row, "w_x"), grad_wx = golden::number(row, "grad_wx");
        EXPECT_GT(wx, before);
        before = wx;
        steepest = std::max(steepest, std::hypot(grad_wx, golden::number(row, "grad_wrec")));
        const double loss = reference_gradient(model, wx, 5).loss;
        EXPECT_NEAR(golden::number(row, "loss"), loss, 1e-9);
    }
    EXPECT_NEAR(steepest, 6773.125, 5e-4);
}

TEST(CliffCommand, HasNoFoldsWhereTheWeightIsSmall) {
    const TemporaryFolder folder;
    const auto run = gradscape({"cliff", "--cut", "3", "--initial-state", "0.9", "--length", "9",
                                "--target", "0.2", "--iterations", "5", "--json", folder / "f"});
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("no folds"));
    const json facts = json::parse(read_all(folder / "f"));
    EXPECT_TRUE(facts["folds"].empty());
    EXPECT_TRUE(facts["basin_boundary"].is_null());
    EXPECT_EQ(facts["clipped"]["iterations"], 5);
}

TEST(CliffCommand, DrawsARelief) {
    const TemporaryFolder folder;
    const std::vector<std::string> words{
        "cliff", "--view", "relief",  "--points", "9",        "--width",          "3.5in",
        "--dpi", "100",    "--theme", "dark",     "--figure", folder / "wall.svg"};
    const auto run = gradscape(words);
    ASSERT_EQ(run.status, 0) << run.err;
    const std::string svg = read_all(folder / "wall.svg");
    for (const char* text : {"squared error", "bias", "recurrent weight", "unclipped", "w_rec"})
        EXPECT_THAT(svg, HasSubstr(text));
    ASSERT_EQ(gradscape(words).status, 0);
    EXPECT_TRUE(read_all(folder / "wall.svg") == svg);
}

/// Far above the wall the surface is flat, to the last bit in the end; and windows may be slits.
TEST(CliffCommand, DrawsWhereNothingIsSteep) {
    const TemporaryFolder folder;
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--cut", "20"}, {"--cut", "40"}, {"--wx", "1000:1001"}}) {
        if (test::slowdown > 1 && options.back() == "40") continue;
        std::vector<std::string> words{"cliff", "-o", "a.svg"};
        words.insert(words.end(), options.begin(), options.end());
        const auto run = gradscape(words, folder.path());
        EXPECT_EQ(run.status, 0) << run.err;
        const std::string figure = read_all(folder / "a.svg");
        EXPECT_THAT(figure, HasSubstr("Length of the gradient"));
        EXPECT_LT(figure.size(), 1u << 20);  // an axis of some decades
    }
    const auto slit = gradscape({"cliff", "--wx", "0:5e-324", "--figure", "b.png"}, folder.path());
    EXPECT_EQ(slit.status, 0) << slit.err;
}

/// The wall's width shrinks with the growth at the unstable state, to the power of the length.
TEST(CliffCommand, TellsNoSlopeOfAWallThatNumbersCannotResolve) {
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--cut", "8", "--length", "80", "--wx=-70:2"},
          {"--cut", "12", "--wx=-70:2"},
          {"--length", "300"}}) {
        std::vector<std::string> words{"cliff"};
        words.insert(words.end(), options.begin(), options.end());
        EXPECT_THAT(gradscape(words).out, HasSubstr("beyond what double can tell")) << options[1];
    }
    EXPECT_THAT(gradscape({"cliff"}).out, HasSubstr("|gradient| 6773.125"));
    // Where the folds are far apart, 1 − S is far below the last digit of S.
    EXPECT_THAT(gradscape({"cliff", "--cut", "1e17"}).out,
                HasSubstr("folds at -9.999999999999997e+16 and -40.14394658089878"));
}

TEST(CliffCommand, RefusesWhatHasNoEffect) {
    const TemporaryFolder folder;
    expect_refusal(folder, {"cliff", "--wrec", "4:5"}, "--wrec: has no effect without --figure");
    expect_refusal(folder, {"cliff", "--view", "relief"}, "--view: has no effect without --figure");
    expect_refusal(folder, {"cliff", "--view", "side", "--figure", "a.png"}, "--view side");
    expect_refusal(folder, {"cliff", "--width", "4in", "-o", "a.csv"}, "--width: has no effect");
    expect_refusal(folder, {"cliff", "-o", "a.jpg"}, "a.jpg");
    expect_refusal(folder, {"cliff", "--clip-norm", "0"}, "--clip-norm 0");
    expect_refusal(folder, {"cliff", "--initial-state", "nan"}, "--initial-state nan");
}

}  // namespace
}  // namespace gradscape::cli
