// SPDX-License-Identifier: MIT
#include "gradscape/gradient_behaviour.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gradscape/article.hpp"
#include "tests/golden.hpp"

namespace gradscape::training {
namespace {

std::string described(std::vector<double> sums) {
    return describe(behaviour_of({{}, 1, std::move(sums)}));
}

TEST(GradientBehaviour, NamesWhatTheArticlesPointsDo) {
    const Model model{golden::article()};
    const char* expected[] = {"explodes ×2 a step",
                              "constant",
                              "explodes ×2 a step",
                              "zero",
                              "vanishes at once",
                              "vanishes ×0.5 a step",
                              "vanishes ×0.5 a step, alternating",
                              "explodes ×2 a step, alternating"};
    for (std::size_t i = 0; i < article_points.size(); ++i)
        EXPECT_EQ(describe(behaviour_of(trace_at(model, article_points[i]))), expected[i]) << i;
}

TEST(GradientBehaviour, AlternatesOnlyIfEverySignChanges) {
    EXPECT_TRUE(behaviour_of({{}, 1, {1, -1, 1}}).alternates);
    EXPECT_FALSE(behaviour_of({{}, 1, {1, -1, -1}}).alternates);
    EXPECT_FALSE(behaviour_of({{}, 1, {1, 0, -1}}).alternates);
    EXPECT_FALSE(behaviour_of({{}, 1, {-1, 0, -1}}).alternates);
    EXPECT_FALSE(behaviour_of({{}, 1, {1}}).alternates);
}

/// A factor is said of a step only where it is that of every step, or nearly.
TEST(GradientBehaviour, SaysWhereAFactorIsAMean) {
    std::vector<double> sums(30, 512);  // as large as ever, but for the first steps from the output
    for (std::size_t k = 21; k < 30; ++k) sums[k] = 2 * sums[k - 1];
    EXPECT_THAT(describe(behaviour_of({{}, 1, sums})), ::testing::EndsWith(" a step on average"));
    EXPECT_EQ(described({4, 2, 1}), "explodes ×2 a step");
    // Off by far less than ten times, and yet no step has that factor.
    EXPECT_EQ(described({8, 4, 1}), "explodes ×2.83 a step on average");
    EXPECT_EQ(described({1, 3, 1}), "as large in the end as at first");
    EXPECT_EQ(described({2, -5, 2}), "as large in the end as at first, alternating");
    EXPECT_EQ(described({1.0004, 0.9999, 1}), "explodes ×1.0002 a step on average");
    // Rounding is no other factor.
    EXPECT_EQ(described({1 + 1e-12, 1, 1}), "constant");
    EXPECT_EQ(described({4, 2 - 1e-4, 1}), "explodes ×2 a step");
}

TEST(GradientBehaviour, NamesPeaksAndTroughsBetweenTheEnds) {
    EXPECT_EQ(described({1, 1e-3, 1}), "as large in the end as at first, smallest 1 step back");
    EXPECT_EQ(described({300, 1, 1e-2, 1, 2}),
              "explodes ×3.5 a step on average, smallest 2 steps back");
    EXPECT_EQ(described({1, 1e3, 1e3, 1}), "as large in the end as at first, largest 1 step back");
    EXPECT_EQ(described({1, 100, 1e-3, 1}),
              "as large in the end as at first, largest 2 steps back, smallest 1 step back");
    EXPECT_EQ(described({1, 0, 1}), "as large in the end as at first, smallest 1 step back");
    EXPECT_EQ(described({1, 0.2, 1}), "as large in the end as at first");
}

TEST(GradientBehaviour, SaysWhenItIsZeroAndForHowLong) {
    EXPECT_EQ(described({0, 1, 0, 1}), "vanishes after 3 steps");
    EXPECT_EQ(described({0, 50, 1}), "vanishes after 2 steps, largest 1 step back");
    EXPECT_EQ(described({4, 2, 1, 0}), "zero for 1 step, then explodes ×2 a step");
    EXPECT_EQ(described({0, 2, 2, 0, 0}), "zero for 2 steps, then vanishes after 2 steps");
    EXPECT_EQ(described({0, 0}), "zero");
}

TEST(GradientBehaviour, CopesWithTheRangeOfDouble) {
    const auto huge = behaviour_of({{}, 1, {1e308, 1, 1e-300}});
    EXPECT_EQ(huge.behaviour, Behaviour::explodes);
    EXPECT_NEAR(huge.factor, 1e304, 1e292);
    EXPECT_EQ(behaviour_of({{}, 1, {INFINITY, 1}}).behaviour, Behaviour::explodes);
}

}  // namespace
}  // namespace gradscape::training
