// The cpu evaluator against numpy's golden values, the independent reference, and itself: strips,
// instruction sets and methods.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/reference.hpp"
#include "tests/article_model.hpp"
#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::evaluate {
namespace {

/// The values of a `.npy` written by numpy.save: float64, C order.
std::vector<double> golden_grid(const std::string& name) {
    std::ifstream file(std::string(GRADSCAPE_GOLDEN_DIR) + "/article_loss_" + name + ".npy",
                       std::ios::binary);
    std::vector<double> values(100 * 100);
    file.seekg(128);
    file.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(double)));
    EXPECT_TRUE(file.good()) << name;
    return values;
}

template <class Real>
void expect_golden(const std::string& name, double lo, double hi, Method method, double tolerance,
                   double floor) {
    const View view{{{lo, hi, 100}, {lo, hi, 100}}, {Field::loss}, method, Precision::f32, {}};
    const auto values = surface_values<Real>(find_evaluator("cpu"), article_model(), view);
    const auto golden = golden_grid(name);
    for (std::size_t i = 0; i < golden.size(); ++i)
        ASSERT_NEAR(values[Field::loss][i], golden[i], tolerance * golden[i] + floor)
            << name << " cell " << i;
}

TEST(CpuEvaluator, AgreesWithNumpyOnTheArticlesGrids) {
    const struct {
        const char* name;
        double lo, hi;
    } grids[] = {{"overview", -3, 3}, {"zoom", -0.1, 2.1}, {"trajectory", 0, 2}};
    for (const auto& [name, lo, hi] : grids) {
        // The largest term of a loss is a squared output or target: 36 or more.
        expect_golden<double>(name, lo, hi, Method::rows, 1e-12, 1e-12 * 36);
        expect_golden<double>(name, lo, hi, Method::bptt, 1e-12, 1e-12 * 36);
        expect_golden<float>(name, lo, hi, Method::rows, 1e-6, 1e-24);
    }
}

/// Packs reach beyond the last column; what is evaluated there again is written nowhere.
TEST(CpuEvaluator, CellsBeyondTheRowAreWrittenNowhere) {
    for (std::size_t cols : {1u, 3u, 17u}) {
        const View view{
            {{1e25, 2e25, cols}, {1, 1, 1}}, {Field::loss}, Method::bptt, Precision::f32, {}};
        std::vector<float> values(cols + 64, 7);
        Strip strip{0, 1, {}};
        strip.data[Field::loss] = values.data();
        find_evaluator("cpu").load(article_model())->values(view)(strip);
        for (std::size_t j = 0; j < values.size(); ++j)
            EXPECT_EQ(values[j], j < cols ? INFINITY : 7) << j << " of " << cols;
    }
}

TEST(CpuEvaluator, RowFormInFloatStaysRelativelyAccurateAtTheMinimum) {
    const Model model = article_model();
    const Grid grid{{1 - 1e-4, 1 + 1e-4, 101}, {1 - 1e-4, 1 + 1e-4, 100}};
    const auto values = surface_values<float>(
        find_evaluator("cpu"), model, {grid, {Field::loss}, Method::rows, Precision::f32, {}});
    for (std::size_t i = 0; i < grid.rows(); ++i)
        for (std::size_t j = 0; j < grid.cols(); ++j) {
            const double loss = reference_gradient(model, grid.wx.at(j), grid.wrec.at(i)).loss;
            ASSERT_NEAR(values[Field::loss][i * grid.cols() + j], loss,
                        loss > 1e-24 ? 1e-6 * loss : 1e-24)
                << i << ' ' << j;
        }
}

