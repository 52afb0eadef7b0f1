// Basins of networks whose minima are known.
// SPDX-License-Identifier: MIT
#include "gradscape/basins.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/article_model.hpp"

namespace gradscape {
namespace {

/// The linear cell on x = (1, 0), t = 1 and x = (0, 1), t = c: y = w_x·w_rec and w_x, so that the
/// one minimum is at (c, 1/c).
Model one_minimum(double c) { return {{2, 2, {1, 0, 0, 1}, {1, c}, {1, 1}}, Activation::linear}; }

TEST(Basins, OfOneMinimumAreAllStartsThatComeThere) {
    const auto model = find_evaluator("cpu").load(one_minimum(1.25));
    TrainingOptions training;
    training.optimizer = Optimizer::irprop_plus;
    const Grid grid{{0.5, 2, 9}, {0.2, 2, 7}};
    const Basins basins = find_basins(*model, grid, training);
    ASSERT_EQ(basins.minima.size(), 1u);
    EXPECT_NEAR(basins.minima[0].at.wx, 1.25, 1e-6);
    EXPECT_NEAR(basins.minima[0].at.wrec, 0.8, 1e-6);
    EXPECT_LT(basins.minima[0].loss, 1e-12);
    EXPECT_EQ(basins.minima[0].starts, grid.cells());
    EXPECT_EQ(basins.under_way + basins.lost, 0u);
    for (const std::uint8_t of : basins.of) EXPECT_EQ(of, 1);
    for (const std::uint8_t reached : basins.reached) EXPECT_EQ(reached, 1);
}

/// x = (1, 0, 0), t = 1 and x = (0, 0, 1), t = 1: y = w_x·w_rec² and w_x: minima at (1, ±1).
TEST(Basins, OfTwoMinimaAreToldApartBySide) {
    const Model model{{2, 3, {1, 0, 0, 0, 0, 1}, {1, 1}, {1, 1}}, Activation::linear};
    TrainingOptions training;
    training.optimizer = Optimizer::gd;
    training.learning_rate = 0.05;
    training.iterations = 2000;
    const Grid grid{{0.5, 1.5, 8}, {-1.5, 1.5, 10}};
    for (const char* evaluator : {"cpu", "reference"}) {
        const Basins basins = find_basins(*find_evaluator(evaluator).load(model), grid, training);
        ASSERT_EQ(basins.minima.size(), 2u) << evaluator;
        for (const BasinMinimum& minimum : basins.minima) {
            EXPECT_NEAR(minimum.at.wx, 1, 1e-5);
            EXPECT_NEAR(std::abs(minimum.at.wrec), 1, 1e-5);
            EXPECT_EQ(minimum.starts, grid.cells() / 2);
        }
        for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
            const double side = basins.minima[basins.of[cell] - 1u].at.wrec;
            EXPECT_EQ(side > 0, grid.wrec.at(cell / grid.cols()) > 0) << evaluator << ' ' << cell;
        }
    }
}

/// Ends around a corner of the squares that candidates come from are four candidates of one
/// minimum.
TEST(Basins, MinimaAreInTheOrderOfTheirStarts) {
    // y = w_x w_rec (w_rec − 0.47) and w_x: minima at (1, 1) and (1, −0.53).
    const Model model{{2, 3, {1, -0.47, 0, 0, 0, 1}, {0.53, 1}, {1, 1}}, Activation::linear};
    TrainingOptions training;
    training.optimizer = Optimizer::irprop_plus;
    const Grid grid{{-3, 3, 33}, {-2, 3, 33}};
    const auto loaded = find_evaluator("cpu").load(model);
    const Basins all = find_basins(*loaded, grid, training);
    ASSERT_EQ(all.minima.size(), 2u);
    EXPECT_GT(all.minima[0].starts, all.minima[1].starts);
    EXPECT_NEAR(all.minima[0].at.wrec, 1, 1e-6);
    BasinOptions one;
    one.most = 1;
    const Basins fullest = find_basins(*loaded, grid, training, one);
    ASSERT_EQ(fullest.minima.size(), 1u);
    EXPECT_EQ(fullest.minima[0].starts, all.minima[0].starts);
    EXPECT_EQ(fullest.under_way, all.minima[1].starts);
}

/// A tanh cell cannot count to ten: runs creep along a bed that goes on without end.
TEST(Basins, TheBedOfARavineIsNoMinimum) {
    const auto loaded = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    TrainingOptions training;
    training.optimizer = Optimizer::irprop_plus;
    for (const double apart : {0.05, 0.5}) {
        BasinOptions options;
        options.apart = apart;
        EXPECT_TRUE(
            find_basins(*loaded, {{-3, 3, 17}, {-3, 3, 17}}, training, options).minima.empty())
            << apart;
    }
}

TEST(Basins, WhatIsUnderWayAndWhatIsLostIsInNone) {
    const Model model{{2, 3, {1, 0, 0, 0, 0, 1}, {1, 1}, {1, 1}}, Activation::linear};
    TrainingOptions training;
    training.optimizer = Optimizer::gd;
    training.learning_rate = 1e-4;
    training.iterations = 10;
    const Basins slow =
        find_basins(*find_evaluator("cpu").load(model), {{2, 3, 5}, {2, 3, 5}}, training);
    EXPECT_TRUE(slow.minima.empty());
    EXPECT_EQ(slow.under_way, 25u);
    training.learning_rate = 10;
    training.iterations = 100;
    const Basins thrown =
        find_basins(*find_evaluator("cpu").load(model), {{2, 3, 5}, {2, 3, 5}}, training);
    EXPECT_EQ(thrown.lost, 25u);
    for (const std::uint8_t of : thrown.of) EXPECT_EQ(of, Basins::diverged);
}

}  // namespace
}  // namespace gradscape
