// The oracle itself, where the truth is known by hand or by the golden values.
// SPDX-License-Identifier: MIT
#include "tests/exact/oracle.hpp"

#include <gtest/gtest.h>

#include "gradscape/reference.hpp"
#include "tests/exact/check.hpp"
#include "tests/golden.hpp"
#include "tests/random_model.hpp"

namespace gradscape::exact {
namespace {

Model one_sequence(Activation activation, std::vector<double> inputs, double target) {
    const std::size_t length = inputs.size();
    return {{1, length, std::move(inputs), {target}, {1}}, activation};
}

TEST(Oracle, KnowsWhatLeavesEveryType) {
    // y = r^2999, dL/dw_rec = 2·y·2999·r^2998
    std::vector<double> impulse(3000, 0);
    impulse[0] = 1;
    const Point far = evaluate(one_sequence(Activation::linear, impulse, 0), 1, 1e300);
    EXPECT_EQ(static_cast<double>(far.of(Field::log10_loss)), 2999 * 600);
    EXPECT_EQ(static_cast<double>(far.of(Field::loss)), HUGE_VAL);
    EXPECT_NEAR(static_cast<double>(log10(far.of(Field::grad_wrec))),
                std::log10(5998.0) + 300.0 * (2999 + 2998), 1e-9);
    const Point tiny = evaluate(one_sequence(Activation::linear, impulse, 0), 1, 1e-300);
    EXPECT_EQ(static_cast<double>(tiny.of(Field::log10_loss)), -2999 * 600);
    EXPECT_EQ(static_cast<double>(tiny.of(Field::loss)), 0);
}

TEST(Oracle, CancelsExactly) {
    const Point point =
        evaluate(one_sequence(Activation::linear, {1e300, 1e300, 1e-300}, 0), 1, -1);
    EXPECT_EQ(static_cast<double>(point.of(Field::log10_loss)), -600);
    const Point zero = evaluate(one_sequence(Activation::relu, {1, 1, 1}, 3), 1, 1);
    EXPECT_EQ(static_cast<double>(zero.of(Field::log10_loss)), -HUGE_VAL);
    EXPECT_EQ(static_cast<double>(zero.of(Field::grad_norm)), 0);
}

/// In the ordinary range the reference is right but for roundings; so is its text of the formulas.
TEST(Oracle, AgreesWithTheReferenceOnOrdinaryData) {
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
        const Model model = random_model(7, 5, 6, activation);
        const Point exact = evaluate(model, 0.7, -1.2);
        const RoundingErrors rounding = bptt_rounding(model, 0.7, -1.2, {});
        const PointGradient reference = reference_gradient(model, 0.7, -1.2);
        EXPECT_LE(abs(reference.loss - exact.value.loss), rounding.of.loss);
        EXPECT_LE(abs(reference.grad_wx - exact.value.grad_wx), rounding.of.grad_wx);
        EXPECT_LE(abs(reference.grad_wrec - exact.value.grad_wrec), rounding.of.grad_wrec);
        EXPECT_LT(rounding.of.loss, 1e-12);
        const auto gradients = reference_state_gradients(model, 0.7, -1.2);
        for (std::size_t k = 0; k < gradients.size(); ++k)
            EXPECT_LE(abs(gradients[k] - exact.state_gradients[k]), rounding.state_gradients[k]);
    }
}

TEST(Oracle, FindsNothingWrongOnTheArticlesGrid) {
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
        const auto result = check({"", {golden::article(), activation}, {{-3, 3, 3}, {-3, 3, 2}}});
        for (const Finding& finding : result.findings) ADD_FAILURE() << finding.text();
        EXPECT_EQ(result.values, activation == Activation::linear ? 492u : 372u);
    }
}

}  // namespace
}  // namespace gradscape::exact
