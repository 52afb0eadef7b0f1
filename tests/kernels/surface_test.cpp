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
#include "kernels/emulation/guarded_memory.hpp"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/article_problem.hpp"
#include "tests/kernels/device_memory_limit.hpp"
#include "tests/kernels/execution_as.hpp"
#include "tests/random_problem.hpp"
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
    for (std::size_t f = 0; f < field_count; ++f) {
        ASSERT_EQ(a.fields[f].size(), b.fields[f].size());
        for (std::size_t i = 0; i < a.fields[f].size(); ++i)
            ASSERT_EQ(std::bit_cast<BitsOf<Real>>(a.fields[f][i]),
                      std::bit_cast<BitsOf<Real>>(b.fields[f][i]))
                << what << ", " << field_names[f] << " of cell " << i << ": " << a.fields[f][i]
                << " and " << b.fields[f][i];
    }
}

std::string describe(const Problem& problem, const SurfaceRequest& request) {
    return std::string(name_of(problem.cell)) + ' ' + std::string(name_of(request.method)) + " N " +
           std::to_string(problem.sequences.count) + " T " +
           std::to_string(problem.sequences.length) + ", " + std::to_string(request.grid.cols()) +
           " x " + std::to_string(request.grid.rows());
}

constexpr ThreadOrder orders[] = {ThreadOrder::forward, ThreadOrder::reverse,
                                  ThreadOrder::shuffled};

template <class Real>
void expect_cpu_bits_in(const Problem& problem, const SurfaceRequest& request) {
    const auto cpu = surface_values<Real>(find_evaluator("cpu"), problem, request);
    const std::size_t inputs = problem.sequences.inputs.size();
    for (ThreadOrder order : orders) {
        const ExecutionAs how(order);
        const auto emulated = surface_values<Real>(find_evaluator("emulated"), problem, request);
        expect_same_bits(cpu, emulated, describe(problem, request));
        if (emulation::thread_sanitizer) return;  // which sees races in any order
        if (inputs * request.grid.cells() > 10000) return;
    }
}

void expect_cpu_bits(const Problem& problem, const SurfaceRequest& request) {
    expect_cpu_bits_in<float>(problem, request);
    expect_cpu_bits_in<double>(problem, request);
}

constexpr Cell every_cell[] = {Cell::linear, Cell::tanh, Cell::relu, Cell::sigmoid};

SurfaceRequest request_on(const Grid& grid, Method method = Method::bptt) {
    return {grid, all_plain_fields(), method, Precision::f32, {}};
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
        for (Cell cell : every_cell)
            for (const bool binary : {false, true})
                expect_cpu_bits(random_problem(5, count, length, cell, binary),
                                request_on(grid_of(cols, rows)));
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
            expect_cpu_bits(random_problem(6, count, length, Cell::linear, binary),
                            request_on(grid_of(cols, rows), Method::rows));
}

