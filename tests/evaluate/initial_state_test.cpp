// The state S_0 before the first input: by hand, in exact rationals, as an input one step earlier,
// against central differences, and to the same bits on the fast evaluators.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

#include "gradscape/error.hpp"
#include "gradscape/reference.hpp"
#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape {
namespace {

using ::testing::HasSubstr;

constexpr Activation all_cells[] = {Activation::linear, Activation::tanh, Activation::relu,
                                    Activation::sigmoid};
constexpr const char* all_evaluators[] = {"reference", "cpu", "emulated"};

Model started(Model model, double initial_state) {
    model.initial_state = initial_state;
    return model;
}

FieldArray<double> fields_at(const char* evaluator, const Model& model, Weights at) {
    return find_evaluator(evaluator).load(model)->point(at, plain_fields);
}

/// y = w_x·x + w_rec·S_0: at (2, 3) with x = 1, S_0 = ½ and t = 1 the error is 2.5.
TEST(InitialState, CountsInOneStepAsByHand) {
    const Model model{{1, 1, {1}, {1}, {1}}, Activation::linear, 0.5};
    for (const char* evaluator : all_evaluators) {
        const FieldArray<double> values = fields_at(evaluator, model, {2, 3});
        EXPECT_EQ(values[Field::loss], 6.25) << evaluator;
        EXPECT_EQ(values[Field::grad_wx], 5) << evaluator;
        EXPECT_EQ(values[Field::grad_wrec], 2.5) << evaluator;
        const Trace trace = find_evaluator(evaluator).load(model)->trace({2, 3});
        EXPECT_EQ(trace.sums[1], 5) << evaluator;
        EXPECT_EQ(trace.sums[0], 15) << evaluator;
    }
}

/// Forward sensitivities in exact arithmetic.
TEST(InitialState, AgreesWithExactRationals) {
    using Fraction = boost::multiprecision::cpp_rational;
    for (const Activation activation : {Activation::linear, Activation::relu})
        for (const Weights at : {Weights{0.75, 0.5}, Weights{-0.5, -1.25}, Weights{1, 1.5}}) {
            const Model model = started(random_model(4, 6, 9, activation), -0.625);
            Fraction M, loss, grad_wx, grad_wrec;
            for (std::size_t i = 0; i < model.sequences.count; ++i) {
                Fraction S(model.initial_state), d_wx, d_wrec;
                for (const double x : model.sequences.inputs_of(i)) {
                    d_wx = Fraction(at.wrec) * d_wx + Fraction(x);
                    d_wrec = Fraction(at.wrec) * d_wrec + S;
                    S = Fraction(at.wrec) * S + Fraction(at.wx) * Fraction(x);
                    if (activation == Activation::relu && S <= 0) S = d_wx = d_wrec = 0;
                }
                const Fraction m(model.sequences.weights[i]),
                    error = S - Fraction(model.sequences.targets[i]);
                M += m, loss += m * error * error;
                grad_wx += 2 * m * error * d_wx, grad_wrec += 2 * m * error * d_wrec;
            }
            for (const char* evaluator : all_evaluators) {
                const FieldArray<double> values = fields_at(evaluator, model, at);
                const auto expect = [&](Field field, const Fraction& truth) {
                    const double exact = static_cast<double>(Fraction(truth / M));
                    EXPECT_NEAR(values[field], exact, 1e-13 * (1 + std::abs(exact)))
                        << evaluator << ' ' << name_of(field) << ' ' << name_of(activation);
                };
                expect(Field::loss, loss);
                expect(Field::grad_wx, grad_wx);
                expect(Field::grad_wrec, grad_wrec);
            }
        }
}

/// An input one step earlier that makes S_1 what S_0 is here.
TEST(InitialState, IsAnInputOneStepEarlier) {
    for (const Activation activation : {Activation::linear, Activation::relu}) {
        const Model late = started(random_model(8, 5, 40, activation), 0.375);
        Model early = random_model(8, 5, 40, activation);
        early.sequences.length = 41;
        early.sequences.inputs.clear();
        for (std::size_t i = 0; i < 5; ++i) {
            early.sequences.inputs.push_back(0.375);
            for (const double x : late.sequences.inputs_of(i)) early.sequences.inputs.push_back(x);
        }
        for (const char* evaluator : all_evaluators) {
            const View view{{{1, 1, 1}, {-1, 0.9, 5}}, plain_fields, Method::bptt, {}, {}};
            const auto of_late = surface_values<double>(find_evaluator(evaluator), late, view);
            const auto of_early = surface_values<double>(find_evaluator(evaluator), early, view);
            for (const Field field : {Field::loss, Field::grad_wrec})
                EXPECT_EQ(of_late[field], of_early[field])
                    << evaluator << ' ' << name_of(field) << ' ' << name_of(activation);
        }
    }
}

/// Short sequences, whole chunks of history, and many chunks.
TEST(InitialState, HasTheGradientOfCentralDifferences) {
    const Weights at{0.6, 0.9};
    const double h = 1e-6;
    for (const Activation activation : all_cells)
        for (const std::size_t length : std::vector<std::size_t>{1, 7, 16, 33, 300}) {
            const Model model = started(random_model(5, 3, length, activation), 0.8);
            const auto loss = [&](double wx, double wrec) {
                return reference_gradient(model, wx, wrec).loss;
            };
            const double by_wx = (loss(at.wx + h, at.wrec) - loss(at.wx - h, at.wrec)) / (2 * h);
            const double by_wrec = (loss(at.wx, at.wrec + h) - loss(at.wx, at.wrec - h)) / (2 * h);
            for (const char* evaluator : all_evaluators) {
                const FieldArray<double> values = fields_at(evaluator, model, at);
                const double tolerance = 2e-7 * (1 + std::abs(by_wx) + std::abs(by_wrec));
                SCOPED_TRACE(fmt::format("{} {} {}", evaluator, name_of(activation), length));
                EXPECT_NEAR(values[Field::grad_wx], by_wx, tolerance);
                EXPECT_NEAR(values[Field::grad_wrec], by_wrec, tolerance);
            }
        }
}

template <class Real>
void expect_bits(const std::vector<Real>& a, const std::vector<Real>& b, const std::string& what) {
    ASSERT_EQ(a.size(), b.size());
    using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
    for (std::size_t i = 0; i < a.size(); ++i)
        ASSERT_EQ(std::bit_cast<Bits>(a[i]), std::bit_cast<Bits>(b[i])) << what << ' ' << i;
}

/// Weights of every size: cells that are evaluated again among them.
TEST(InitialState, GivesTheSameBitsOnTheFastEvaluators) {
    const FieldSet fields = all_fields;
    for (const Activation activation : all_cells)
        for (const bool binary : {true, false})
            for (const std::size_t length : std::vector<std::size_t>{1, 5, 10, 16, 70})
                for (const double initial_state : {0.3, -1e-30, 1e90}) {
                    const Model model =
                        started(random_model(2, 3, length, activation, binary), initial_state);
                    View view{{{-2.5, 3, 9}, {-1e3, 2.5, 5}}, fields, Method::automatic, {}, {}};
                    view.training.iterations = 7;
                    const auto compare = [&](auto real) {
                        using Real = decltype(real);
                        const auto cpu = surface_values<Real>(find_evaluator("cpu"), model, view);
                        const auto emulated =
                            surface_values<Real>(find_evaluator("emulated"), model, view);
                        for (const Field field : fields)
                            expect_bits(cpu[field], emulated[field],
                                        fmt::format("{} {} T {} S_0 {}", name_of(field),
                                                    name_of(activation), length, initial_state));
                    };
                    compare(float{});
                    compare(double{});
                    const auto trace = [&](const char* evaluator) {
                        return find_evaluator(evaluator).load(model)->trace({0.7, 1.1}).sums;
                    };
                    expect_bits(trace("cpu"), trace("emulated"), "trace");
                }
}

TEST(InitialState, IsWhereTheRunThatEndsInAFieldStarts) {
    const Model model = started(random_model(6, 4, 12, Activation::sigmoid), 0.9);
    TrainingOptions training;
    training.optimizer = Optimizer::gd;
    training.iterations = 20;
    const auto cpu = find_evaluator("cpu").load(model);
    const double trained =
        cpu->point({0.5, -0.5}, {Field::train_loss}, training)[Field::train_loss];
    EXPECT_EQ(trained, cpu->path({0.5, -0.5}, training).iterates.back().loss);
    const double reference = train(model, {0.5, -0.5}, training).iterates.back().loss;
    EXPECT_NEAR(trained, reference, 1e-12);
    EXPECT_NE(trained, find_evaluator("cpu")
                           .load(started(model, 0))
                           ->point({0.5, -0.5}, {Field::train_loss}, training)[Field::train_loss]);
}

TEST(InitialState, OfMinusZeroIsZero) {
    const View view{{{-3, 3, 8}, {-3, 3, 5}}, all_fields, Method::bptt, {}, {}};
    for (const char* evaluator : {"cpu", "emulated"}) {
        const Model model = random_model(3, 4, 9, Activation::tanh);
        const auto plain = surface_values<double>(find_evaluator(evaluator), model, view);
        const auto minus =
            surface_values<double>(find_evaluator(evaluator), started(model, -0.0), view);
        for (const Field field : all_fields)
            expect_bits(plain[field], minus[field], std::string(name_of(field)));
    }
}

TEST(InitialState, LeavesTheLinearCellWithoutARowForm) {
    const RecurrentUnit unit{Activation::linear, 0.25};
    EXPECT_EQ(resolve_method(Method::automatic, unit), Method::bptt);
    EXPECT_EQ(resolve_method(Method::automatic, {}), Method::rows);
    const auto model =
        find_evaluator("cpu").load(started(random_model(1, 2, 3, Activation::linear), 0.25));
    try {
        resolve_method(Method::rows, unit);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("only from an initial state of 0"));
    }
    EXPECT_THROW(model->valley(std::vector{0.5}), InputError);
}

}  // namespace
}  // namespace gradscape
