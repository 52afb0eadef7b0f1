// Statistics found where the fields lie: the kernels' side of Strip::statistics.
// SPDX-License-Identifier: MIT
#include "gradscape/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/core/cell_statistics.hpp"
#include "gradscape/loaded_model.hpp"
#include "kernels/statistics.cuh"
#include "tests/random_model.hpp"
#include "tests/same_statistics.hpp"

namespace gradscape {
namespace {

using kernels::emulated_backend::field_statistics;
using kernels::emulated_backend::Stream;

void expect_all_the_same(const FieldStatistics& a, const FieldStatistics& b) {
    test::expect_same(a, b);
    EXPECT_EQ(a.histogram.counts, b.histogram.counts);
}

TEST(FieldStatistics, LeaveOutWhatLiesBetweenTheRowsOfABlock) {
    std::mt19937 random(9);
    for (const std::size_t cols : {1u, 3u, 64u, 67u}) {
        const std::size_t rows = 5, pitch = (cols + 3) / 4 * 4 + 4;
        std::vector<float> padded(rows * pitch, -1e30f), plain;
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t col = 0; col < cols; ++col) {
                float value = static_cast<float>(random() % 7) - 3;
                if (random() % 11 == 0) value = INFINITY;
                if (random() % 13 == 0) value = NAN;
                padded[row * pitch + col] = value;
                plain.push_back(value);
            }
        Stream stream;
        expect_all_the_same(
            field_statistics<float>({padded.data(), rows, cols, pitch}, true, stream),
            statistics_of(std::span<const float>(plain), true));
    }
}

TEST(FieldStatistics, TakeBothZerosAsEqual) {
    for (const auto& values : {std::vector<double>{1, 0.0, -0.0}, {1, -0.0, 0.0}}) {
        const auto found = statistics_of(std::span<const double>(values));
        EXPECT_EQ(found.min_cell, 1u);
        EXPECT_FALSE(std::signbit(found.min));
    }
    const double negative[] = {-1, -0.0, 0.0};
    EXPECT_EQ(statistics_of(std::span<const double>(negative)).max_cell, 1u);
}

/// The second of the parts that they are gathered in has the extremes, one of them twice.
TEST(FieldStatistics, OfManyValuesKnowTheirCells) {
    std::vector<double> values(150000, 1.5);
    values[70000] = values[140000] = -3;
    values[90001] = 8;
    values[66000] = -INFINITY;
    const auto found = statistics_of(std::span<const double>(values));
    EXPECT_EQ(found.min_cell, 70000u);
    EXPECT_EQ(found.max_cell, 90001u);
    EXPECT_EQ(found.negative_infinite_cell, 66000u);
    EXPECT_EQ(found.negative_infinite, 1u);
    EXPECT_EQ(found.min, -3);
}

TEST(FieldStatistics, OfNothing) {
    const auto none = statistics_of(std::span<const double>(), true);
    EXPECT_TRUE(std::isnan(none.min) && std::isnan(none.max));
    EXPECT_EQ(none.non_finite(), 0u);
}

/// A device's statistics and the host's are the same, for all fields at once.
TEST(FieldStatistics, AreTheSameOnAllEvaluators) {
    const Model model = random_model(5, 4, 60, Activation::linear);
    for (Precision precision : {Precision::f32, Precision::f64}) {
        View view{{{-9, 9, 67}, {-9, 9, 11}}, all_fields, Method::bptt, precision, {}};
        view.training.iterations = 3;
        StatisticsSink of_cpu(view, true), of_emulated(view, true);
        Sink *cpu[] = {&of_cpu}, *emulated[] = {&of_emulated};
        run_strips(find_evaluator("cpu").load(model)->values(view), view, cpu);
        run_strips(find_evaluator("emulated").load(model)->values(view), view, emulated);
        for (Field field : all_fields) expect_all_the_same(of_cpu.of(field), of_emulated.of(field));
        EXPECT_GT(of_cpu.of(Field::loss).non_finite() + (precision == Precision::f64), 0u);
    }
}

TEST(FieldStatistics, AreFilledInByEvaluatorsOnADevice) {
    const View view{{{-1, 1, 5}, {-1, 1, 3}}, {Field::loss}, Method::rows, Precision::f32, {}};
    std::vector<float> values(15);
    StripStatistics statistics;
    Strip strip{0, 3, {}, &statistics};
    strip.data[Field::loss] = values.data();
    find_evaluator("emulated").load(random_model(1, 2, 3, Activation::linear))->values(view)(strip);
    EXPECT_TRUE(statistics.known.has(Field::loss));
    expect_all_the_same(statistics.of[Field::loss], statistics_of(std::span<const float>(values)));
}

}  // namespace
}  // namespace gradscape
