// `gradscape ravine`, and what `train` says of the curvature.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gradscape/reference.hpp"
#include "tests/article_model.hpp"
#include "tests/golden.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using testing::HasSubstr;

TEST(RavineCommand, FollowsTheBottomAndItsCurvature) {
    const TemporaryFolder folder;
    const auto run = gradscape({"ravine", "--points", "13", "-o", folder / "r.csv",
                                folder / "r.png", "--json", folder / "r.json"});
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("Condition number of the Hessian along the ravine's bottom"));
    const auto rows = golden::csv(folder / "r.csv");
    ASSERT_EQ(rows.size(), 13u);
    const Model model = article_model();
    for (const auto& row : rows) {
        const double wx = golden::number(row, "w_x"), wrec = golden::number(row, "w_rec");
        const PointCurvature curvature = reference_curvature(model, wx, wrec);
        const double scale = 1e-12 * std::abs(curvature.sharpness);
        EXPECT_NEAR(golden::number(row, "sharpness"), curvature.sharpness, scale);
        EXPECT_NEAR(golden::number(row, "curvature_min"), curvature.curvature_min, scale);
        EXPECT_NEAR(golden::number(row, "condition"), curvature.condition,
                    curvature.condition * (1e-9 + 1e-15 * curvature.condition));
        const PointGradient gradient = reference_gradient(model, wx, wrec);
        EXPECT_NEAR(golden::number(row, "loss"), gradient.loss, 1e-12 * (1 + gradient.loss));
        EXPECT_NEAR(gradient.grad_wx, 0, 1e-9 * std::abs(curvature.sharpness));
    }
    const auto facts = nlohmann::json::parse(test::read_all(folder / "r.json"));
    EXPECT_EQ(facts["bottom"].size(), 13u);
    EXPECT_TRUE(test::read_all(folder / "r.png").starts_with("\x89PNG"));
}

/// Exactly, the smaller eigenvalue at (…, 3) is −30.5, beside one of 10⁴⁷.
TEST(RavineCommand, LeavesOutWhatRoundingHasLeftNothingOf) {
    const TemporaryFolder folder;
    const auto run = gradscape({"ravine", "--length", "50", "--points", "31", "-o",
                                folder / "r.csv", folder / "r.svg", "--json", folder / "r.json"});
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("  left out at "));
    EXPECT_THAT(run.out, ::testing::Not(HasSubstr("inf")));
    EXPECT_TRUE(test::read_all(folder / "r.csv").ends_with("e+46,,\n"));  // sharpness, and no more
    const auto facts = nlohmann::json::parse(test::read_all(folder / "r.json"))["bottom"];
    EXPECT_TRUE(facts.back()["condition"].is_null());
    std::size_t told = 0;
    for (const auto& point : facts) told += point["condition"].is_number();
    EXPECT_GT(told, 5u);
    EXPECT_LT(told, facts.size());
}

TEST(RavineCommand, DrawsOnThePageAskedFor) {
    const TemporaryFolder folder;
    const auto drawn =
        gradscape({"ravine", "--points", "13", "--width", "4in", "--height", "250pt", "--title",
                   "steep & flat", "--theme", "dark", "-o", folder / "r.svg"});
    ASSERT_EQ(drawn.status, 0) << drawn.err;
    const std::string svg = test::read_all(folder / "r.svg");
    EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 288 250\""));
    EXPECT_THAT(svg, HasSubstr("<title>steep &amp; flat</title>"));
    const auto refused = gradscape({"ravine", "--points", "13", "--width", "4in"});
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, HasSubstr("--width"));
}

TEST(RavineCommand, TrainTellsTheCurvatureWhereItEnds) {
    const TemporaryFolder folder;
    const auto run = gradscape({"train", "--json", folder / "t.json"});
    ASSERT_EQ(run.status, 0) << run.err;
    const auto facts = nlohmann::json::parse(test::read_all(folder / "t.json"));
    const PointCurvature end =
        reference_curvature(article_model(), facts["final"]["w_x"], facts["final"]["w_rec"]);
    EXPECT_EQ(facts["curvature"]["sharpness"], end.sharpness);
    EXPECT_EQ(facts["curvature"]["condition"], end.condition);
    EXPECT_EQ(facts["curvature"]["largest_stable_rate"], 2 / end.sharpness);
    EXPECT_THAT(run.out, HasSubstr("gradient descent is stable up to a learning rate of"));
}

}  // namespace
}  // namespace gradscape::cli
