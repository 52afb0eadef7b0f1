// Numbers near and beyond the ends of float and double: each value is the mathematically right one,
// for every evaluator, with the same bits from all fast ones. Plain arithmetic fails on each of
// these (overflow, underflow, squares of tiny numbers), so the careful path must have noticed.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <random>

#include "gradscape/loaded_model.hpp"
#include "gradscape/trace.hpp"
#include "host/evaluate/evaluators.hpp"
#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::evaluate {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// One sequence and its target.
Model one(Activation activation, std::vector<double> inputs, double target) {
    const std::size_t length = inputs.size();
    return {{1, length, std::move(inputs), {target}, {1}}, activation};
}

struct Expected {
    double loss, grad_wx, grad_wrec, grad_norm, log10_loss;
};
constexpr double unasked = std::numeric_limits<double>::quiet_NaN();  ///< not looked at

template <class Real>
void expect_near(Real value, double expected, double relative, const std::string& what) {
    if (std::isnan(expected)) return;
    const auto rounded = static_cast<Real>(expected);
    if (std::isinf(rounded) || rounded == 0)
        EXPECT_EQ(value, rounded) << what;
    else
        EXPECT_NEAR(value, expected, relative * std::abs(expected)) << what;
}

/// At one point, BPTT by every evaluator that is there.
template <class Real>
void expect_point(const Model& model, double wx, double wrec, const Expected& expected,
                  double relative = sizeof(Real) == 4 ? 2e-6 : 1e-13) {
    const double relative_log = sizeof(Real) == 4 ? 2e-6 : 1e-13;
    std::optional<SurfaceValues<Real>> fast;
    for (const Evaluator& evaluator : evaluators()) {
        if (!evaluator.missing().empty()) continue;
        const View view{{{wx, wx, 1}, {wrec, wrec, 1}},
                        plain_fields,
                        Method::bptt,
                        sizeof(Real) == 4 ? Precision::f32 : Precision::f64,
                        {}};
        const auto values = surface_values<Real>(evaluator, model, view);
        const std::pair<Field, double> rights[] = {{Field::loss, expected.loss},
                                                   {Field::grad_wx, expected.grad_wx},
                                                   {Field::grad_wrec, expected.grad_wrec},
                                                   {Field::grad_norm, expected.grad_norm},
                                                   {Field::log10_loss, expected.log10_loss}};
        for (const auto& [field, right] : rights) {
            const std::string what = std::string(evaluator.name) + ' ' +
                                     std::string(name_of(field)) + ' ' +
                                     std::string(name_of(model.activation));
            expect_near(values[field][0], right,
                        field == Field::log10_loss ? relative_log : relative, what);
            if (evaluator.name == "reference" || !fast) continue;
            using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
            EXPECT_EQ(std::bit_cast<Bits>(values[field][0]), std::bit_cast<Bits>((*fast)[field][0]))
                << what;
        }
        if (evaluator.name != "reference" && !fast) fast = values;
    }
}

TEST(Corners, N4OverflowThatReluForgets) {
    expect_point<float>(one(Activation::relu, {1e30, 1}, 0), 1e10, 0,
                        {1e20, 2e10, infinite, infinite, 20});
    expect_point<double>(one(Activation::relu, {1e200, 1}, 0), 1e120, 0,
                         {1e240, 2e120, infinite, infinite, 240});
    expect_point<float>(one(Activation::relu, {1e30, -5e29}, 0), 1e10, 1,
                        {infinite, infinite, infinite, infinite, std::log10(2.5e79)});
    // −∞ and −10³⁹ have the same sign, but 3·10³⁸ − 10³⁹ + 8·10³⁸ has not
    expect_point<float>(one(Activation::relu, {8e28, -1e29}, 0), 1e10, 1.5,
                        {infinite, infinite, infinite, infinite, std::log10(4e76)});
}

TEST(Corners, N4LinearInputsWhoseProductsOverflow) {
    expect_point<double>(one(Activation::linear, {1e200, 1}, 0), 1e120, 0,
                         {1e240, 2e120, infinite, infinite, 240});
}

TEST(Corners, N4OverflowThatTanhAndSigmoidForget) {
    // a₂ = 10³²⁰ − 1.7·10³⁰⁸, of which double knows neither term's size
    expect_point<double>(one(Activation::tanh, {1, 1e160}, 0), 1e160, -1.7e308,
                         {1, unasked, unasked, unasked, 0});
    expect_point<double>(one(Activation::sigmoid, {1, 1e160}, 0), 1e160, -1.7e308,
                         {1, unasked, unasked, unasked, 0});
}

