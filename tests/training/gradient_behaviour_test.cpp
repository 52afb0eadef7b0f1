// SPDX-License-Identifier: MIT
#include "gradscape/gradient_behaviour.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/article.hpp"
#include "tests/golden.hpp"

namespace gradscape::training {
namespace {

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
    EXPECT_EQ(describe(behaviour_of({{}, 1, {1, 1e-3, 1}})), "as large in the end as at first");
    EXPECT_EQ(describe(behaviour_of({{}, 1, {4, 2, 1}})), "explodes ×2 a step");
}

TEST(GradientBehaviour, CopesWithTheRangeOfDouble) {
    const auto huge = behaviour_of({{}, 1, {1e308, 1, 1e-300}});
    EXPECT_EQ(huge.behaviour, Behaviour::explodes);
    EXPECT_NEAR(huge.factor, 1e304, 1e292);
    EXPECT_EQ(behaviour_of({{}, 1, {INFINITY, 1}}).behaviour, Behaviour::explodes);
}

}  // namespace
}  // namespace gradscape::training
