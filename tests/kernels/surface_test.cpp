// The emulated kernels give the bits of the cpu evaluator: every field, cell, method, precision,
// sizes and lengths at the edges of blocks, tiles, chunks and words, in every order of threads.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <bit>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "gradscape/error.hpp"
#include "host/evaluate/prepared_data.hpp"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/article_model.hpp"
#include "tests/kernels/device_memory_limit.hpp"
#include "tests/kernels/execution_as.hpp"
#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape {
namespace {

using emulation::DeviceMemoryLimit;
using emulation::ExecutionAs;
using emulation::ThreadOrder;

template <class Real>
using BitsOf = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;

template <class Real>
void expect_same_bits(const SurfaceValues<Real>& a, const SurfaceValues<Real>& b,
                      const std::string& what) {
    for (Field field : all_fields) {
        ASSERT_EQ(a.fields[field].size(), b.fields[field].size());
        for (std::size_t i = 0; i < a.fields[field].size(); ++i)
            ASSERT_EQ(std::bit_cast<BitsOf<Real>>(a.fields[field][i]),
                      std::bit_cast<BitsOf<Real>>(b.fields[field][i]))
                << what << ", " << name_of(field) << " of cell " << i << ": " << a.fields[field][i]
                << " and " << b.fields[field][i];
    }
}

std::string describe(const Model& model, const View& view) {
    return std::string(name_of(model.activation)) + ' ' + std::string(name_of(view.method)) +
           " N " + std::to_string(model.sequences.count) + " T " +
           std::to_string(model.sequences.length) + ", " + std::to_string(view.grid.cols()) +
           " x " + std::to_string(view.grid.rows());
}

constexpr ThreadOrder orders[] = {ThreadOrder::forward, ThreadOrder::reverse,
                                  ThreadOrder::shuffled};

template <class Real>
void expect_cpu_bits_in(const Model& model, const View& view) {
    const auto cpu = surface_values<Real>(find_evaluator("cpu"), model, view);
    const std::size_t inputs = model.sequences.inputs.size();
    for (ThreadOrder order : orders) {
        const ExecutionAs how(order);
        const auto emulated = surface_values<Real>(find_evaluator("emulated"), model, view);
        expect_same_bits(cpu, emulated, describe(model, view));
        if (emulation::thread_sanitizer) return;  // which sees races in any order
        if (inputs * view.grid.cells() > 10000) return;
    }
}

void expect_cpu_bits(const Model& model, const View& view) {
    expect_cpu_bits_in<float>(model, view);
    expect_cpu_bits_in<double>(model, view);
}

constexpr Activation every_cell[] = {Activation::linear, Activation::tanh, Activation::relu,
                                     Activation::sigmoid};

View view_on(const Grid& grid, Method method = Method::bptt) {
    return {grid, plain_fields, method, Precision::f32, {}};
}

Grid grid_of(std::size_t cols, std::size_t rows) { return {{-1.3, 1.7, cols}, {-1.4, 1.2, rows}}; }

TEST(EmulatedSurface, HasTheBitsOfTheCpuForEveryShapeOfGridAndData) {
    const struct {
        std::size_t count, length, cols, rows;
    } shapes[] = {
        {1, 1, 67, 33},  {20, 1, 1, 257},  {20, 10, 67, 33}, {3, 7, 257, 1},  {20, 7, 1, 1},
        {65, 16, 11, 3}, {130, 5, 13, 2},  {2, 32, 9, 5},    {3, 33, 17, 4},  {20, 33, 3, 2},
        {1000, 8, 2, 1}, {1000, 10, 1, 1}, {2, 64, 5, 3},    {2, 65, 128, 1}, {1, 65, 7, 2},
        {1, 1000, 5, 2}, {20, 1000, 1, 1},
    };
    for (const auto& [count, length, cols, rows] : shapes)
        for (Activation activation : every_cell)
            for (const bool binary : {false, true})
                expect_cpu_bits(random_model(5, count, length, activation, binary),
                                view_on(grid_of(cols, rows)));
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuInTheRowForm) {
    const struct {
        std::size_t count, length, cols, rows;
    } shapes[] = {
        {1, 1, 1, 1},     {20, 10, 67, 33}, {20, 7, 1, 257},  {20, 10, 257, 1},
        {20, 10, 513, 3}, {1000, 10, 9, 5}, {20, 1000, 7, 3}, {1, 33, 1030, 2},
    };
    for (const auto& [count, length, cols, rows] : shapes)
        for (const bool binary : {false, true})
            expect_cpu_bits(random_model(6, count, length, Activation::linear, binary),
                            view_on(grid_of(cols, rows), Method::rows));
}

TEST(EmulatedSurface, HasTheCurvatureOfTheCpu) {
    const struct {
        std::size_t count, length, cols, rows;
        double far;
    } shapes[] = {
        {1, 1, 1, 1, 1},    {20, 10, 67, 33, 3}, {70, 5, 13, 2, 1},
        {3, 40, 129, 3, 2}, {2, 600, 5, 4, 3},
    };
    for (const auto& [count, length, cols, rows, far] : shapes)
        for (Activation activation : every_cell)
            for (Method method : {Method::bptt, Method::automatic})
                expect_cpu_bits(random_model(8, count, length, activation),
                                {{{-far, far, cols}, {-far, far, rows}},
                                 curvature_fields,
                                 method,
                                 Precision::f32,
                                 {}});
}

View training_on(const Grid& grid, const TrainingOptions& options) {
    return {
        grid, {Field::train_loss, Field::train_steps}, Method::automatic, Precision::f64, options};
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuForEveryOptimizer) {
    for (std::size_t o = 0; o < optimizer_names.size(); ++o)
        for (const bool binary : {false, true}) {
            TrainingOptions options;
            options.optimizer = static_cast<Optimizer>(o);
            options.iterations = 20;
            options.delta0 = 0.05;
            options.tolerance = 0.7;
            options.clip_norm = binary ? 0 : 0.8;
            expect_cpu_bits(random_model(2, 6, 5, every_cell[o % 4], binary),
                            training_on(grid_of(9, 4), options));
        }
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuForEveryShapeOfTraining) {
    TrainingOptions options;
    options.iterations = 30;
    const struct {
        std::size_t count, length, cols, rows;
    } shapes[] = {{20, 10, 19, 7}, {1, 1, 1, 1}, {70, 33, 3, 1}, {1200, 3, 2, 1}, {2, 100, 2, 2}};
    for (const auto& [count, length, cols, rows] : shapes)
        for (Activation activation : every_cell)
            for (const bool binary : {false, true})
                expect_cpu_bits(random_model(3, count, length, activation, binary),
                                training_on({{-3, 3, cols}, {-3, 3, rows}}, options));
}

/// Gradients that overflow in the zeros before a sequence, and weights beyond the type.
TEST(EmulatedSurface, HasTheBitsOfTheCpuWhereTrainingLeavesItsType) {
    TrainingOptions options;
    options.iterations = 20;
    for (Activation activation : every_cell)
        for (const Grid& grid :
             {Grid{{-9, 9, 7}, {-900, 900, 9}}, Grid{{1e38, 1e39, 3}, {-2, 2, 3}},
              Grid{{-2, 2, 3}, {1e36, 1e39, 3}}})
            expect_cpu_bits(random_model(5, 6, 10, activation, true), training_on(grid, options));
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuForAllFieldsAtOnce) {
    View view = view_on(grid_of(31, 3), Method::automatic);
    view.fields.add(Field::train_loss);
    view.fields.add(Field::train_steps);
    view.training.iterations = 10;
    expect_cpu_bits(random_model(4, 5, 6, Activation::linear, true), view);
    expect_cpu_bits(random_model(4, 5, 6, Activation::tanh), view);
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuWhereCellsOverflow) {
    const Grid grid{{-3, 3, 9}, {-1.5, 1.5, 9}};  // with w_x = 0 and w_rec = 0
    for (const std::size_t length : {200u, 3000u}) {
        const Sequences sequences = make_counting_data(1, 2, length, 0).train;
        expect_cpu_bits({sequences, Activation::linear}, view_on(grid, Method::rows));
        for (Activation activation : every_cell)
            expect_cpu_bits({sequences, activation}, view_on(grid));
    }
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuForEachFieldAlone) {
    for (Field field : plain_fields)
        for (Method method : {Method::bptt, Method::rows}) {
            View view = view_on({{-30, 30, 37}, {-30, 30, 5}}, method);
            view.fields = {field};
            expect_cpu_bits(random_model(7, 4, 28, Activation::linear), view);
        }
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuOnAWholePicture) {
    const Model article = article_model();
    for (Method method : {Method::bptt, Method::rows}) {
        const View view{{{-3, 3, 512}, {-3, 3, 512}}, {Field::loss}, method, Precision::f32, {}};
        expect_same_bits(surface_values<float>(find_evaluator("cpu"), article, view),
                         surface_values<float>(find_evaluator("emulated"), article, view),
                         "whole picture");
    }
}

TEST(EmulatedSurface, FitsTheDevicesMemoryBySmallerPieces) {
    // Rows that are cut in columns, and strips that are cut in rows.
    for (const auto& [cols, rows] : {std::pair<std::size_t, std::size_t>{5000, 3}, {50, 200}})
        for (Method method : {Method::bptt, Method::rows}) {
            const Model model = random_model(8, 3, 40, Activation::linear);
            const View view = view_on(grid_of(cols, rows), method);
            const auto cpu = surface_values<float>(find_evaluator("cpu"), model, view);
            const DeviceMemoryLimit limit(200000);
            expect_same_bits(cpu, surface_values<float>(find_evaluator("emulated"), model, view),
                             "small device");
        }
}

/// The first half of the columns, or of the rows, is what plain arithmetic may be trusted with; the
/// pieces behind the first have other halves than it. Two steps: with more, plain arithmetic's
/// values overflow there, and are found again whatever the flags say.
TEST(EmulatedSurface, LaterPiecesKnowTheirOwnPlainColumnsAndRows) {
    const Model model = random_model(4, 2, 2, Activation::linear);
    const evaluate::PlainRange plain(evaluate::DataRange(model.sequences), Precision::f32);
    double wx = 1, wrec = 1;
    while (plain.has_wx(2 * wx)) wx *= 2;
    while (plain.has_wrec(2 * wrec)) wrec *= 2;
    for (const Grid& grid : {Grid{{wx / 2, 3 * wx, 4000}, {0.3, 0.7, 2}},
                             Grid{{0.3, 0.7, 2}, {wrec / 2, 3 * wrec, 4000}}}) {
        const View view = view_on(grid);
        const auto cpu = surface_values<float>(find_evaluator("cpu"), model, view);
        const DeviceMemoryLimit limit(200000);
        expect_same_bits(cpu, surface_values<float>(find_evaluator("emulated"), model, view),
                         "plain by pieces");
    }
}

/// In float these weights are 1, where the loss is exactly 0; that of the exact weights is not low.
TEST(EmulatedSurface, KeepsALossOfZeroThatIsNoUnderflow) {
    const View view = view_on({{1, 1 + 1e-9, 37}, {1, 1, 2}});
    const auto cpu = surface_values<float>(find_evaluator("cpu"), article_model(), view);
    expect_same_bits(cpu, surface_values<float>(find_evaluator("emulated"), article_model(), view),
                     "low losses");
    for (const float loss : cpu[Field::loss]) EXPECT_EQ(loss, 0);
}

/// Rows in wide arithmetic find w_x by themselves, also those of later columns.
TEST(EmulatedSurface, CutsRowsBeyondEveryTypeInColumns) {
    const Model model = random_model(8, 1, 3000, Activation::linear);
    const View view = view_on({{-1.3, 1.7, 4000}, {1.5, 2, 2}}, Method::rows);
    const auto cpu = surface_values<float>(find_evaluator("cpu"), model, view);
    const DeviceMemoryLimit limit(300000);
    const auto emulated = surface_values<float>(find_evaluator("emulated"), model, view);
    expect_same_bits(cpu, emulated, "wide rows in pieces");
    EXPECT_NE(cpu[Field::log10_loss].front(), cpu[Field::log10_loss][3000]);
}

TEST(EmulatedSurface, SaysWhenTheDevicesMemoryDoesNotSuffice) {
    const DeviceMemoryLimit limit(60000);
    const Model model = random_model(8, 3, 400, Activation::tanh);
    const auto fill = [&] {
        surface_values<float>(find_evaluator("emulated"), model, view_on(grid_of(99, 99)));
    };
    try {
        fill();
        FAIL() << "60000 bytes were enough";
    } catch (const RunError& error) {
        EXPECT_NE(std::string(error.what()).find("free some of the device's memory"),
                  std::string::npos)
            << error.what();
    }
    const DeviceMemoryLimit none(1000);  // not even the data
    EXPECT_THROW(fill(), RunError);
}

TEST(EmulatedSurface, FillsStripsForManyThreadsAtOnce) {
    const Model model = random_model(9, 3, 12, Activation::sigmoid);
    const View view = view_on(grid_of(40, 64));
    const auto cpu = surface_values<float>(find_evaluator("cpu"), model, view);
    SurfaceValues<float> emulated;
    for (Field field : plain_fields) emulated.fields[field].resize(view.grid.cells());
    const StripFiller fill = find_evaluator("emulated").load(model)->values(view);
    {
        std::vector<std::jthread> threads;
        for (std::size_t first = 0; first < 4; ++first)
            threads.emplace_back([&, first] {
                for (std::size_t row = first * 2; row < 64; row += 8) {
                    Strip strip{row, 2, {}};
                    for (Field field : plain_fields)
                        strip.data[field] = emulated.fields[field].data() + row * view.grid.cols();
                    fill(strip);
                }
            });
    }
    expect_same_bits(cpu, emulated, "four threads");
}

}  // namespace
}  // namespace gradscape