TEST(Corners, N5WeightsBeyondFloat) {
    Sequences zeros_and_ones{1, 2, {0, 1}, {1}, {1}};
    expect_point<float>({zeros_and_ones, Activation::linear}, 1e39, 0.5,
                        {infinite, infinite, 0, infinite, 78});
    const double missed = 1 - std::tanh(1.0);
    expect_point<float>(one(Activation::tanh, {1}, 1), 1, 1e39,
                        {missed * missed, -0.20025, 0, 0.20025, 2 * std::log10(missed)}, 1e-5);
    expect_point<float>(one(Activation::relu, {.5, 1, 0, .5}, 0), 3, 3.3e79,
                        {infinite, infinite, infinite, infinite, unasked});
    expect_point<float>(one(Activation::linear, {1, 1}, 0), 1e-46, 1e40,
                        {1e-12, 2e34, 2e-52, 2e34, -12});
    // 10⁻⁴⁶ is 0 in float, 10⁴⁰ infinite
}

TEST(Corners, N5InputsAndTargetsBeyondFloat) {
    expect_point<float>(one(Activation::linear, {1e-50, 0}, 0), 1e20, 1e25,
                        {1e-10, 2e-30, 2e-35, 2e-30, -10});
    expect_point<float>(one(Activation::tanh, {1e-50}, 2), 1e50, 1,
                        {std::pow(std::tanh(1.0) - 2, 2), unasked, 0, unasked, unasked});
    expect_point<float>(one(Activation::linear, {1}, 1e39), 1, 0,
                        {infinite, -2e39, 0, infinite, 78});
    Sequences weighted{2, 1, {1, 0}, {1e25, 1}, {1e-46, 1}};
    expect_point<float>({weighted, Activation::linear}, 0, 0,
                        {1e4 + 1, -2e-21, 0, unasked, std::log10(10001.0)});
}

TEST(Corners, N6LogarithmOfALossBeyondDouble) {
    expect_point<double>(one(Activation::linear, {1}, 1e300), 1, 0.5,
                         {infinite, -2e300, 0, 2e300, 600});
    std::vector<double> ones(10, 1);
    // ((10¹⁰⁰)⁹)² to 100 digits
    expect_point<double>(one(Activation::linear, ones, 0), 1, 1e100,
                         {infinite, infinite, infinite, infinite, 1800});
    expect_point<double>(one(Activation::sigmoid, {1}, 0), -1000, 1,
                         {0, 0, 0, 0, -2000 / std::log(10.0)});
    expect_point<double>(one(Activation::linear, {1, 0, 0}, 0), 1, 1e-200, {0, 0, 0, 0, -800});
}

TEST(Corners, N7TracesOfStatesBeyondDouble) {
    std::vector<double> inputs(12, 1);
    inputs[0] = -1;
    const Model relu = one(Activation::relu, inputs, 1);
    Sequences both{2, 12, std::vector<double>(24, 1), {0, 0}, {1, 1}};
    std::fill(both.inputs.begin() + 12, both.inputs.end(), -1);
    for (const Evaluator& evaluator : evaluators()) {
        if (!evaluator.missing().empty()) continue;
        const auto sums = [&](const Model& model, double wx, double wrec) {
            const std::vector<Weights> point{{wx, wrec}};
            return evaluator.load(model)->traces(point)[0].sums;
        };
        EXPECT_EQ(sums(relu, 1, 1e150)[0], 0) << evaluator.name;
        EXPECT_EQ(sums({both, Activation::linear}, 1, 1e150), std::vector<double>(13, 0.0))
            << evaluator.name;
        EXPECT_EQ(sums(one(Activation::linear, {1, 0, 0}, 0), 1e-200, 1e-100),
                  std::vector<double>(4, 0.0))
            << evaluator.name;
        const auto huge = sums(one(Activation::linear, {1e120}, 0), 1e200, 1e-200);
        EXPECT_EQ(huge[1], infinite) << evaluator.name;
        EXPECT_NEAR(huge[0], 2e120, 1e107) << evaluator.name;
    }
}

TEST(Corners, N9WeightsOfAnySize) {
    for (double m : {1e-310, 1e-100, 1e308}) {
        Sequences s{2, 2, {1, 1, 1, 0}, {3, 1}, {m, m}};
        expect_point<double>({s, Activation::linear}, 2, 1, {1, 3, 4, 5, 0});
        expect_point<float>({s, Activation::linear}, 2, 1, {1, 3, 4, 5, 0});
    }
    Sequences three{3, 1, {1, 1, 1}, {0, 0, 0}, {9e307, 9e307, 9e307}};
    expect_point<double>({three, Activation::linear}, 2, 1, {4, 4, 0, 4, std::log10(4.0)});
}