/// Compares all five fields of a small grid with the reference, within `units` of the bound on what
/// rounding can do to backpropagation through time.
template <class Real>
void expect_reference(const Model& model, Method method, const Grid& grid) {
    const double u = sizeof(Real) == 4 ? 0x1p-24 : 0x1p-53;
    const auto values = surface_values<Real>(find_evaluator("cpu"), model,
                                             {grid, plain_fields, method, Precision::f32, {}});
    for (std::size_t i = 0; i < grid.rows(); ++i)
        for (std::size_t j = 0; j < grid.cols(); ++j) {
            const double wx = grid.wx.at(j), wrec = grid.wrec.at(i);
            const std::size_t cell = i * grid.cols() + j;
            // float evaluates at the float nearest to a grid point: its distance is an error too
            const Real wx_used = static_cast<Real>(wx), wrec_used = static_cast<Real>(wrec);
            const PointGradient point = method == Method::rows
                                            ? reference_gradient(model, wx, wrec)
                                            : reference_gradient(model, wx_used, wrec_used);
            const PointGradient bound = reference_error_bound(model, wx, wrec, u);
            const auto where = [&] {
                return std::string(name_of(model.activation)) + " at " + std::to_string(wx) + ", " +
                       std::to_string(wrec);
            };
            ASSERT_NEAR(values[Field::loss][cell], point.loss, 4 * bound.loss) << where();
            ASSERT_NEAR(values[Field::grad_wx][cell], point.grad_wx, 4 * bound.grad_wx) << where();
            ASSERT_NEAR(values[Field::grad_wrec][cell], point.grad_wrec, 4 * bound.grad_wrec)
                << where();
            ASSERT_NEAR(values[Field::grad_norm][cell],
                        std::hypot(values[Field::grad_wx][cell], values[Field::grad_wrec][cell]),
                        4 * u * std::abs(values[Field::grad_norm][cell]))
                << where();
            const double loss = values[Field::loss][cell], log10_loss = std::log10(loss);
            if (loss == 0) {
                ASSERT_EQ(values[Field::log10_loss][cell], log10_loss) << where();
            } else {
                ASSERT_NEAR(values[Field::log10_loss][cell], log10_loss,
                            4 * u * std::max(1.0, std::abs(log10_loss)))
                    << where();
            }
        }
}

TEST(CpuEvaluator, AgreesWithTheReferenceForEveryCellMethodAndPrecision) {
    // 37 columns: full packs and a tail; T = 300 needs checkpoints.
    const Grid wide{{-1.5, 2, 37}, {-1.2, 1.1, 5}}, small{{-1, 1, 5}, {-1, 1, 3}};
    for (const std::size_t length : {1u, 2u, 10u, 300u})
        for (const bool binary : {false, true})
            for (Activation activation :
                 {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
                const Model model =
                    random_model(7, length > 100 ? 3 : 70, length, activation, binary);
                const Grid& grid = length > 100 ? small : wide;
                expect_reference<double>(model, Method::bptt, grid);
                expect_reference<float>(model, Method::bptt, grid);
                if (activation != Activation::linear) continue;
                expect_reference<double>(model, Method::rows, grid);
            }
}

TEST(CpuEvaluator, RowsAgreeWithBpttOverRandomDataSets) {
    std::mt19937 random(3);
    for (int trial = 0; trial < 60; ++trial) {
        const std::size_t length = 1 + random() % 60, count = 1 + random() % 300;
        const Model model = random_model(static_cast<unsigned>(random()), count, length,
                                         Activation::linear, trial % 2 == 0);
        const Grid grid{{-1.3, 1.7, 9}, {-1.4, 1.4, 7}};
        const View view{grid, plain_fields, Method::rows, Precision::f64, {}};
        View with_bptt = view;
        with_bptt.method = Method::bptt;
        const auto rows = surface_values<double>(find_evaluator("cpu"), model, view);
        const auto bptt = surface_values<double>(find_evaluator("cpu"), model, with_bptt);
        for (std::size_t i = 0; i < grid.cells(); ++i) {
            const double wx = grid.wx.at(i % grid.cols()), wrec = grid.wrec.at(i / grid.cols());
            const PointGradient unit = reference_error_bound(model, wx, wrec, 1e-16);
            const auto near = [&](Field f, double bound) {
                ASSERT_NEAR(rows[f][i], bptt[f][i], 1e-11 * std::abs(bptt[f][i]) + bound)
                    << name_of(f) << " T " << length << " N " << count << " at " << wx << ", "
                    << wrec;
            };
            near(Field::loss, unit.loss);
            near(Field::grad_wx, unit.grad_wx);
            near(Field::grad_wrec, unit.grad_wrec);
        }
    }
}

template <class Real>
void expect_same_bits(const SurfaceValues<Real>& a, const SurfaceValues<Real>& b,
                      const std::string& what) {
    using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
    for (Field field : plain_fields)
        for (std::size_t i = 0; i < a[field].size(); ++i)
            ASSERT_EQ(std::bit_cast<Bits>(a[field][i]), std::bit_cast<Bits>(b[field][i]))
                << what << ' ' << name_of(field) << " cell " << i << ": " << a[field][i] << " and "
                << b[field][i];
}

template <class Real>
void expect_same_bits_everywhere(const Model& model, Method method, const Grid& grid) {
    const View view{grid, plain_fields, method, Precision::f32, {}};
    const Evaluator& cpu = find_evaluator("cpu");
    const auto whole = surface_values<Real>(cpu, model, view);
    for (const std::size_t height : {1u, 3u, 8u})
        expect_same_bits(whole, surface_values<Real>(cpu, model, view, height),
                         "strips of " + std::to_string(height));
    for (const char* set : {"baseline", "avx2"}) {
        setenv("GRADSCAPE_SIMD", set, 1);
        const auto narrow = surface_values<Real>(cpu, model, view);
        unsetenv("GRADSCAPE_SIMD");
        expect_same_bits(whole, narrow, set);
    }
}

TEST(CpuEvaluator, BitsDependNeitherOnStripsNorOnTheInstructionSet) {
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
        const Model model = random_model(11, 5, 7, activation);
        const Grid grid{{-3, 3, 71}, {-3, 3, 11}};
        expect_same_bits_everywhere<float>(model, Method::bptt, grid);
        expect_same_bits_everywhere<double>(model, Method::bptt, grid);
        if (activation != Activation::linear) continue;
        expect_same_bits_everywhere<float>(model, Method::rows, grid);
        expect_same_bits_everywhere<double>(model, Method::rows, grid);
    }
}

