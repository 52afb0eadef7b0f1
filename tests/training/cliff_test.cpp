// The facts of figure 6 of Pascanu, Mikolov & Bengio 2013, as found with other programs.
// SPDX-License-Identifier: MIT
#include "gradscape/cliff.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/reference.hpp"

namespace gradscape {
namespace {

double sigma(double a) { return 1 / (1 + std::exp(-a)); }

TEST(Cliff, StartsWhereTheFigureDoes) {
    EXPECT_DOUBLE_EQ(CliffNetwork{}.initial_state, sigma(0.5));
    const Model model = cliff_model({});
    EXPECT_EQ(model.sequences.length, 50u);
    double state = sigma(0.5);
    for (int k = 0; k < 50; ++k) state = sigma(4.5 * state - 2.2);
    EXPECT_NEAR(reference_gradient(model, -2.2, 4.5).loss, (state - 0.7) * (state - 0.7), 1e-15);
}

TEST(Cliff, FoldsAreWhereTwoFixedPointsMeet) {
    const auto folds = fold_biases(5);
    ASSERT_TRUE(folds);
    EXPECT_NEAR((*folds)[0], -2.655610338630688, 2e-15);
    EXPECT_NEAR((*folds)[1], -2.344389661369312, 2e-15);
    EXPECT_FALSE(fold_biases(4));
    EXPECT_FALSE(fold_biases(-7));
    EXPECT_FALSE(fold_biases(std::nan("")));
}

TEST(Cliff, TheBoundaryOfTheBasinsIsWhereTheStartIsTheUnstablePoint) {
    EXPECT_NEAR(basin_boundary(5, sigma(0.5)).value(), -2.612296656009273, 2e-15);
    EXPECT_FALSE(basin_boundary(5, 0.9));  // beyond the folds' states
    EXPECT_FALSE(basin_boundary(3, sigma(0.5)));
    // On either side of it a long run ends in another state.
    const double at = *basin_boundary(5, sigma(0.5));
    const auto last_state = [](double bias) {
        double state = sigma(0.5);
        for (int k = 0; k < 1000; ++k) state = sigma(5 * state + bias);
        return state;
    };
    EXPECT_LT(last_state(at - 1e-9), 0.4);
    EXPECT_GT(last_state(at + 1e-9), 0.6);
}

TEST(Cliff, IsSteepestJustBesideTheBoundary) {
    for (const char* evaluator : {"cpu", "reference"}) {
        const auto model = find_evaluator(evaluator).load(cliff_model({}));
        const Iterate steepest = steepest_point(*model, 5, {-3.2, -2, 601});
        EXPECT_NEAR(steepest.wx, -2.61234136, 5e-9) << evaluator;
        EXPECT_EQ(steepest.wrec, 5);
        EXPECT_NEAR(std::hypot(steepest.grad_wx, steepest.grad_wrec), 6773.125, 5e-4) << evaluator;
        EXPECT_NEAR(steepest.loss, 0.149593, 5e-6) << evaluator;
        // By w and by b, which are w_rec and w_x here.
        EXPECT_NEAR(steepest.grad_wrec, -3577.72, 0.2) << evaluator;
        EXPECT_NEAR(steepest.grad_wx, -5751.10, 0.2) << evaluator;
    }
}

/// All of what the wall does: without clipping one step leaves it for a far plateau.
TEST(Cliff, ThrowsUnclippedDescentAndHoldsClipped) {
    TrainingOptions training;
    training.optimizer = Optimizer::gd;
    training.learning_rate = 0.05;
    training.iterations = 200;
    const Trajectory thrown = train(cliff_model({}), {-2.4, 5}, training);
    training.clip_norm = 1;
    const Trajectory held = train(cliff_model({}), {-2.4, 5}, training);
    EXPECT_GT(thrown.iterates.back().wx, -1);
    EXPECT_GT(thrown.iterates.back().loss, 0.08);
    EXPECT_LT(held.iterates.back().loss, 0.01);
    for (std::size_t i = 1; i < held.iterates.size(); ++i)
        EXPECT_LE(std::hypot(held.iterates[i].wx - held.iterates[i - 1].wx,
                             held.iterates[i].wrec - held.iterates[i - 1].wrec),
                  0.05 * (1 + 1e-9));
}

}  // namespace
}  // namespace gradscape
