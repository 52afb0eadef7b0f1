// The row form where data, weights or grids leave the middle of the range: numbers whose squares
// are no doubles, roots near 0, subnormal axes, rows wider than float counts. The right values are
// those of exact rational arithmetic.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gradscape/color_filler.hpp"
#include "host/evaluate/prepared_data.hpp"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/article_model.hpp"
#include "tests/random_model.hpp"
#include "tests/slowdown.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::evaluate {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Model linear(std::size_t length, std::vector<double> inputs, std::vector<double> targets) {
    const std::size_t count = targets.size();
    return {{count, length, std::move(inputs), std::move(targets), std::vector<double>(count, 1)},
            Activation::linear};
}

/// One input of `first`, zeros, and one of `last`.
Model impulse(std::size_t length, double first, double last, double target) {
    std::vector<double> inputs(length);
    inputs.front() = first, inputs.back() = last;
    return linear(length, inputs, {target});
}

std::vector<const Evaluator*> fast_evaluators() {
    std::vector<const Evaluator*> fast;
    for (const Evaluator& evaluator : evaluators())
        if (evaluator.name != "reference" && evaluator.missing().empty())
            fast.push_back(&evaluator);
    return fast;
}

struct Values {
    double loss, grad_wx, grad_wrec, log10_loss;
};

/// `value` is what rounding `right` in so many steps may have become; `size`: of what it is made
/// of.
template <class Real>
void expect_near(double value, double right, const std::string& what, double size = 0,
                 std::size_t steps = 0) {
    const double rounded = static_cast<double>(static_cast<Real>(right));
    const bool is_float = sizeof(Real) == 4;
    if (!std::isfinite(rounded)) {
        EXPECT_EQ(value, rounded) << what;
        return;
    }
    EXPECT_NEAR(value, right,
                (is_float ? 1e-6 : 4e-15 + 0x1p-53 * static_cast<double>(steps)) *
                        std::max(std::abs(right), size) +
                    (is_float ? 0x1p-145 : 0x1p-1070))
        << what;
}

template <class Real>
void expect_values_of(const Model& model, const Grid& grid, const Values& right) {
    const View view{grid, plain_fields, Method::rows, Precision::f32, {}};
    for (const Evaluator* evaluator : fast_evaluators()) {
        const auto values = surface_values<Real>(*evaluator, model, view);
        const auto what = [&](Field field) {
            return std::string(evaluator->name) + ' ' + std::string(name_of(field)) +
                   (sizeof(Real) == 4 ? " f32" : " f64");
        };
        const auto expect = [&](Field field, double expected) {
            expect_near<Real>(static_cast<double>(values[field][0]), expected, what(field), 0,
                              model.sequences.length);
        };
        expect(Field::loss, right.loss);
        expect(Field::grad_wx, right.grad_wx);
        expect(Field::grad_wrec, right.grad_wrec);
        const double largest = std::max(std::abs(right.grad_wx), std::abs(right.grad_wrec));
        const double smallest = std::min(std::abs(right.grad_wx), std::abs(right.grad_wrec));
        expect(Field::grad_norm,
               smallest == 0 || largest == infinity ? largest : std::hypot(largest, smallest));
        expect_near<Real>(static_cast<double>(values[Field::log10_loss][0]), right.log10_loss,
                          what(Field::log10_loss), 1, model.sequences.length);
    }
}

/// At one point: as a picture of one cell, and as the first of a row and column.
void expect_values(const Model& model, double wx, double wrec, const Values& right) {
    for (const Grid& grid : {Grid{{wx, wx, 1}, {wrec, wrec, 1}},
                             Grid{{wx, wx + 1, 5}, {wrec, wrec + std::abs(wrec), 3}}}) {
        expect_values_of<double>(model, grid, right);
        expect_values_of<float>(model, grid, right);
    }
}

