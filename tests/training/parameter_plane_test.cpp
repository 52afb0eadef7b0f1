// Maps over parameters of training: each cell has the bits of a run with its parameters alone.
// SPDX-License-Identifier: MIT
#include "gradscape/parameter_plane.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "gradscape/error.hpp"
#include "tests/random_model.hpp"
#include "tests/slowdown.hpp"
#include "tests/surface_values.hpp"

namespace gradscape {
namespace {

using ::testing::HasSubstr;

constexpr FieldSet ends{Field::train_loss, Field::train_steps, Field::train_wx, Field::train_wrec};

struct PlaneCase {
    Optimizer optimizer;
    const char *x, *y;
    Grid grid;
};

/// Each optimiser, with ends of ranges at which parameters do nothing.
const PlaneCase plane_cases[]{
    {Optimizer::gd, "log10-learning-rate", "clip-norm", {{-4, 0, 21}, {0, 2, 3}}},
    {Optimizer::momentum, "learning-rate", "momentum", {{0.001, 0.1, 19}, {0, 1, 4}}},
    {Optimizer::nesterov, "lr", "momentum", {{0.001, 0.1, 19}, {0.1, 0.99, 3}}},
    {Optimizer::rmsprop, "log10-lr", "rms-decay", {{-3, -1, 18}, {0, 0.99, 3}}},
    {Optimizer::rmsprop, "epsilon", "clip-norm", {{0, 0.1, 18}, {0, 0.5, 3}}},
    {Optimizer::adam, "beta1", "beta2", {{0, 0.9, 18}, {0, 0.999, 3}}},
    {Optimizer::adam, "log10-lr", "log10-epsilon", {{-3, 0, 18}, {-9, -1, 3}}},
    {Optimizer::rprop, "eta-plus", "eta-minus", {{1.1, 1.5, 18}, {0.1, 0.9, 3}}},
    {Optimizer::rprop_minus, "eta-plus", "log10-delta0", {{1.1, 1.5, 18}, {-4, -1, 3}}},
    {Optimizer::rprop_plus, "log10-delta-min", "delta-max", {{-9, -5, 18}, {0.1, 3, 3}}},
    {Optimizer::irprop_minus, "eta-plus", "eta-minus", {{1.1, 1.5, 18}, {0.1, 0.9, 3}}},
    {Optimizer::irprop_plus, "delta-max", "eta-minus", {{0.01, 1, 18}, {0.1, 0.9, 3}}}};

ParameterPlane plane_of(const PlaneCase& c) {
    return {parse_parameter_axis(c.x), parse_parameter_axis(c.y), {-1.5, 2}};
}

template <class Real>
void expect_single_runs(const PlaneCase& c, const LoadedModel& model, TrainingOptions training) {
    const ParameterPlane plane = plane_of(c);
    View view{c.grid, ends, Method::automatic, {}, training, plane};
    const auto map = surface_values<Real>(model, view);
    for (std::size_t cell = 0; cell < c.grid.cells(); ++cell) {
        TrainingOptions own = training;
        const Weights start = plane.set(
            {c.grid.wx.at(cell % c.grid.cols()), c.grid.wrec.at(cell / c.grid.cols())}, own);
        const View one{{{start.wx, start.wx, 1}, {start.wrec, start.wrec, 1}}, ends, {}, {}, own};
        const auto alone = surface_values<Real>(model, one);
        using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
        for (const Field field : ends)
            ASSERT_EQ(std::bit_cast<Bits>(map[field][cell]), std::bit_cast<Bits>(alone[field][0]))
                << name_of(c.optimizer) << ' ' << name_of(field) << ' ' << cell;
    }
}

TEST(ParameterPlane, EachCellIsTheRunWithItsParameters) {
    for (const Activation activation : {Activation::linear, Activation::tanh}) {
        const Model model = random_model(3, 6, 10, activation);
        for (const PlaneCase& c : plane_cases) {
            TrainingOptions training;
            training.optimizer = c.optimizer;
            training.iterations = test::slowdown > 1 ? 10 : 40;
            training.tolerance = 2;
            for (const char* evaluator : {"cpu", "reference"}) {
                SCOPED_TRACE(fmt::format("{} {} {}", evaluator, c.x, c.y));
                const auto loaded = find_evaluator(evaluator).load(model);
                expect_single_runs<double>(c, *loaded, training);
                expect_single_runs<float>(c, *loaded, training);
            }
        }
    }
}

TEST(ParameterPlane, EndsOfRunsAreThoseOfTheirPaths) {
    const auto model = find_evaluator("cpu").load(random_model(2, 5, 8, Activation::sigmoid));
    TrainingOptions training;
    training.iterations = 25;
    for (const Weights start : {Weights{0.5, -1}, Weights{-2, 1.5}}) {
        const Iterate last = model->path(start, training).iterates.back();
        const auto values = model->point(start, ends, training);
        EXPECT_EQ(values[Field::train_wx], last.wx);
        EXPECT_EQ(values[Field::train_wrec], last.wrec);
        EXPECT_EQ(values[Field::train_loss], last.loss);
    }
}

TEST(ParameterPlane, NamesItsAxes) {
    EXPECT_EQ(parse_parameter_axis("lr").name(), "learning-rate");
    EXPECT_EQ(parse_parameter_axis("log10-lr").name(), "log10-learning-rate");
    EXPECT_EQ(parse_parameter_axis("log10-lr").value(-2), 0.01);
    EXPECT_EQ(parse_parameter_axis("eta-plus").name(), "eta-plus");
    EXPECT_THROW(parse_parameter_axis("tolerance"), InputError);
}

void expect_wrong(const char* x, const char* y, const Grid& grid, Optimizer optimizer,
                  const char* complaint) {
    TrainingOptions training;
    training.optimizer = optimizer;
    try {
        check({parse_parameter_axis(x), parse_parameter_axis(y), {}}, grid, training);
        FAIL() << x << ' ' << y;
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr(complaint));
    }
}

TEST(ParameterPlane, RefusesWhatIsNoParameterOrOutOfRange) {
    const Grid unit{{0.1, 1, 4}, {0.1, 0.9, 4}};
    expect_wrong("momentum", "momentum", unit, Optimizer::momentum, "two different");
    expect_wrong("momentum", "lr", unit, Optimizer::gd, "has no effect on gd");
    expect_wrong("lr", "momentum", {{0, 1, 4}, {0, 1, 4}}, Optimizer::momentum, "= 0 is outside");
    expect_wrong("beta1", "beta2", {{0, 1, 4}, {0, 0.9, 4}}, Optimizer::adam, "beta1 = 1");
    expect_wrong("delta-min", "delta-max", {{1, 2, 4}, {1.5, 3, 4}}, Optimizer::rprop_plus,
                 "delta-min 2 is above delta-max 1.5");
    expect_wrong("lr", "momentum", {{1, 2, 4}, {0, 1, 4}}, Optimizer::nesterov, "nesterov");
}

TEST(ParameterPlane, IsNotAmongTheKernels) {
    const auto model = find_evaluator("emulated").load(random_model(1, 2, 3, Activation::tanh));
    const View view{{{1.1, 1.5, 3}, {0.1, 0.9, 3}}, ends, {}, Precision::f64, {},
                    plane_of(plane_cases[7])};
    EXPECT_THROW(model->values(view), InputError);
}

}  // namespace
}  // namespace gradscape
