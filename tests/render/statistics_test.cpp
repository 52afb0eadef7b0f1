// SPDX-License-Identifier: MIT
#include "gradscape/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/io/surface_filler.hpp"
#include "tests/same_statistics.hpp"

namespace gradscape::rendering {
namespace {

using gradscape::test::cell_value;
using gradscape::test::make_filler;
using gradscape::test::make_view;
using gradscape::test::run_sink;

FieldStatistics brute_force(Field field, std::size_t cells, bool single) {
    FieldStatistics s;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        double value = cell_value(field, cell);
        if (single) value = static_cast<float>(value);
        test::count(s, value, cell);
    }
    return s;
}

TEST(StatisticsSink, EqualsABruteForceScan) {
    for (Precision precision : {Precision::f32, Precision::f64})
        for (unsigned threads : {1u, 4u}) {
            const auto view = make_view(211, 307, {Field::loss, Field::grad_wrec}, precision);
            StatisticsSink sink(view);
            run_sink(sink, view, threads);
            for (Field field : {Field::loss, Field::grad_wrec})
                test::expect_same(sink.of(field), brute_force(field, view.grid.cells(),
                                                              precision == Precision::f32));
        }
}

/// Statistics of a surface of one column, given from the lowest row up.
FieldStatistics statistics_of(const std::vector<double>& values) {
    const auto view = make_view(1, values.size(), {Field::loss}, Precision::f64);
    StatisticsSink sink(view);
    Sink* sinks[] = {&sink};
    run_strips(
        [&](const Strip& strip) {
            for (std::size_t row = 0; row < strip.rows; ++row)
                strip.field<double>(Field::loss)[row] = values[strip.first_row + row];
        },
        view, sinks);
    return sink.of(Field::loss);
}

TEST(OctaveHistogram, BinsAscendWithTheValuesAndChangeAtPowersOfTwo) {
    using H = OctaveHistogram;
    std::size_t last = H::bin_of(-INFINITY);
    EXPECT_EQ(last, 0u);
    for (int sign : {-1, 1})
        for (int step = 0; step <= 300; ++step) {
            const int exponent = sign < 0 ? 150 - step : step - 150;
            const double power = sign * std::ldexp(1, exponent);
            EXPECT_GE(H::bin_of(power), last);
            last = H::bin_of(power);
            const double inside = std::nextafter(2 * power, 0);
            EXPECT_EQ(H::bin_of(inside), last);
            EXPECT_EQ(H::bin_of(2 * power) == last, exponent < -128 || exponent >= 127);
        }
    EXPECT_EQ(H::bin_of(0.0), H::zero_bin);
    EXPECT_EQ(H::bin_of(-0.0), H::zero_bin);
    EXPECT_EQ(H::bin_of(5e-324), H::zero_bin + 1);
    EXPECT_EQ(H::bin_of(-5e-324), H::zero_bin - 1);
    EXPECT_EQ(H::bin_of(1.5), H::zero_bin + 129);
}

TEST(StatisticsSink, CountsTheFiniteValuesByOctavesWhereAskedTo) {
    const auto view = make_view(211, 107, {Field::loss}, Precision::f64);
    StatisticsSink with(view, true), without(view);
    run_sink(with, view);
    run_sink(without, view);
    OctaveHistogram expected;
    for (std::size_t cell = 0; cell < view.grid.cells(); ++cell) {
        const double value = cell_value(Field::loss, cell);
        if (std::isfinite(value)) ++expected.counts[OctaveHistogram::bin_of(value)];
    }
    EXPECT_EQ(with.of(Field::loss).histogram.counts, expected.counts);
    EXPECT_EQ(without.of(Field::loss).histogram.counts, OctaveHistogram().counts);
    test::expect_same(with.of(Field::loss), without.of(Field::loss));
}

TEST(FieldStatistics, MergeCountsEveryBinOfBoth) {
    FieldStatistics a, b;
    for (std::size_t bin = 0; bin < OctaveHistogram::bins; ++bin)
        a.histogram.counts[bin] = bin + 1, b.histogram.counts[bin] = 1000;
    a.merge(b);
    for (std::size_t bin = 0; bin < OctaveHistogram::bins; ++bin)
        EXPECT_EQ(a.histogram.counts[bin], bin + 1001) << bin;
}

TEST(StatisticsSink, CountsTheHugestValuesInTheOutermostBins) {
    const auto view = make_view(1, 5000, {Field::loss}, Precision::f64);
    StatisticsSink sink(view, true);
    Sink* sinks[] = {&sink};
    const auto alternating = [](const Strip& strip) {
        for (std::size_t row = 0; row < strip.rows; ++row)
            strip.field<double>(Field::loss)[row] =
                (strip.first_row + row) % 5 == 0 ? -1e300 : 1e300;
    };
    StripOptions options;
    options.threads = 2;
    options.cells_per_strip = 100;
    run_strips(alternating, view, sinks, options);
    const auto& counts = sink.of(Field::loss).histogram.counts;
    EXPECT_EQ(counts.front(), 1000u);
    EXPECT_EQ(counts.back(), 4000u);
}

TEST(StatisticsSink, TakesTheLowestOfEqualCells) {
    const auto s = statistics_of({3, 1, 2, 1, 3, 1});
    EXPECT_EQ(s.min_cell, 1u);
    EXPECT_EQ(s.max_cell, 0u);
}

TEST(StatisticsSink, TakesBothZerosAsEqual) {
    EXPECT_EQ(statistics_of({1, 0.0, -0.0}).min_cell, 1u);
    EXPECT_EQ(statistics_of({1, -0.0, 0.0}).min_cell, 1u);
    EXPECT_EQ(statistics_of({-1, -0.0, 0.0}).max_cell, 1u);
}

TEST(StatisticsSink, HasNoExtremesWithoutFiniteCells) {
    const double inf = std::numeric_limits<double>::infinity();
    const auto s = statistics_of({inf, std::nan(""), -inf, inf});
    EXPECT_TRUE(std::isnan(s.min) && std::isnan(s.max));
    EXPECT_EQ(s.positive_infinite, 2u);
    EXPECT_EQ(s.negative_infinite, 1u);
    EXPECT_EQ(s.nan, 1u);
    EXPECT_EQ(s.non_finite(), 4u);
}

TEST(StatisticsSink, HandlesNegativeValuesBesideNonFiniteOnes) {
    const double inf = std::numeric_limits<double>::infinity();
    const auto s = statistics_of({inf, -5, -7, std::nan(""), -6});
    EXPECT_EQ(s.min, -7);
    EXPECT_EQ(s.max, -5);
    EXPECT_EQ(s.min_cell, 2u);
    EXPECT_EQ(s.max_cell, 1u);
}

}  // namespace
}  // namespace gradscape::rendering