TEST(RowCorners, N2SquaresOfSmallPowersDoNotUnderflow) {
    const Model long_ago = impulse(100, 1, 0, 1);
    expect_values(long_ago, 2, -0.0234375, {1, 8.360788122638811e-162, -7.063193806005267e-158, 0});
    const Model two = linear(2, {1, 0}, {1});
    expect_values(two, 1, 2e-162, {1, -4e-162, -2, 0});
    expect_values(two, 1, 1e-162, {1, -2e-162, -2, 0});
    const auto loaded = find_evaluator("cpu").load(two);
    EXPECT_NEAR(loaded->valley(std::vector<double>{1e-162})[0] / 1e162, 1, 1e-14);

    const View view{
        {{-3, 3, 5}, {-0.6, 0.6, 1025}}, {Field::loss}, Method::rows, Precision::f64, {}};
    for (const Evaluator* evaluator : fast_evaluators()) {
        const auto values = surface_values<double>(*evaluator, long_ago, view);
        for (double loss : values[Field::loss]) ASSERT_NEAR(loss, 1, 1e-13);
    }
}

TEST(RowCorners, N2PowersThatLeaveDoubleKeepTheirLogarithm) {
    // p = 0.02^999: w_x·p = 10^-1697.3 is all of the error.
    const double log = 999 * std::log10(0.02);
    const Model model = impulse(1000, 1, 0, 0);
    expect_values(model, 1, 0.02, {0, 0, 0, 2 * log});
    expect_values(model, 1, 50, {infinity, infinity, infinity, 2 * 999 * std::log10(50)});
}

TEST(RowCorners, N3SlopesWhoseSquaresOverflow) {
    expect_values(linear(2, {1e155, 1e155}, {1}), 1, -1, {1, 0, -2e155, 0});
    expect_values(linear(2, {1e155, 1e155}, {1}), 2, -1, {1, 0, -4e155, 0});
}

TEST(RowCorners, N8ProductsWhoseFactorsLeaveTheRange) {
    expect_values(linear(1, {1e-155}, {1e154}), 1, 1, {1e308, -0.2, 0, 308});
    expect_values(linear(520, std::vector<double>(520, 1.0), {1e154}), 0.002, 2,
                  {9.829493711922501e306, -infinity, -infinity, 306.99253114918713});
    expect_values(linear(950, std::vector<double>(950, 1.0), {1}), 1e-305, 3,
                  {8.47859666657599e295, infinity, 5.361299292164884e298, 295.9283239760307});
}

TEST(RowCorners, N8CompressionOfDataWhoseSquaresOverflow) {
    std::vector<double> inputs, targets;
    for (int i = 0; i < 40; ++i) {
        inputs.push_back((1 + 7 * i % 13) * 1e159);
        inputs.push_back((2 - 5 * i % 7) * 1e160);
        targets.push_back(i % 5 - 1.5);
    }
    const Model model = linear(2, inputs, targets);
    const auto expect = [&](double wx, double wrec, const Values& right) {
        expect_values_of<double>(model, {{wx, wx, 1}, {wrec, wrec, 1}}, right);
        expect_values_of<float>(model, {{wx, wx, 1}, {wrec, wrec, 1}}, right);
    };
    expect(0, 0.5, {2.25, 1.055e160, 0, 0.3521825181113625});
    expect(1e-160, 0.5, {7.951125, 1.034725e161, -1.3905, 0.9004285810748314});
    expect(1, -1, {infinity, infinity, -infinity, 320.85000258609244});
}

TEST(RowCorners, N8CompressionKeepsSmallColumnsBesideLargeOnes) {
    // x1·1e300 and x2 are of one size where w_rec is.
    Model unscaled = random_model(3, 50, 2, Activation::linear), scaled = unscaled;
    for (std::size_t i = 0; i < 50; ++i) scaled.sequences.inputs[2 * i] *= 0x1p-1000;
    const View view{{{-1, 2, 7}, {1.5, 1.5, 1}}, {Field::loss}, Method::rows, Precision::f64, {}};
    View far = view;
    far.grid.wrec = {1.5 * 0x1p1000, 1.5 * 0x1p1000, 1};
    for (const Evaluator* evaluator : fast_evaluators())
        for (std::size_t j = 0; j < 7; ++j) {  // one by its lines, the other cell by cell
            const double right = surface_values<double>(*evaluator, unscaled, view)[Field::loss][j];
            EXPECT_NEAR(surface_values<double>(*evaluator, scaled, far)[Field::loss][j], right,
                        4e-15 * right);
        }
}

