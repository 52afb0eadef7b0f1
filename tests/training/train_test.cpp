// SPDX-License-Identifier: MIT
#include "gradscape/train.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/golden.hpp"
#include "tests/surface_values.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::training {
namespace {

const Model& article() {
    static const Model model{golden::article()};
    return model;
}

TEST(Train, WalksTheArticlesRpropPath) {
    const auto run = train(article(), {-1.5, 2}, {});
    const auto rows = golden::csv(golden::path("article_rprop.csv"));
    ASSERT_EQ(run.iterates.size(), 501u);
    ASSERT_EQ(rows.size(), 501u);
    for (std::size_t i = 0; i <= 500; ++i) {
        EXPECT_NEAR(run.iterates[i].wx, golden::number(rows[i], "w_x"), 1e-9) << i;
        EXPECT_NEAR(run.iterates[i].wrec, golden::number(rows[i], "w_rec"), 1e-9) << i;
        const double loss = golden::number(rows[i], "loss");
        EXPECT_NEAR(run.iterates[i].loss, loss, 1e-9 * loss) << i;
    }
    EXPECT_FALSE(run.diverged);
    EXPECT_EQ(run.iterates[1].wx, -1.4995);
    EXPECT_EQ(run.iterates[1].wrec, 1.9995);
}

TEST(Train, StopsWhereItDiverges) {
    TrainingOptions options;
    options.optimizer = Optimizer::gd;
    const auto run = train(article(), {-1.5, 2}, options);
    EXPECT_TRUE(run.diverged);
    EXPECT_LT(run.iterates.size(), 50u);
    EXPECT_FALSE(std::isfinite(run.iterates.back().loss) &&
                 std::isfinite(run.iterates.back().grad_wx) &&
                 std::isfinite(run.iterates.back().grad_wrec));
    EXPECT_TRUE(std::isfinite(run.iterates[run.iterates.size() - 2].loss));
    for (const auto& at : run.iterates)
        EXPECT_FALSE(std::isnan(at.loss) || std::isnan(at.grad_wx) || std::isnan(at.grad_wrec));
}

TEST(Train, ZeroIterationsGiveTheStart) {
    TrainingOptions options;
    options.iterations = 0;
    const auto run = train(article(), {1, 0.5}, options);
    ASSERT_EQ(run.iterates.size(), 1u);
    EXPECT_EQ(run.iterates[0].wrec, 0.5);
    EXPECT_NEAR(run.iterates[0].loss, 16.396010398864746, 1e-12);
}

TEST(TrainingFields, CountTheIterationsToTheTolerance) {
    TrainingOptions options;
    const auto run = train(article(), {0.9, 1.1}, options);
    options.tolerance = 1e-2;
    const auto fields = training_fields(run, options);
    const auto steps = static_cast<std::size_t>(fields.steps);
    ASSERT_GT(steps, 0u);
    EXPECT_LT(run.iterates[steps].loss, 1e-2);
    EXPECT_GE(run.iterates[steps - 1].loss, 1e-2);
    EXPECT_EQ(fields.loss, run.iterates.back().loss);
    options.tolerance = 0;
    EXPECT_EQ(training_fields(run, options).steps, -1);
}

/// L = w²; gradient descent with α = 1/4 halves w: 1, 1/4, 1/16, … A loss equal to the tolerance is
/// not below it, in any evaluator.
TEST(TrainingFields, ALossEqualToTheToleranceHasNotReachedIt) {
    const Model parabola{{1, 1, {1}, {0}, {1}}};
    View view;
    view.grid = {{1, 1, 1}, {0, 0, 1}};
    view.fields = {Field::train_steps, Field::train_loss};
    view.training.optimizer = Optimizer::gd;
    view.training.learning_rate = 0.25;
    view.training.iterations = 3;
    for (const auto& [tolerance, steps] : {std::pair{1.0, 1.0}, {0.25, 2.0}, {0.26, 1.0}}) {
        view.training.tolerance = tolerance;
        for (const char* name : {"reference", "cpu", "emulated"}) {
            const Evaluator& evaluator = find_evaluator(name);
            const auto f32 = surface_values<float>(evaluator, parabola, view);
            const auto f64 = surface_values<double>(evaluator, parabola, view);
            EXPECT_EQ(f32[Field::train_steps][0], steps) << name << ' ' << tolerance;
            EXPECT_EQ(f64[Field::train_steps][0], steps) << name << ' ' << tolerance;
            EXPECT_EQ(f64[Field::train_loss][0], 1.0 / 64) << name;
        }
    }
}

TEST(TrainingFields, TellDivergenceFromNotReaching) {
    TrainingOptions options;
    options.optimizer = Optimizer::gd;
    const auto run = train(article(), {-1.5, 2}, options);
    const auto fields = training_fields(run, options);
    EXPECT_EQ(fields.steps, -2);
    EXPECT_EQ(fields.loss, INFINITY);
    options.tolerance = 1e6;  // reached at once, before it diverges
    EXPECT_EQ(training_fields(run, options).steps, 0);
}

TEST(WriteTrajectoryCsv, WritesOneRowAnIterate) {
    const test::TemporaryFolder folder;
    TrainingOptions options;
    options.iterations = 2;
    write_trajectory_csv(folder / "t.csv", train(article(), {-1.5, 2}, options));
    const auto rows = golden::csv(folder / "t.csv");
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[1].at("iteration"), "1");
    EXPECT_EQ(rows[1].at("w_x"), "-1.4995");
    EXPECT_EQ(rows[0].at("grad_wx"), "-816019.2");
}

}  // namespace
}  // namespace gradscape::training
