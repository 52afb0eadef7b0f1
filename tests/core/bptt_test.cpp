// Sums over many sequences.
// SPDX-License-Identifier: MIT
#include "gradscape/core/bptt.hpp"

#include <gtest/gtest.h>

#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape {
namespace {

TEST(CompensatedSum, KeepsWhatEachAdditionLoses) {
    CompensatedSum<float> sum;
    sum.add(1);
    for (int i = 0; i < 1000; ++i) sum.add(0x1p-30f);  // nothing, beside 1
    EXPECT_EQ(sum.total(), static_cast<float>(1 + 1000 * 0x1p-30));
    EXPECT_GT(sum.total(), 1);
    sum.add(-1);
    EXPECT_EQ(sum.total(), 1000 * 0x1p-30f);
    CompensatedSum<double> cancels;
    for (double term : {1.0, 1e100, 1.0, -1e100}) cancels.add(term);
    EXPECT_EQ(cancels.total(), 2);
}

/// Without the compensation the sums err by 2e-6 here.
TEST(CompensatedSum, SumsHundredsOfThousandsOfSequencesInFloat) {
    const Model model = random_model(1, 300000, 2, Activation::tanh);
    const View view{{{0.7, 0.7, 1}, {0.4, 0.4, 1}}, plain_fields, Method::bptt, Precision::f32, {}};
    const Evaluator& cpu = find_evaluator("cpu");
    const auto single = surface_values<float>(cpu, model, view);
    const auto exact = surface_values<double>(cpu, model, view);
    for (Field field : {Field::loss, Field::grad_wx, Field::grad_wrec})
        EXPECT_NEAR(single[field][0] / exact[field][0], 1, 1.5e-7) << name_of(field);
}

}  // namespace
}  // namespace gradscape