TEST(RowCorners, N11TheGradientByWrecHasARootOfItsOwnAtZero) {
    const Model model = linear(2, {1, 1, 0, 1}, {0, 1});  // H = mean t·p' = 0
    for (double wx : {1e-16, 1e-20, -1e-16, 1e-300, 1e-8, 0.25}) {
        const double gradient = 1.3 * wx * wx;
        // A cell alone, between others as near to 0, and beside cells that are far from it.
        for (const Axis& axis : {Axis{wx, wx, 1}, Axis{wx, 3 * std::abs(wx), 4}, Axis{wx, 2, 5}}) {
            const View view{
                {axis, {0.3, 0.3, 1}}, {Field::grad_wrec}, Method::rows, Precision::f64, {}};
            for (const Evaluator* evaluator : fast_evaluators()) {
                expect_near<double>(
                    surface_values<double>(*evaluator, model, view)[Field::grad_wrec][0], gradient,
                    std::string(evaluator->name) + std::string(" f64 ") + std::to_string(wx));
                expect_near<float>(static_cast<double>(surface_values<float>(
                                       *evaluator, model, view)[Field::grad_wrec][0]),
                                   gradient, std::string(evaluator->name) + std::string(" f32"));
            }
        }
    }
}

TEST(RowCorners, N12SubnormalColumnsInFloat) {
    const Model model{make_counting_data(1, 20, 30, 0).train, Activation::linear};
    for (const Axis& axis : {Axis{1e-45, 3e-45, 3}, Axis{0, 1e-44, 9}, Axis{1e39, 2e39, 3}}) {
        const View view{{axis, {3, 4, 2}}, plain_fields, Method::rows, Precision::f32, {}};
        for (const Evaluator* evaluator : fast_evaluators()) {
            const auto f32 = surface_values<float>(*evaluator, model, view);
            const auto f64 = surface_values<double>(*evaluator, model, view);
            for (Field field : plain_fields)
                for (std::size_t cell = 0; cell < view.grid.cells(); ++cell)
                    expect_near<float>(static_cast<double>(f32[field][cell]), f64[field][cell],
                                       std::string(name_of(field)));
        }
    }
    const View first{
        {{1e-45, 3e-45, 3}, {3, 4, 1}}, {Field::grad_wrec}, Method::rows, Precision::f32, {}};
    EXPECT_NEAR(
        surface_values<float>(find_evaluator("cpu"), model, first)[Field::grad_wrec][0] * 1e30f,
        -8.98f, 0.01f);
}

TEST(RowCorners, N10LogarithmsOfLossesThatFloatDoesNotHold) {
    expect_values(linear(2, {1e-25, 3e-25}, {2e-25}), 1, 1,
                  {4e-50, 1.6e-49, 4e-50, -49.39794000867204});
    expect_values(linear(1, {1}, {1e300}), 1, 1, {infinity, -2e300, 0, 600});
    expect_values(linear(1, {1e-200}, {0}), 1, 1, {0, 0, 0, -400});
}

/// The same root in a row whose squares double does not hold: 1.3·w_x²·10³⁴⁰.
TEST(RowCorners, N11TheRootAtZeroHoldsBeyondDoubleToo) {
    const Model model = linear(2, {1e170, 1e170, 0, 1e170}, {0, 1e170});
    const View view{
        {{1e-100, 1e-100, 1}, {0.3, 0.3, 1}}, {Field::grad_wrec}, Method::rows, Precision::f64, {}};
    for (const Evaluator* evaluator : fast_evaluators()) {
        const double found = surface_values<double>(*evaluator, model, view)[Field::grad_wrec][0];
        EXPECT_NEAR(found, 1.3e140, 1e-13 * 1.3e140) << evaluator->name;
    }
}

