// The curvature fields against exact rational arithmetic, central differences of the reference's
// gradients and each other.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <limits>

#include "gradscape/error_bound.hpp"
#include "gradscape/reference.hpp"
#include "gradscape/resolution.hpp"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/article_model.hpp"
#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape {
namespace {

using Rational = boost::multiprecision::cpp_rational;

constexpr Activation every_cell[] = {Activation::linear, Activation::tanh, Activation::relu,
                                     Activation::sigmoid};
constexpr const char* every_evaluator[] = {"reference", "cpu", "emulated"};

std::vector<Method> methods_of(const std::string& evaluator, const RecurrentUnit& unit) {
    if (evaluator == "reference" || !has_row_form(unit)) return {Method::bptt};
    return {Method::bptt, Method::rows};
}

FieldArray<double> at_point(const std::string& evaluator, const Model& model, Method method,
                            Weights at) {
    const View view{{{at.wx, at.wx, 1}, {at.wrec, at.wrec, 1}}, curvature_fields, method, {}, {}};
    const auto values = surface_values<double>(find_evaluator(evaluator), model, view);
    FieldArray<double> found;
    for (Field field : curvature_fields) found[field] = values[field][0];
    return found;
}

/// Calls use(values, name) with the values of each evaluator and method.
template <class Use>
void with_each(const Model& model, Weights at, Use use) {
    for (const char* evaluator : every_evaluator)
        for (Method method : methods_of(evaluator, model.unit())) {
            SCOPED_TRACE(fmt::format("{} {} {} ({}, {})", evaluator, name_of(method),
                                     name_of(model.activation), at.wx, at.wrec));
            use(at_point(evaluator, model, method, at));
        }
}

/// L = (w_x(1 + w_rec) − 1)²: at (2, 1) the Hessian is (8 14; 14 8).
TEST(Curvature, OfTwoOnesIsThatByHand) {
    Sequences ones;
    ones.count = 1, ones.length = 2;
    ones.inputs = {1, 1}, ones.targets = {1}, ones.weights = {1};
    for (Activation activation : {Activation::linear, Activation::relu})
        with_each({ones, activation}, {2, 1}, [](const FieldArray<double>& values) {
            EXPECT_DOUBLE_EQ(values[Field::sharpness], 22);
            EXPECT_DOUBLE_EQ(values[Field::curvature_min], -6);
            EXPECT_DOUBLE_EQ(values[Field::condition], 22.0 / 6);
        });
}

/// The Hessian of the linear or the relu cell in rational numbers, and its eigenvalues' sum and
/// product, which are rational, too.
struct ExactHessian {
    Rational xx, xr, rr;

    ExactHessian(const Model& model, double wx, double wrec) {
        const Sequences& s = model.sequences;
        const Rational w_x(wx), w_rec(wrec);
        Rational M;
        for (std::size_t i = 0; i < s.count; ++i) {
            Rational S(model.initial_state), x, r, cross, second;
            for (double value : s.inputs_of(i)) {
                const Rational in(value);
                second = w_rec * second + 2 * r;
                cross = w_rec * cross + x;
                r = w_rec * r + S;
                x = w_rec * x + in;
                S = w_rec * S + w_x * in;
                if (model.activation == Activation::relu && S <= 0) S = x = r = cross = second = 0;
            }
            const Rational m(s.weights[i]), e = S - Rational(s.targets[i]);
            M += m;
            xx += m * x * x, xr += m * (x * r + e * cross), rr += m * (r * r + e * second);
        }
        xx *= 2 / M, xr *= 2 / M, rr *= 2 / M;
    }

    /// Of the characteristic polynomial at λ, divided by its slope there: how far λ is from a root,
    /// to first order and, between the roots, from below.
    double distance_of(double eigenvalue) const {
        const Rational l(eigenvalue), value = (xx - l) * (rr - l) - xr * xr;
        const Rational slope = 2 * l - xx - rr;
        if (value == 0) return 0;
        return std::abs(static_cast<double>(Rational(value / slope)));
    }
};

TEST(Curvature, IsWithinItsBoundOfExactRationals) {
    if (emulation::thread_sanitizer) GTEST_SKIP() << "one thread's work";
    const Grid grid{{-3, 3, 7}, {-2.75, 3, 6}};
    for (Activation activation : {Activation::linear, Activation::relu}) {
        for (const Model& model :
             {Model{article_model().sequences, activation}, random_model(3, 5, 6, activation),
              Model{random_model(5, 4, 6, activation).sequences, activation, -0.75}})
            for (const char* evaluator : every_evaluator)
                for (Method method : methods_of(evaluator, model.unit())) {
                    SCOPED_TRACE(
                        fmt::format("{} {} {}", evaluator, name_of(method), name_of(activation)));
                    const auto loaded = find_evaluator(evaluator).load(model);
                    const auto values =
                        surface_values<double>(*loaded, {grid, curvature_fields, method, {}, {}});
                    const ErrorBound bounds(
                        loaded, grid.wx,
                        {std::string(evaluator) == "reference", method, Precision::f64},
                        curvature_fields);
                    for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
                        const double wx = grid.wx.at(cell % grid.cols());
                        const double wrec = grid.wrec.at(cell / grid.cols());
                        const ExactHessian exact(model, wx, wrec);
                        const PointErrorBound at = bounds.row(wrec)(wx);
                        for (Field field : {Field::sharpness, Field::curvature_min}) {
                            const double value = values[field][cell];
                            EXPECT_LE(exact.distance_of(value), bounds.of(field, at, value))
                                << name_of(field) << " at (" << wx << ", " << wrec << ")";
                        }
                        EXPECT_LT(at.curvature.error, 1e-12 * (at.curvature.size + 1e-3));
                    }
                }
    }
}

