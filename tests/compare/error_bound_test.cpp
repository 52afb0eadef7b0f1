// The stated error bounds hold on every grid that the tests know, for every cell, method and
// precision, and are not idle: some error takes a fair part of its bound.
// SPDX-License-Identifier: MIT
#include "gradscape/error_bound.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/comparison.hpp"
#include "gradscape/strips.hpp"
#include "tests/golden.hpp"
#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::compare {
namespace {

FieldArray<FieldComparison> compare(const Model& model, const Grid& grid, Arithmetic arithmetic) {
    const View view{grid, plain_fields, arithmetic.method, arithmetic.precision, {}};
    View exact = view;
    exact.precision = Precision::f64;
    const auto cpu = find_evaluator("cpu").load(model);
    const auto reference = find_evaluator("reference").load(*cpu);
    const ErrorBound of_cpu(cpu, grid.wx, arithmetic, plain_fields),
        of_reference(cpu, grid.wx, {true}, plain_fields);
    ComparisonSource source(view, {cpu->values(view), arithmetic.precision, &of_cpu},
                            {reference->values(exact), Precision::f64, &of_reference},
                            {ToleranceKind::bounds, {}}, Field::loss, ErrorMeasure::ulp);
    StripOptions options;
    options.threads = 2;
    run_strips(source, {}, options);
    FieldArray<FieldComparison> found;
    for (Field field : plain_fields) found[field] = source.of(field);
    return found;
}

std::string describe(const ComparedCell& at, const Grid& grid) {
    return fmt::format("({}, {}): {} and {}, {} of the tolerance",
                       grid.wx.at(at.cell % grid.cols()), grid.wrec.at(at.cell / grid.cols()), at.a,
                       at.b, at.error);
}

/// The largest part of the bound that a field's error takes.
double expect_within(const Model& model, const Grid& grid, Arithmetic arithmetic,
                     const std::string& what) {
    const auto compared = compare(model, grid, arithmetic);
    double most = 0;
    for (Field field : plain_fields) {
        const FieldComparison& comparison = compared[field];
        const auto& worst = comparison.largest[static_cast<std::size_t>(ErrorMeasure::tolerance)];
        EXPECT_EQ(comparison.beyond, 0u)
            << what << ' ' << name_of(model.activation) << ' ' << name_of(arithmetic.method) << ' '
            << name_of(arithmetic.precision) << ' ' << name_of(field) << ' '
            << (worst ? describe(*worst, grid) : "") << ", first beyond "
            << (comparison.first_beyond ? describe(*comparison.first_beyond, grid) : "");
        EXPECT_EQ(comparison.not_judged, 0u) << what << ' ' << name_of(field);
        if (worst) most = std::max(most, worst->error);
    }
    return most;
}

double expect_within_for_all(const Model& model, const Grid& grid, const std::string& what) {
    double most = 0;
    for (Precision precision : {Precision::f32, Precision::f64})
        for (Method method : {Method::bptt, Method::rows})
            if (method == Method::bptt || model.activation == Activation::linear)
                most = std::max(most, expect_within(model, grid, {false, method, precision}, what));
    return most;
}

struct NamedGrid {
    const char* name;
    double lo, hi;
};
constexpr NamedGrid article_grids[] = {{"overview", -3, 3},
                                       {"zoom", -0.1, 2.1},
                                       {"trajectory", 0, 2},
                                       {"minimum", 1 - 1e-4, 1 + 1e-4}};

TEST(ErrorBound, HoldsOnTheArticlesGrids) {
    for (const auto& [name, lo, hi] : article_grids)
        for (Activation activation :
             {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
            expect_within_for_all({golden::article(), activation}, {{lo, hi, 61}, {lo, hi, 21}},
                                  name);
}

TEST(ErrorBound, IsNotIdle) {
    const Model model{golden::article(), Activation::linear};
    const Grid grid{{-0.1, 2.1, 101}, {-0.1, 2.1, 51}};
    for (Method method : {Method::bptt, Method::rows})
        EXPECT_GT(expect_within(model, grid, {false, method, Precision::f32}, "zoom"), 0.05)
            << name_of(method);
    EXPECT_GT(expect_within(model, grid, {false, Method::bptt, Precision::f64}, "zoom"), 0.02);
}

TEST(ErrorBound, HoldsForRealDataOfAnyLengthAndCount) {
    const Grid grid{{-1.5, 2, 19}, {-1.3, 1.1, 7}};
    for (const auto& [count, length] : {std::pair{1u, 1u}, {1u, 33u}, {20u, 2u}, {7u, 33u}})
        for (Activation activation :
             {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
            expect_within_for_all(random_model(count + length, count, length, activation), grid,
                                  fmt::format("N {} T {}", count, length));
}

TEST(ErrorBound, HoldsWhereManySequencesAreCompressed) {
    const Model model = random_model(4, 700, 5, Activation::linear);
    expect_within_for_all(model, {{-2, 2, 11}, {-2, 2, 5}}, "N 700");
}

TEST(ErrorBound, HoldsForLongSequencesThatOverflow) {
    const Grid grid{{-3, 3, 5}, {-2.5, 2.5, 6}};  // with w_x = 0
    const Sequences counting = make_counting_data(1, 3, 1000, 0).train;
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        expect_within_for_all({counting, activation}, grid, "T 1000");
}

/// Bounds whose norms have squares that are no doubles: finite where the field is, and no alibi.
TEST(ErrorBound, N2OfTheRowFormHoldsInEveryMagnitude) {
    std::vector<double> inputs(100);
    inputs[0] = 1;
    const Model long_ago{{1, 100, inputs, {1}, {1}}, Activation::linear};
    const Axis wx{-3, 3, 5};
    for (const double wrec : {-0.0234375, 0.02351, 1e-162}) {
        const auto bound = row_form_error_bound(long_ago.sequences, wx, wrec)(2);
        EXPECT_LT(bound.absolute.loss, 1e-13) << wrec;
        EXPECT_GT(bound.absolute.loss, 1e-16) << wrec;
        EXPECT_LT(bound.relative_loss, 1e-13) << wrec;
    }
    for (double size : {1e-300, 1e-160, 1e160, 1e300})
        for (Precision precision : {Precision::f32, Precision::f64}) {
            Model model = random_model(5, 9, 7, Activation::linear);
            for (double& x : model.sequences.inputs) x *= size;
            for (double& t : model.sequences.targets) t *= size;
            const Arithmetic rows{false, Method::rows, precision};
            const Grid grid{{-2, 3, 9}, {-1.5, 1.5, 5}};
            expect_within(model, grid, rows, fmt::format("{}", size));
            const Evaluator& cpu = find_evaluator("cpu");
            const ErrorBound of_scaled(cpu.load(model), grid.wx, rows, plain_fields);
            const ErrorBound of_plain(cpu.load(random_model(5, 9, 7, Activation::linear)), grid.wx,
                                      rows, plain_fields);
            EXPECT_NEAR(
                of_scaled.row(0.7)(1.5).relative_loss / of_plain.row(0.7)(1.5).relative_loss, 1,
                0.1);
        }
}

TEST(ErrorBound, OfTheLogarithmEndsWhereTheLossIsAllError) {
    const Model model{golden::article(), Activation::linear};
    const ErrorBound bound(find_evaluator("cpu").load(model), {0, 2, 3},
                           {false, Method::rows, Precision::f64}, plain_fields);
    const PointErrorBound minimum = bound.row(1)(1), beside = bound.row(1)(1.5);
    EXPECT_EQ(bound.of(Field::log10_loss, minimum, -30), INFINITY);
    EXPECT_LT(bound.of(Field::log10_loss, beside, 0.5), 1e-12);
    EXPECT_LT(bound.of(Field::loss, minimum, 0), 1e-24);
}

TEST(ErrorBound, OfALogarithmThatMayBeAnythingHasACeiling) {
    const Model model{golden::article(), Activation::linear};
    const ErrorBound bound(find_evaluator("cpu").load(model), {0, 2, 3},
                           {false, Method::rows, Precision::f64}, plain_fields);
    const PointErrorBound minimum = bound.row(1)(1), beside = bound.row(1)(1.5);
    EXPECT_NEAR(bound.ceiling(Field::log10_loss, minimum), std::log10(4 * minimum.absolute.loss),
                1e-9);
    EXPECT_EQ(bound.ceiling(Field::log10_loss, beside), INFINITY);
    EXPECT_EQ(bound.ceiling(Field::loss, minimum), INFINITY);
}

/// In f32 w_rec = 0.3 + 10⁻⁸ is 0.3, and a_2 = w_rec − 0.3 is 0: the slope of relu is 0 instead
/// of 1.
TEST(ErrorBound, CountsWithReluOnEitherSideOfItsKink) {
    const Model model{{1, 2, {1, -0.3}, {5}, {1}}, Activation::relu};
    const double beside = 0.3 + 1e-8;
    expect_within(model, {{1, 1, 1}, {beside, beside, 1}}, {false, Method::bptt, Precision::f32},
                  "kink");
    const auto at = bptt_error_bound(model, 1, beside, 0x1p-24).absolute;
    EXPECT_GE(at.grad_wrec, 10);  // 2·(y − 5)·S_1
    const auto away = bptt_error_bound(model, 1, 0.4, 0x1p-24).absolute;
    EXPECT_LT(away.grad_wrec, 1e-4);
}

/// Turning the axis and the targets around changes no error.
TEST(ErrorBound, OfRowsKnowsBothEndsOfTheAxis) {
    const Sequences s = random_model(5, 4, 6, Activation::linear).sequences;
    Sequences turned = s;
    for (double& target : turned.targets) target = -target;
    const auto low = row_form_error_bound(s, {-3, 0.001, 9}, 0.7)(0.0005).absolute;
    const auto high = row_form_error_bound(turned, {-0.001, 3, 9}, 0.7)(-0.0005).absolute;
    EXPECT_EQ(low, high);
    const auto narrow = row_form_error_bound(s, {0, 0.001, 9}, 0.7)(0.0005).absolute;
    EXPECT_GT(low.loss, 1.05 * narrow.loss);
}

TEST(ErrorBound, HoldsWhereIdenticalSequencesAreMerged) {
    Model model = random_model(11, 90, 4, Activation::linear);
    for (std::size_t i = 3; i < model.sequences.count; ++i) {  // 30 copies of three
        std::copy_n(model.sequences.inputs.begin() + static_cast<std::ptrdiff_t>(i % 3 * 4), 4,
                    model.sequences.inputs.begin() + static_cast<std::ptrdiff_t>(i * 4));
        model.sequences.targets[i] = model.sequences.targets[i % 3];
        model.sequences.weights[i] = 0.1 + 0.01 * static_cast<double>(i);
    }
    ASSERT_EQ(merge_identical(model.sequences).count, 3u);
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
        model.activation = activation;
        expect_within_for_all(model, {{-2, 2, 7}, {-1.2, 1.2, 5}}, "merged");
    }
}

/// tanh and sigmoid give no more than ±1, however wrong their argument is.
TEST(ErrorBound, OfASaturatedCellEndsWithItsRange) {
    for (Activation activation : {Activation::tanh, Activation::sigmoid}) {
        const Model model = random_model(2, 3, 40, activation);
        for (double wrec : {1e30, 1e150, 1e300})
            EXPECT_LT(bptt_error_bound(model, 1, wrec, 0x1p-53).absolute.loss, 40) << wrec;
    }
}

/// r^1999 with r = 1e200 leaves long double, too.
TEST(ErrorBound, OfTheLogarithmIsFiniteWhateverTheExponent) {
    for (Activation activation : {Activation::linear, Activation::relu}) {
        const Model model{make_counting_data(1, 2, 2000, 0).train, activation};
        EXPECT_LT(bptt_error_bound(model, 1, 1e200, 0x1p-53).relative_loss, 1e-9);
    }
}

/// Losses of 1e-50 in float and of 1e600, 1e1800 and 1e-400 in double have logarithms, and bounds.
TEST(ErrorBound, OfTheLogarithmIsKnownBeyondTheType) {
    const auto of_logarithm = [](std::vector<double> inputs, double target, double wx, double wrec,
                                 Precision precision) {
        const Model model{{1, inputs.size(), inputs, {target}, {1}}, Activation::linear};
        const ErrorBound bound(find_evaluator("cpu").load(model), {wx, wx, 1},
                               {false, Method::bptt, precision}, plain_fields);
        return bound.of(Field::log10_loss, bound.row(wrec)(wx), 1);
    };
    EXPECT_LT(of_logarithm({1e-25}, 0, 1.5, 1, Precision::f32), 1e-6);
    EXPECT_LT(of_logarithm({1e30, 1}, 0, 1e10, 0.5, Precision::f32), 1e-6);
    EXPECT_LT(of_logarithm({1}, 1e300, 1, 0.5, Precision::f64), 1e-14);
    EXPECT_LT(of_logarithm(std::vector<double>(10, 1), 0, 1, 1e100, Precision::f64), 1e-13);
    EXPECT_LT(of_logarithm({1e-200}, 0, 1, 1, Precision::f64), 1e-14);
}

/// But for what double adds in either: M is a sum in double.
/// Every addition may err by u times what has been summed so far.
TEST(ErrorBound, CountsEveryAddition) {
    const Model model{{1000, 1, std::vector<double>(1000, 1), std::vector<double>(1000, 0),
                       std::vector<double>(1000, 1)}};
    EXPECT_GT(bptt_error_bound(model, 1, 1, 0x1p-53).absolute.loss, 1000 * 0x1p-53);
}

/// 17 sequences of length 3 are compressed, 16 are not.
TEST(ErrorBound, KnowsWhatTheCompressionMayMove) {
    const auto loss = [](std::size_t count) {
        const Model model = random_model(3, count, 3, Activation::linear);
        return row_form_error_bound(model.sequences, {0.7, 0.7, 1}, 0.5)(0.7).absolute.loss;
    };
    EXPECT_GT(loss(17), 2 * loss(16));
}

TEST(ErrorBound, GrowsWithTheRoundoff) {
    const Model model = random_model(3, 5, 8, Activation::tanh);
    const auto fine = bptt_error_bound(model, 0.7, -0.9, 0x1p-53);
    const auto coarse = bptt_error_bound(model, 0.7, -0.9, 0x1p-24);
    EXPECT_NEAR(coarse.absolute.loss / fine.absolute.loss, 0x1p29, 0x1p27);
    EXPECT_NEAR(coarse.absolute.grad_wx / fine.absolute.grad_wx, 0x1p29, 0x1p27);
    EXPECT_NEAR(coarse.absolute.grad_wrec / fine.absolute.grad_wrec, 0x1p29, 0x1p27);
}

}  // namespace
}  // namespace gradscape::compare