TEST(RowCorners, TheAxisKnowsItsSmallestWeightAndWhetherItsStepsAreExact) {
    EXPECT_EQ(axis_view({-3, 3, 7}).smallest, 1);
    EXPECT_EQ(axis_view({0, 0, 1}).smallest, infinity);
    EXPECT_TRUE(axis_view({-3, 3, 7}).even);
    EXPECT_TRUE(axis_view({1, 1, 1}).even);
    EXPECT_FALSE(axis_view({0, 3e-323, 4}).even);
}

TEST(RowCorners, N13SubnormalStepsAreThoseOfTheGrid) {
    const Model model = linear(1, {1e300}, {0});
    const View view{
        {{0, 5e-324, 4}, {1, 1, 1}}, {Field::grad_wx}, Method::rows, Precision::f64, {}};
    for (const Evaluator* evaluator : fast_evaluators()) {
        const auto values = surface_values<double>(*evaluator, model, view)[Field::grad_wx];
        EXPECT_EQ(values[0] + values[1], 0);
        EXPECT_NEAR(values[2] / 9.881312916824931e276, 1, 1e-14);
        EXPECT_EQ(values[2], values[3]);
    }
}

/// Zero-loss data: L = A·(w_x − 1)² with A = mean t² where w_rec = 1.
void expect_exact_wide_row(std::size_t cols, double lo, double hi) {
    const Model model = article_model();
    double A = 0;
    for (double t : model.sequences.targets) A += t * t / 20;
    const Axis axis{lo, hi, cols};
    const View view{{axis, {1, 1, 1}}, {Field::loss}, Method::rows, Precision::f32, {}};
    const auto cpu = surface_values<float>(find_evaluator("cpu"), model, view);
    const auto root = static_cast<std::size_t>((1 - lo) / axis.step());
    for (std::size_t j = root - 9; j < std::min(root + 9, cols); ++j) {
        const double d = axis.at(j) - 1;
        ASSERT_NEAR(cpu[Field::loss][j], A * d * d, 1e-6 * A * d * d + 1e-24) << j;
    }
    for (std::size_t j = 0; j < cols; j += 4099) {
        const double d = axis.at(j) - 1;
        ASSERT_NEAR(cpu[Field::loss][j], A * d * d, 1e-6 * A * d * d) << j;
    }
    EXPECT_EQ(surface_values<float>(find_evaluator("emulated"), model, view)[Field::loss],
              cpu[Field::loss]);
}

TEST(RowCorners, N19ColumnsBeyondWhatFloatCounts) {
    if (emulation::thread_sanitizer) GTEST_SKIP() << "one thread's work";
    if (test::slowdown == 1)
        expect_exact_wide_row((std::size_t{1} << 24) + (std::size_t{1} << 20) + 13, -3, 1.01);
    expect_exact_wide_row((std::size_t{1} << 22) + 5, 0.9, 1.0000001);
}

TEST(RowCorners, BackendsAgreeToTheBitInEveryMagnitude) {
    for (double size : {1e-300, 1e-160, 1e-80, 1e-30, 1e30, 1e80, 1e160, 1e300})
        for (double other : {1e-300, 1e-20, 1.0, 1e20, 1e300}) {
            Model model = random_model(5, 9, 7, Activation::linear);
            for (double& x : model.sequences.inputs) x *= size;
            for (double& t : model.sequences.targets) t *= other;
            const View view{
                {{-2, 3, 9}, {-1.5, 1.5, 11}}, plain_fields, Method::rows, Precision::f32, {}};
            const auto same = [&]<class Real>(Real) {
                const auto cpu = surface_values<Real>(find_evaluator("cpu"), model, view);
                for (const Evaluator* evaluator : fast_evaluators()) {
                    const auto values = surface_values<Real>(*evaluator, model, view);
                    for (Field field : plain_fields) {
                        EXPECT_EQ(values[field], cpu[field])
                            << evaluator->name << ' ' << name_of(field) << ' ' << size;
                        for (Real value : values[field]) EXPECT_FALSE(std::isnan(value));
                    }
                }
            };
            same(float());
            same(double());
        }
}

}  // namespace
}  // namespace gradscape::evaluate