SurfaceRequest training_on(const Grid& grid, const TrainingOptions& options) {
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
            expect_cpu_bits(random_problem(2, 6, 5, every_cell[o % 4], binary),
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
        for (Cell cell : every_cell)
            for (const bool binary : {false, true})
                expect_cpu_bits(random_problem(3, count, length, cell, binary),
                                training_on({{-3, 3, cols}, {-3, 3, rows}}, options));
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuForAllFieldsAtOnce) {
    SurfaceRequest request = request_on(grid_of(31, 3), Method::automatic);
    request.fields.add(Field::train_loss);
    request.fields.add(Field::train_steps);
    request.training.iterations = 10;
    expect_cpu_bits(random_problem(4, 5, 6, Cell::linear, true), request);
    expect_cpu_bits(random_problem(4, 5, 6, Cell::tanh), request);
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuWhereCellsOverflow) {
    const Grid grid{{-3, 3, 9}, {-1.5, 1.5, 9}};  // with w_x = 0 and w_rec = 0
    for (const std::size_t length : {200u, 3000u}) {
        const Sequences sequences = make_counting_data(1, 2, length, 0).train;
        expect_cpu_bits({sequences, Cell::linear}, request_on(grid, Method::rows));
        for (Cell cell : every_cell) expect_cpu_bits({sequences, cell}, request_on(grid));
    }
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuForEachFieldAlone) {
    for (Field field : plain_fields)
        for (Method method : {Method::bptt, Method::rows}) {
            SurfaceRequest request = request_on({{-30, 30, 37}, {-30, 30, 5}}, method);
            request.fields = {field};
            expect_cpu_bits(random_problem(7, 4, 28, Cell::linear), request);
        }
}

TEST(EmulatedSurface, HasTheBitsOfTheCpuOnAWholePicture) {
    const Problem article = article_problem();
    for (Method method : {Method::bptt, Method::rows}) {
        const SurfaceRequest request{
            {{-3, 3, 512}, {-3, 3, 512}}, {Field::loss}, method, Precision::f32, {}};
        expect_same_bits(surface_values<float>(find_evaluator("cpu"), article, request),
                         surface_values<float>(find_evaluator("emulated"), article, request),
                         "whole picture");
    }
}

TEST(EmulatedSurface, FitsTheDevicesMemoryBySmallerPieces) {
    // Rows that are cut in columns, and strips that are cut in rows.
    for (const auto& [cols, rows] : {std::pair<std::size_t, std::size_t>{5000, 3}, {50, 200}})
        for (Method method : {Method::bptt, Method::rows}) {
            const Problem problem = random_problem(8, 3, 40, Cell::linear);
            const SurfaceRequest request = request_on(grid_of(cols, rows), method);
            const auto cpu = surface_values<float>(find_evaluator("cpu"), problem, request);
            const DeviceMemoryLimit limit(200000);
            expect_same_bits(cpu,
                             surface_values<float>(find_evaluator("emulated"), problem, request),
                             "small device");
        }
}

/// Rows in wide arithmetic find w_x by themselves, also those of later columns.
TEST(EmulatedSurface, CutsRowsBeyondEveryTypeInColumns) {
    const Problem problem = random_problem(8, 1, 3000, Cell::linear);
    const SurfaceRequest request = request_on({{-1.3, 1.7, 4000}, {1.5, 2, 2}}, Method::rows);
    const auto cpu = surface_values<float>(find_evaluator("cpu"), problem, request);
    const DeviceMemoryLimit limit(300000);
    const auto emulated = surface_values<float>(find_evaluator("emulated"), problem, request);
    expect_same_bits(cpu, emulated, "wide rows in pieces");
    EXPECT_NE(cpu[Field::log10_loss].front(), cpu[Field::log10_loss][3000]);
}

TEST(EmulatedSurface, SaysWhenTheDevicesMemoryDoesNotSuffice) {
    const DeviceMemoryLimit limit(60000);
    const Problem problem = random_problem(8, 3, 400, Cell::tanh);
    const auto fill = [&] {
        surface_values<float>(find_evaluator("emulated"), problem, request_on(grid_of(99, 99)));
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
    const Problem problem = random_problem(9, 3, 12, Cell::sigmoid);
    const SurfaceRequest request = request_on(grid_of(40, 64));
    const auto cpu = surface_values<float>(find_evaluator("cpu"), problem, request);
    SurfaceValues<float> emulated;
    for (Field field : plain_fields)
        emulated.fields[static_cast<std::size_t>(field)].resize(request.grid.cells());
    const StripFiller fill = find_evaluator("emulated").load(problem)->values(request);
    {
        std::vector<std::jthread> threads;
        for (std::size_t first = 0; first < 4; ++first)
            threads.emplace_back([&, first] {
                for (std::size_t row = first * 2; row < 64; row += 8) {
                    Strip strip{row, 2, {}};
                    for (Field field : plain_fields) {
                        const auto f = static_cast<std::size_t>(field);
                        strip.data[f] = emulated.fields[f].data() + row * request.grid.cols();
                    }
                    fill(strip);
                }
            });
    }
    expect_same_bits(cpu, emulated, "four threads");
}

}  // namespace
}  // namespace gradscape