TEST(CpuEvaluator, StripsBeyondTheCacheHaveTheSameBits) {
    // Such rows are stored past the cache; 1037 columns leave no two of them aligned alike.
    const Model model = random_model(13, 5, 7, Activation::linear);
    const View view{{{-3, 3, 1037}, {-3, 3, 700}}, plain_fields, Method::rows, Precision::f32, {}};
    const Evaluator& cpu = find_evaluator("cpu");
    expect_same_bits(surface_values<float>(cpu, model, view),
                     surface_values<float>(cpu, model, view, 16), "f32");
    expect_same_bits(surface_values<double>(cpu, model, view),
                     surface_values<double>(cpu, model, view, 16), "f64");
}

/// Overflowing cells: infinite where the reference is beyond the type, never NaN, and the logarithm
/// stays finite and right.
template <class Real>
void expect_right_overflow(const Model& model, Method method, const Grid& grid) {
    const double largest = sizeof(Real) == 4 ? 3.4e38 : 1.79e308;
    const auto values = surface_values<Real>(find_evaluator("cpu"), model,
                                             {grid, plain_fields, method, Precision::f32, {}});
    for (std::size_t i = 0; i < grid.cells(); ++i) {
        const double wx = grid.wx.at(i % grid.cols()), wrec = grid.wrec.at(i / grid.cols());
        const PointGradient point =
            reference_gradient(model, static_cast<Real>(wx), static_cast<Real>(wrec));
        const auto where = [&] {
            return std::string(name_of(model.activation)) + " " + std::string(name_of(method)) +
                   " at " + std::to_string(wx) + ", " + std::to_string(wrec);
        };
        const auto check = [&](Field field, double truth) {
            const Real value = values[field][i];
            ASSERT_FALSE(std::isnan(value)) << name_of(field) << ' ' << where();
            if (std::abs(truth) > 1.01 * largest) {
                ASSERT_EQ(value,
                          std::copysign(static_cast<Real>(INFINITY), static_cast<Real>(truth)))
                    << name_of(field) << ' ' << where();
            } else if (std::abs(truth) < 0.99 * largest) {
                ASSERT_TRUE(std::isfinite(value))
                    << name_of(field) << ' ' << where() << ' ' << truth;
            }
        };
        check(Field::loss, point.loss);
        check(Field::grad_wx, point.grad_wx);
        check(Field::grad_wrec, point.grad_wrec);
        const double log10_loss =
            reference_log10_loss(model, static_cast<Real>(wx), static_cast<Real>(wrec));
        ASSERT_NEAR(values[Field::log10_loss][i], log10_loss,
                    1e-3 * std::max(1.0, std::abs(log10_loss)))
            << where();
    }
}

