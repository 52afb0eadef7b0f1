// SPDX-License-Identifier: MIT
#include "tools/bench/work.hpp"

#include <gtest/gtest.h>

namespace gradscape::bench {
namespace {

TEST(Work, BpttFollowsTheFormula) {
    // N = 20, T = 10: forward 11 multiply-adds a sequence, with gradients 33.
    EXPECT_EQ(bptt_flop(Activation::linear, Precision::f32, 20, 10, false), 20 * 2 * 11);
    EXPECT_EQ(bptt_flop(Activation::linear, Precision::f32, 20, 10, true), 20 * 2 * 33);
    EXPECT_EQ(bptt_flop(Activation::linear, Precision::f64, 20, 10, true), 20 * 2 * 33);
    // tanh in float: 23 more in each step, and 3 for its slope.
    EXPECT_EQ(bptt_flop(Activation::tanh, Precision::f32, 1, 10, false), 2 * 11 + 10 * 23);
    EXPECT_EQ(bptt_flop(Activation::tanh, Precision::f32, 1, 10, true), 2 * 33 + 10 * 26);
}

TEST(Work, GrowsWithSequencesAndStepsForEveryCell) {
    for (const Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (const bool gradients : {false, true}) {
            const auto flop = [&](std::size_t N, std::size_t T) {
                return bptt_flop(activation, Precision::f32, N, T, gradients);
            };
            EXPECT_EQ(flop(40, 10), 2 * flop(20, 10));
            EXPECT_EQ(flop(1, 30) - flop(1, 20), flop(1, 20) - flop(1, 10));
        }
}

TEST(Work, OfASurfaceFollowsTheMethod) {
    Model model;
    model.sequences.count = 20;
    model.sequences.length = 10;
    View view;
    view.grid = {{0, 1, 10}, {0, 1, 5}};
    view.fields = {Field::loss, Field::grad_wx, Field::grad_wrec};
    const Work rows = surface_work(model, view);  // auto: the linear cell has its row form
    EXPECT_EQ(rows.cells, 50);
    EXPECT_EQ(rows.bytes, 50 * 12);
    EXPECT_EQ(rows.flop, 50 * (5 + 3 + 4));
    view.method = Method::bptt;
    view.precision = Precision::f64;
    EXPECT_EQ(surface_work(model, view).bytes, 50 * 24);
    EXPECT_EQ(surface_work(model, view).flop, 50 * 1320);
    view.fields = {Field::train_loss};
    view.training.iterations = 99;
    EXPECT_EQ(surface_work(model, view).flop, 50 * 1320 * 100);
}

}  // namespace
}  // namespace gradscape::bench