TEST(Corners, N9TrainingFieldsInFloat) {
    for (double m : {0x1p-150, 0x1p-1000, 0x1p126, 0x1p1023}) {
        Sequences s{2, 1, {1, 2}, {1, 2}, {m, m}}, ones = s;
        ones.weights = {1, 1};
        for (const Evaluator& evaluator : evaluators()) {
            if (!evaluator.missing().empty() || evaluator.name == "reference") continue;
            View view{{{0.5, 0.5, 1}, {0.5, 0.5, 1}},
                      {Field::train_loss},
                      Method::bptt,
                      Precision::f32,
                      {}};
            view.training.iterations = 20;
            const auto value = [&](const Sequences& data) {
                return surface_values<float>(evaluator, {data, Activation::linear},
                                             view)[Field::train_loss][0];
            };
            EXPECT_EQ(value(s), value(ones)) << evaluator.name << ' ' << m;
        }
    }
}

TEST(Corners, N10SquaresThatUnderflow) {
    expect_point<float>(one(Activation::linear, {1e-25}, 0), 1.5, 1,
                        {0, 0, 0, 0, 2 * std::log10(1.5e-25)});
    expect_point<float>(one(Activation::linear, {1e-22}, 0), 1.5, 1,
                        {2.25e-44, 3e-44, 0, 3e-44, 2 * std::log10(1.5e-22)}, 0.05);
    expect_point<float>(one(Activation::tanh, {6.6e-34}, 0), 1, 1,
                        {0, 0, 0, 0, 2 * std::log10(6.6e-34)});
    expect_point<double>(one(Activation::relu, {1e-200}, 0), 1, 1, {0, 0, 0, 0, -400});
    expect_point<double>(one(Activation::tanh, {1e-200}, 0), 1e-200, 1, {0, 0, 0, 0, -800});
}

TEST(Corners, AnExactMinimumHasNoLogarithm) {
    for (Activation activation : {Activation::linear, Activation::relu}) {
        expect_point<float>(one(activation, {1, 1}, 2), 1, 1, {0, 0, 0, 0, -infinite});
        expect_point<double>(one(activation, {1, 1}, 2), 1, 1, {0, 0, 0, 0, -infinite});
    }
}

/// Whatever the magnitudes: no NaN, and the same bits from every fast evaluator.
template <class Real>
void expect_numbers_of_any_size(unsigned seed) {
    std::mt19937 random(seed);
    const auto magnitude = [&] {
        const double e = std::uniform_real_distribution<double>(-300, 300)(random);
        return (random() % 2 ? 1 : -1) * std::pow(10.0, e) * (random() % 5 != 0);
    };
    Model model{{}, static_cast<Activation>(random() % 4)};
    Sequences& s = model.sequences;
    s.count = 1 + random() % 3;
    s.length = 1 + random() % 4;
    for (std::size_t i = 0; i < s.count * s.length; ++i) s.inputs.push_back(magnitude());
    for (std::size_t i = 0; i < s.count; ++i) {
        s.targets.push_back(magnitude());
        s.weights.push_back(std::abs(magnitude()) + 1e-305);
    }
    const double wx = magnitude(), wrec = magnitude();
    const View view{{{wx, wx + 3 * std::abs(wx) + 1e-300, 3}, {wrec, wrec, 1}},
                    plain_fields,
                    Method::bptt,
                    Precision::f64,
                    {}};
    std::optional<SurfaceValues<Real>> first;
    for (const Evaluator& evaluator : evaluators()) {
        if (!evaluator.missing().empty()) continue;
        const auto values = surface_values<Real>(evaluator, model, view);
        for (Field field : plain_fields)
            for (Real value : values[field])
                EXPECT_FALSE(std::isnan(value))
                    << evaluator.name << ' ' << name_of(field) << " seed " << seed;
        if (evaluator.name == "reference") continue;
        if (!first) first = values;
        for (Field field : plain_fields)
            EXPECT_EQ(std::memcmp(values[field].data(), (*first)[field].data(),
                                  values[field].size() * sizeof(Real)),
                      0)
                << evaluator.name << ' ' << name_of(field) << " seed " << seed;
    }
}

TEST(Corners, NumbersOfAnySizeGiveNumbers) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        expect_numbers_of_any_size<float>(seed);
        expect_numbers_of_any_size<double>(seed);
    }
}

/// SPEED.md's finding: a target of 0 is −0 in u*·p − t, and its sign was lost on the way into a
/// pack.
TEST(Corners, TheSignOfZeroIsTheSameEverywhere) {
    const Model model{make_counting_data(1, 1, 1, 0).train, Activation::linear};
    for (const Method method : {Method::rows, Method::bptt}) {
        const View view{{{-3, 3, 37}, {-3, 3, 19}}, plain_fields, method, Precision::f32, {}};
        const auto a = surface_values<float>(find_evaluator("cpu"), model, view);
        const auto b = surface_values<float>(find_evaluator("emulated"), model, view);
        for (Field field : plain_fields)
            EXPECT_EQ(std::memcmp(a[field].data(), b[field].data(), a[field].size() * 4), 0)
                << name_of(field);
    }
}

}  // namespace
}  // namespace gradscape::evaluate
