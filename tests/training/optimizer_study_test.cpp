// SPDX-License-Identifier: MIT
#include "gradscape/optimizer_study.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "gradscape/article.hpp"
#include "tests/golden.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::training {
namespace {

const OptimizerStudy& article_study() {
    static const OptimizerStudy study = study_optimizers({golden::article()}, article_start, 500);
    return study;
}

/// L = (w − 1)²: gradient descent w ← w − 2α(w − 1) is unstable exactly beyond α = 1. It takes
/// more than a few hundred iterations to overflow just beyond, hence the thousands.
TEST(RateLimit, OfAParabolaIsTheKnownOne) {
    const Model parabola{{1, 1, {2}, {2}, {1}}};  // L = 4 (w_x − 1)²: the limit is 1/4
    const auto limit = find_rate_limit(parabola, {3, 0}, 20000);
    EXPECT_GT(limit.unstable, limit.stable);
    EXPECT_LE(limit.unstable, 1.001 * limit.stable);
    EXPECT_NEAR(limit.stable, 0.25, 0.01);
}

/// The error grows by |1 − 8α| an iteration, and a loss of 1.44e308 leaves double when it grows by
/// 1.248 in all: in one iteration or in two.
TEST(RateLimit, IsOfExactlySoManyIterations) {
    const Model parabola{{1, 1, {2}, {2}, {1}}};
    const auto limit = [&](int iterations) {
        return find_rate_limit(parabola, {6e153, 0}, iterations).stable;
    };
    const double growth = std::sqrt(std::numeric_limits<double>::max() / 1.44e308);
    EXPECT_EQ(limit(0), 0);
    EXPECT_NEAR(limit(1), (1 + growth) / 8, 3e-4);
    EXPECT_NEAR(limit(2), (1 + std::sqrt(growth)) / 8, 3e-4);
}

TEST(RateLimit, IsNoneWhereNothingDiverges) {
    const Model bounded{{1, 2, {1, 1}, {0.5}, {1}}, Activation::tanh};
    const auto limit = find_rate_limit(bounded, {0.1, 0.1}, 50);
    EXPECT_EQ(limit.stable, 0);
    EXPECT_EQ(limit.unstable, 0);
}

TEST(OptimizerStudy, RunsEveryOptimizerWithAndWithoutClipping) {
    std::set<Optimizer> plain, clipped;
    for (const auto& run : article_study().runs)
        (run.options.clip_norm > 0 ? clipped : plain).insert(run.options.optimizer);
    EXPECT_EQ(plain.size(), optimizer_names.size());
    EXPECT_TRUE(clipped.count(Optimizer::gd));
}

TEST(OptimizerStudy, TakesKnownPartsOfTheLimit) {
    const double stable = article_study().limit.stable;
    std::vector<double> plain;
    for (const auto& run : article_study().runs) {
        const auto& [options, trajectory, curvature] = run;
        EXPECT_EQ(options.iterations, 500);
        EXPECT_TRUE(trajectory.diverged || trajectory.iterates.size() == 501u);
        if (options.clip_norm > 0 || !has_learning_rate(options.optimizer)) continue;
        const double rate = options.learning_rate;
        const bool plain_descent = options.optimizer == Optimizer::gd;
        const bool with_momentum =
            options.optimizer == Optimizer::momentum || options.optimizer == Optimizer::nesterov;
        if (plain_descent) plain.push_back(rate / stable);
        EXPECT_TRUE(plain_descent ||
                    std::abs((with_momentum ? rate / (0.1 * stable) : rate / 0.01) - 1) < 0.05)
            << name_of(options.optimizer) << ' ' << rate;
    }
    ASSERT_EQ(plain.size(), 4u);  // as two digits say them
    EXPECT_NEAR(plain[0], 2, 0.1);
    EXPECT_NEAR(plain[1], 0.9, 0.045);
    EXPECT_NEAR(plain[2], 0.1, 0.005);
    EXPECT_NEAR(plain[3], 0.01, 0.0005);
}

TEST(OptimizerStudy, ShowsGradientDescentOnBothSidesOfItsLimit) {
    const auto& study = article_study();
    int diverged = 0, stable = 0;
    for (const auto& run : study.runs) {
        if (run.options.optimizer != Optimizer::gd || run.options.clip_norm > 0) continue;
        EXPECT_EQ(run.trajectory.diverged, run.options.learning_rate > study.limit.unstable);
        ++(run.trajectory.diverged ? diverged : stable);
    }
    EXPECT_GE(diverged, 1);
    EXPECT_GE(stable, 2);
}

TEST(WriteStudyCsv, HasALineForEachRun) {
    const test::TemporaryFolder folder;
    write_study_csv(folder / "o.csv", article_study());
    const auto rows = golden::csv(folder / "o.csv");
    ASSERT_EQ(rows.size(), article_study().runs.size());
    EXPECT_EQ(rows[0].at("optimizer"), "rprop");
    EXPECT_EQ(rows[0].at("learning_rate"), "");
    EXPECT_EQ(rows[0].at("diverged"), "false");
    const auto& run = article_study().runs[0].trajectory;
    const auto reached = std::stoul(rows[0].at("iterations_to_1e-5"));
    EXPECT_LT(run.iterates[reached].loss, 1e-5);
    EXPECT_GE(run.iterates[reached - 1].loss, 1e-5);
}

}  // namespace
}  // namespace gradscape::training