TEST(Curvature, IsTheSlopeOfTheGradient) {
    for (Activation activation : every_cell) {
        Model model = random_model(11, 7, 9, activation);
        model.initial_state = 0.6;
        for (const Weights at : {Weights{0.7, 0.4}, Weights{-1.1, 0.8}, Weights{0.3, -1.2}}) {
            const double h = 1e-6;
            const auto gradient = [&](double wx, double wrec) {
                return reference_gradient(model, wx, wrec);
            };
            const auto left = gradient(at.wx - h, at.wrec), right = gradient(at.wx + h, at.wrec);
            const auto below = gradient(at.wx, at.wrec - h), above = gradient(at.wx, at.wrec + h);
            const double xx = (right.grad_wx - left.grad_wx) / (2 * h);
            const double rr = (above.grad_wrec - below.grad_wrec) / (2 * h);
            const double xr = (above.grad_wx - below.grad_wx) / (2 * h);
            const double mean = (xx + rr) / 2, radius = std::hypot((xx - rr) / 2, xr);
            const double tolerance = 1e-7 * (1 + std::abs(mean) + radius);
            with_each(model, at, [&](const FieldArray<double>& values) {
                EXPECT_NEAR(values[Field::sharpness], mean + radius, tolerance);
                EXPECT_NEAR(values[Field::curvature_min], mean - radius, tolerance);
            });
        }
    }
}

TEST(Curvature, IsRoundedOnceInSinglePrecision) {
    const View view{{{-3, 3, 19}, {-3, 3, 17}}, curvature_fields, Method::automatic, {}, {}};
    for (Activation activation : every_cell) {
        const auto model = find_evaluator("cpu").load(random_model(4, 6, 8, activation));
        const auto f32 = surface_values<float>(*model, view);
        const auto f64 = surface_values<double>(*model, view);
        for (Field field : curvature_fields)
            for (std::size_t cell = 0; cell < view.grid.cells(); ++cell)
                EXPECT_EQ(f32[field][cell], static_cast<float>(f64[field][cell]))
                    << name_of(activation) << ' ' << name_of(field) << ' ' << cell;
    }
    EXPECT_EQ(usual_precision({Field::condition}), Precision::f64);
    EXPECT_EQ(usual_precision({Field::loss}), Precision::f32);
}

/// Long sequences: the eigenvalues leave double, their quotient does not.
TEST(Curvature, BeyondDoubleIsInfiniteButItsConditionIsNot) {
    for (Activation activation : {Activation::linear, Activation::relu}) {
        const Model model = random_model(9, 4, 700, activation, true);
        with_each(model, {1.5, 3}, [](const FieldArray<double>& values) {
            EXPECT_EQ(values[Field::sharpness], std::numeric_limits<double>::infinity());
            EXPECT_TRUE(std::isfinite(values[Field::condition]));
            EXPECT_GT(values[Field::condition], 1);
        });
    }
}

/// A dead relu and a saturated tanh are flat; nothing there is NaN.
TEST(Curvature, OfAFlatPlaceIsZeroAndItsConditionInfinite) {
    for (const auto& [activation, at] :
         {std::pair{Activation::relu, Weights{-1, 0.5}}, {Activation::tanh, Weights{900, 900}}}) {
        Model model = article_model();
        model.activation = activation;
        if (activation == Activation::tanh) model.sequences.inputs.assign(200, 1);
        with_each(model, at, [](const FieldArray<double>& values) {
            EXPECT_EQ(values[Field::sharpness], 0);
            EXPECT_EQ(values[Field::curvature_min], 0);
            EXPECT_EQ(values[Field::condition], std::numeric_limits<double>::infinity());
        });
    }
}

TEST(Curvature, ByRowsIsThatOfManySequencesToo) {
    const Model model = random_model(2, 500, 6, Activation::linear);  // compressed
    const View view{{{-2, 2, 9}, {-2, 2, 9}}, curvature_fields, Method::rows, {}, {}};
    View by_bptt = view;
    by_bptt.method = Method::bptt;
    const auto rows = surface_values<double>(find_evaluator("cpu"), model, view);
    const auto bptt = surface_values<double>(find_evaluator("cpu"), model, by_bptt);
    for (std::size_t cell = 0; cell < view.grid.cells(); ++cell)
        for (Field field : {Field::sharpness, Field::curvature_min})
            EXPECT_NEAR(rows[field][cell], bptt[field][cell], 1e-12 * rows[Field::sharpness][cell]);
}

}  // namespace
}  // namespace gradscape
