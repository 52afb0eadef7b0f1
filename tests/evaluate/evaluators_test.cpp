// Every evaluator that is there, against the golden points of every cell.
// SPDX-License-Identifier: MIT
#include "host/evaluate/evaluators.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradscape/error.hpp"
#include "tests/golden.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::evaluate {
namespace {

void expect_point(const Evaluator& evaluator, const golden::Row& row, Method method) {
    const auto cell =
        std::ranges::find(activation_names, row.at("cell")) - activation_names.begin();
    const Model model{golden::article(), static_cast<Activation>(cell)};
    const double wx = golden::number(row, "w_x"), wrec = golden::number(row, "w_rec");
    const Grid point{{wx, wx, 1}, {wrec, wrec, 1}};
    const auto values =
        surface_values<double>(evaluator, model, {point, plain_fields, method, Precision::f64, {}});
    const double loss = golden::number(row, "loss");
    const auto near = [&](Field field, const char* column) {
        const double expected = golden::number(row, column);
        // The terms of a gradient that cancels are as large as the loss.
        EXPECT_NEAR(values[field][0], expected, 1e-12 * (std::abs(expected) + std::abs(loss)))
            << evaluator.name << ' ' << name_of(method) << ' ' << row.at("cell") << ' ' << column
            << " at " << wx << ", " << wrec;
    };
    near(Field::loss, "loss");
    near(Field::grad_wx, "grad_wx");
    near(Field::grad_wrec, "grad_wrec");
}

TEST(Evaluators, AgreeWithTheGoldenPoints) {
    for (const Evaluator& evaluator : evaluators()) {
        if (!evaluator.missing().empty()) continue;
        for (const auto& row : golden::csv(golden::path("article_points.csv"))) {
            expect_point(evaluator, row, Method::bptt);
            if (row.at("cell") == "linear") expect_point(evaluator, row, Method::rows);
        }
    }
}

TEST(Evaluators, AreFoundByName) {
    for (const Evaluator& evaluator : evaluators()) {
        if (evaluator.missing().empty())
            EXPECT_EQ(&find_evaluator(evaluator.name), &evaluator);
        else
            EXPECT_THROW(find_evaluator(evaluator.name), InputError);
    }
    EXPECT_TRUE(find_evaluator("auto").missing().empty());
    EXPECT_THROW(find_evaluator("abacus"), InputError);
}

}  // namespace
}  // namespace gradscape::evaluate