TEST(CpuEvaluator, OverflowIsInfiniteNeverNaN) {
    const Grid grid{{-3, 3, 9}, {-1.5, 1.5, 9}};  // with w_x = 0 and w_rec = 0
    for (const std::size_t length : {200u, 3000u}) {
        const Model linear{make_counting_data(1, 4, length, 0).train, Activation::linear};
        expect_right_overflow<float>(linear, Method::rows, grid);
        expect_right_overflow<double>(linear, Method::rows, grid);
        for (Activation activation :
             {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
            const Model model{linear.sequences, activation};
            expect_right_overflow<double>(model, Method::bptt, grid);
            expect_right_overflow<float>(model, Method::bptt, grid);
        }
    }
}

TEST(CpuEvaluator, TrainsFromEveryCellAsTheReferenceDoes) {
    const Grid grid{{-1, 1.5, 19}, {-1.5, 1.25, 4}};
    for (std::size_t o = 0; o < optimizer_names.size(); ++o)
        for (Activation activation :
             {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
            // Few iterations: later a rounding error can turn the sign that decides Rprop's path.
            TrainingOptions options;
            options.optimizer = static_cast<Optimizer>(o);
            options.iterations = 25;
            options.delta0 = 0.05;
            options.tolerance = 0.7;
            const Model model = random_model(2, 6, 5, activation);
            const View view{grid,
                            {Field::train_loss, Field::train_steps},
                            Method::automatic,
                            Precision::f64,
                            options};
            const auto cpu = surface_values<double>(find_evaluator("cpu"), model, view);
            const auto truth = surface_values<double>(find_evaluator("reference"), model, view);
            std::size_t different_steps = 0;
            for (std::size_t i = 0; i < grid.cells(); ++i) {
                const double loss = truth[Field::train_loss][i];
                if (std::isinf(loss)) {
                    EXPECT_EQ(cpu[Field::train_loss][i], loss);
                } else {
                    EXPECT_NEAR(cpu[Field::train_loss][i], loss, 1e-7 * (1 + loss))
                        << optimizer_names[o] << ' ' << name_of(activation) << " cell " << i;
                }
                different_steps += cpu[Field::train_steps][i] != truth[Field::train_steps][i];
            }
            EXPECT_EQ(different_steps, 0u) << optimizer_names[o] << ' ' << name_of(activation);
        }
}

TEST(CpuEvaluator, TrainingBitsDependNeitherOnStripsNorOnTheInstructionSet) {
    const View view{{{-3, 3, 37}, {-3, 3, 9}},
                    {Field::train_loss, Field::train_steps},
                    Method::automatic,
                    Precision::f64,
                    {}};
    const auto whole = surface_values<double>(find_evaluator("cpu"), article_model(), view);
    const auto strips = surface_values<double>(find_evaluator("cpu"), article_model(), view, 2);
    setenv("GRADSCAPE_SIMD", "avx2", 1);
    const auto narrow = surface_values<double>(find_evaluator("cpu"), article_model(), view);
    unsetenv("GRADSCAPE_SIMD");
    for (Field field : {Field::train_loss, Field::train_steps}) {
        EXPECT_EQ(whole[field], strips[field]);
        EXPECT_EQ(whole[field], narrow[field]);
    }
}

TEST(CpuEvaluator, TrainStepsSayWhatHappened) {
    TrainingOptions options;
    options.optimizer = Optimizer::gd;
    options.learning_rate = 0.001;
    const View view{{{1, 3, 2}, {1, 3, 2}},
                    {Field::train_loss, Field::train_steps},
                    Method::automatic,
                    Precision::f64,
                    options};
    const auto trained = surface_values<double>(find_evaluator("cpu"), article_model(), view);
    EXPECT_EQ(trained[Field::train_steps][0], 0);   // (1, 1) is the minimum
    EXPECT_EQ(trained[Field::train_steps][3], -2);  // (3, 3) explodes
    EXPECT_EQ(trained[Field::train_loss][3], std::numeric_limits<double>::infinity());
}

TEST(CpuEvaluator, CompressionKeepsTheSurface) {
    // 2000 distinct sequences become T + 1 rows; bptt sees them all.
    const Model model = random_model(5, 2000, 6, Activation::linear);
    const Grid grid{{-2, 2, 17}, {-2, 2, 9}};
    expect_reference<double>(model, Method::rows, grid);
}

TEST(CpuEvaluator, RefusesTheRowFormOfANonlinearCell) {
    EXPECT_THROW(
        find_evaluator("cpu")
            .load(random_model(1, 2, 3, Activation::tanh))
            ->values({{{-1, 1, 2}, {-1, 1, 2}}, {Field::loss}, Method::rows, Precision::f32, {}}),
        InputError);
}

}  // namespace
}  // namespace gradscape::evaluate
