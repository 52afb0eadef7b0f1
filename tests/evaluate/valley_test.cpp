// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/loaded_model.hpp"
#include "gradscape/reference.hpp"

namespace gradscape::evaluate {
namespace {

std::vector<double> valley_wx(const Sequences& sequences, std::span<const double> wrec) {
    return find_evaluator("cpu").load({sequences, Activation::linear})->valley(wrec);
}

TEST(Valley, HasTheArticlesMinimum) {
    const std::vector<double> wrec{1};
    EXPECT_NEAR(valley_wx(make_counting_data(1, 20, 10, 0).train, wrec)[0], 1, 1e-15);
}

TEST(Valley, IsWhereTheGradientByWxIsZero) {
    const Model model{make_counting_data(4, 15, 8, 0).train, Activation::linear};
    const std::vector<double> wrec{-1.7, -0.4, 0, 0.3, 1.1, 2};
    const std::vector<double> wx = valley_wx(model.sequences, wrec);
    for (std::size_t i = 0; i < wrec.size(); ++i) {
        const auto here = reference_gradient(model, wx[i], wrec[i]);
        const auto beside = reference_gradient(model, wx[i] + 0.01, wrec[i]);
        EXPECT_LT(std::abs(here.grad_wx), 1e-9 * std::abs(beside.grad_wx)) << wrec[i];
        EXPECT_LT(here.loss, beside.loss) << wrec[i];
    }
}

TEST(Valley, OfSequencesWithoutOnesIsZero) {
    const Sequences zeros{1, 3, {0, 0, 0}, {2}, {1}};
    EXPECT_EQ(valley_wx(zeros, std::vector<double>{0.5})[0], 0);
}

TEST(Valley, StaysFiniteForLongSequences) {
    const std::vector<double> wx =
        valley_wx(make_counting_data(1, 5, 5000, 0).train, std::vector<double>{-1.5, 1.5});
    for (double w : wx) EXPECT_TRUE(std::isfinite(w)) << w;
}

}  // namespace
}  // namespace gradscape::evaluate
