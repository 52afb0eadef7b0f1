// SPDX-License-Identifier: MIT
#include "gradscape/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "gradscape/internal/maxima_panel.hpp"
#include "host/compare/pair_error.hpp"
#include "tests/io/surface_filler.hpp"

namespace gradscape::compare {
namespace {

using gradscape::test::cell_value;
using gradscape::test::fill_as;
using gradscape::test::make_filler;
using gradscape::test::make_view;

TEST(UlpHistogram, BucketsCoverAllErrorsWithoutGaps) {
    std::uint64_t next = 0;
    const std::size_t last = UlpHistogram::bucket(~std::uint64_t{0});
    for (std::size_t b = 0; b <= last; ++b) {
        EXPECT_EQ(UlpHistogram::bucket(next), b);
        EXPECT_EQ(UlpHistogram::bucket(UlpHistogram::bucket_end(b)), b);
        EXPECT_LE(UlpHistogram::bucket_end(b) - next, next / 8);
        next = UlpHistogram::bucket_end(b) + 1;
    }
    EXPECT_EQ(next, 0u);  // beyond the largest there is none
}

TEST(UlpHistogram, PercentilesAreThoseOfTheSortedErrorsToAnEighth) {
    std::mt19937_64 random(5);
    std::vector<std::uint64_t> errors(1000);
    UlpHistogram one, other;
    for (auto& error : errors) {
        error = random() >> (random() % 60);
        (random() % 2 ? one : other).add(error);
    }
    one.merge(other);
    std::ranges::sort(errors);
    EXPECT_EQ(one.total(), errors.size());
    for (double q : {0.001, 0.25, 0.5, 0.9, 0.999, 1.0}) {
        const std::uint64_t exact = errors[static_cast<std::size_t>(std::ceil(q * 1000)) - 1];
        EXPECT_GE(one.percentile(q), exact);
        EXPECT_LE(one.percentile(q) - exact, exact / 8);
    }
}

TEST(UlpHistogram, PercentilesOfFewErrorsAreOneOfThem) {
    UlpHistogram h;
    for (std::uint64_t ulps : {1u, 4u, 9u}) h.add(ulps);
    EXPECT_EQ(h.percentile(0), 1u);
    EXPECT_EQ(h.percentile(0.3), 1u);
    EXPECT_EQ(h.percentile(0.5), 4u);  // of 1.5 the second
    EXPECT_EQ(h.percentile(0.7), 9u);
}

TEST(UlpHistogram, CountsByOctaves) {
    UlpHistogram h;
    for (std::uint64_t ulps : {0u, 0u, 1u, 2u, 3u, 8u, 40u, 63u}) h.add(ulps);
    EXPECT_EQ(h.octaves(), (std::vector<std::uint64_t>{2, 1, 2, 0, 1, 0, 2}));
    EXPECT_TRUE(UlpHistogram().octaves().empty());
}

template <class Real>
void expect_counts_steps() {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> exponent(-30, 30);
    for (int trial = 0; trial < 1000; ++trial) {
        const auto from = static_cast<Real>((trial % 2 ? 1 : -1) * std::pow(10, exponent(random)));
        const auto steps = random() % 20;
        Real to = from;
        for (std::uint64_t s = 0; s < steps; ++s) to = std::nextafter(to, Real(HUGE_VAL));
        EXPECT_EQ(ulps_between(from, to), steps);
        EXPECT_EQ(ulps_between(to, from), steps);
    }
    const Real tiny = std::numeric_limits<Real>::denorm_min(),
               most = std::numeric_limits<Real>::max();
    EXPECT_EQ(ulps_between(Real(-0.0), Real(0.0)), 1u);
    EXPECT_EQ(ulps_between(-tiny, tiny), 3u);
    EXPECT_EQ(ulps_between(-most, most), ulps_between(most, -most));
    EXPECT_GT(ulps_between(-most, most), ulps_between(Real(0), most));
}

TEST(PairError, CountsTheStepsFromOneNumberToTheOther) {
    expect_counts_steps<float>();
    expect_counts_steps<double>();
}

TEST(PairError, MeasuresInEveryWay) {
    const auto pair = pair_error<double>(2.0, 2.5, {0.25}, false);
    EXPECT_EQ(pair.size, (std::array<double, 4>{0.5, 0.2, 0x1p50, 2}));
    EXPECT_EQ(pair_error<double>(2.5, 2.0, {0.25}, false).size, pair.size);
    EXPECT_FALSE(pair.within);
    EXPECT_TRUE(pair_error<double>(2.0, 2.5, {0.5}, false).within);
    EXPECT_TRUE(pair_error<double>(0, 0, {0}, false).within);
    EXPECT_EQ(pair_error<double>(0, 0, {0}, false).size[3], 0);
}

TEST(PairError, CountsUlpsInTheCoarserPrecisionButDistancesExactly) {
    const float single = 1.1f;
    const auto pair = pair_error<float>(single, 1.1, {1e-7}, false);
    EXPECT_EQ(pair.ulps, 0u);
    EXPECT_EQ(pair.size[0], static_cast<double>(single) - 1.1);
    EXPECT_EQ(pair_error<float>(INFINITY, 1e300, {1}, false).within, true);
}

TEST(PairError, SameBitsTellsZerosApart) {
    EXPECT_FALSE(pair_error<float>(0.0, -0.0, {0}, true).within);
    EXPECT_TRUE(pair_error<float>(0.0, -0.0, {0}, false).within);
    EXPECT_TRUE(pair_error<float>(-HUGE_VAL, -HUGE_VAL, {0}, true).within);
    EXPECT_TRUE(pair_error<float>(NAN, NAN, {0}, true).within);
}

TEST(PairError, ClassesMustAgree) {
    const double values[] = {1.0, HUGE_VAL, -HUGE_VAL, NAN};
    for (std::size_t a = 0; a < 4; ++a)
        for (std::size_t b = 0; b < 4; ++b) {
            const auto pair = pair_error<double>(values[a], values[b], {1e300}, false);
            EXPECT_EQ(pair.class_a, a);
            EXPECT_EQ(pair.class_b, b);
            EXPECT_EQ(pair.within, a == b) << a << ' ' << b;
            EXPECT_EQ(pair.size[0] == HUGE_VAL, a != b);
        }
}

TEST(PairError, AValueNextToTheEndOfTheTypeMayOverflowOnOneSide) {
    const double last = std::numeric_limits<float>::max();
    EXPECT_TRUE(pair_error<float>(HUGE_VAL, 0.999 * last, {0.01 * last}, false).within);
    EXPECT_TRUE(pair_error<float>(-0.999 * last, -HUGE_VAL, {0.01 * last}, false).within);
    EXPECT_FALSE(pair_error<float>(HUGE_VAL, 0.9 * last, {0.01 * last}, false).within);
    EXPECT_FALSE(pair_error<float>(HUGE_VAL, -0.999 * last, {0.01 * last}, false).within);
    EXPECT_FALSE(pair_error<float>(HUGE_VAL, 0.999 * last, {0.01 * last}, true).within);
}

TEST(PairError, WithoutABoundNothingFiniteIsJudged) {
    for (double bound : {HUGE_VAL, std::nan("")}) {
        const auto pair = pair_error<double>(1, 7, {bound}, false);
        EXPECT_FALSE(pair.judged);
        EXPECT_TRUE(pair.within);
    }
}

TEST(PairError, ClassesMustAgreeWithoutABoundToo) {
    const double values[] = {1.0, HUGE_VAL, -HUGE_VAL, NAN};
    for (double bound : {HUGE_VAL, std::nan("")})
        for (double a : values)
            for (double b : values) {
                const auto pair = pair_error<float>(a, b, {bound}, false);
                EXPECT_EQ(pair.within, pair.class_a == pair.class_b) << a << ' ' << b;
                EXPECT_EQ(pair.judged, !pair.finite()) << a << ' ' << b;
            }
}

TEST(PairError, WithoutABoundACeilingHoldsBothFromAbove) {
    const Allowed allowed{HUGE_VAL, -30};
    const auto within = [&](double a, double b) {
        const auto pair = pair_error<float>(a, b, allowed, false);
        EXPECT_TRUE(pair.judged);
        EXPECT_TRUE(pair.one_sided || pair.class_a == pair.class_b);
        return pair.within;
    };
    EXPECT_TRUE(within(-31, -44));
    EXPECT_TRUE(within(-HUGE_VAL, -44));  // a loss of 0 on one side
    EXPECT_FALSE(within(-29, -44));
    EXPECT_FALSE(within(-31, -29));
    EXPECT_FALSE(within(-31, NAN));
    EXPECT_FALSE(within(HUGE_VAL, -31));
    EXPECT_TRUE(pair_error<float>(-29, -44, {20, -30}, false).within);  // a bound goes first
}

/// One comparison of a surface of two constant values.
FieldComparison compare_values(double a, double b, const Tolerance& tolerance) {
    const auto view = make_view(3, 2, {Field::loss}, Precision::f64);
    const auto constant = [](double value) {
        return StripFiller([value](const Strip& strip) {
            std::fill_n(strip.field<double>(Field::loss), strip.rows * 3, value);
        });
    };
    ComparisonSource source(view, {constant(a), Precision::f64}, {constant(b), Precision::f64},
                            tolerance, Field::loss, ErrorMeasure::ulp);
    run_strips(source, {});
    return source.of(Field::loss);
}

TEST(GivenTolerance, AbsoluteAloneAllowsThatDistance) {
    EXPECT_EQ(compare_values(1, 1.5, {ToleranceKind::given, {0, 0.5}}).beyond, 0u);
    EXPECT_EQ(compare_values(1, 1.5, {ToleranceKind::given, {0, 0.49}}).beyond, 6u);
}

TEST(GivenTolerance, RelativeIsToTheLargerOfBothWhicheverItIs) {
    for (const auto& [a, b] : {std::pair{1.0, 1.5}, {1.5, 1.0}, {-1.5, -1.0}, {-1.0, -1.5}}) {
        EXPECT_EQ(compare_values(a, b, {ToleranceKind::given, {0.34, 0}}).beyond, 0u) << a;
        EXPECT_EQ(compare_values(a, b, {ToleranceKind::given, {0.33, 0}}).beyond, 6u) << a;
    }
}

TEST(FieldComparison, CountsCellsAndKnowsWhetherItJudgedAny) {
    FieldComparison some, none;
    some.classes[0][0] = 3, some.classes[1][1] = 2, some.not_judged = 3;
    none.classes[0][0] = 4, none.not_judged = 4;
    EXPECT_EQ(some.cells(), 5u);
    EXPECT_FALSE(some.judges_nothing());
    EXPECT_TRUE(none.judges_nothing());
    some.merge(none);
    EXPECT_EQ(some.cells(), 9u);
    EXPECT_EQ(some.not_judged, 7u);
}

/// The made-up surface with some cells moved by a few ulp and some replaced.
double other_value(Field field, std::size_t cell) {
    const auto value = static_cast<float>(cell_value(field, cell));
    if (cell % 101 == 7) return std::nextafter(std::nextafter(value, 1e30f), 1e30f);
    if (cell % 997 == 5) return HUGE_VAL;
    return value;
}

StripFiller make_other(const View& view) {
    return [view](const Strip& strip) {
        const std::size_t cols = view.grid.cols();
        for (Field field : {Field::loss, Field::grad_wx})
            for (std::size_t cell = 0; cell < strip.rows * cols; ++cell)
                strip.field<float>(field)[cell] =
                    static_cast<float>(other_value(field, strip.first_row * cols + cell));
    };
}

FieldComparison brute_force(Field field, std::size_t cells, double absolute) {
    FieldComparison total;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const double a = static_cast<float>(cell_value(field, cell)), b = other_value(field, cell);
        const auto pair = pair_error<float>(a, b, {absolute}, false);
        ++total.classes[pair.class_a][pair.class_b];
        if (!pair.within && total.beyond++ == 0) total.first_beyond = {0, cell, a, b};
        if (!pair.finite()) continue;
        total.ulps.add(pair.ulps);
        for (std::size_t m = 0; m < 4; ++m)
            if (!total.largest[m] || pair.size[m] > total.largest[m]->error)
                total.largest[m] = {pair.size[m], cell, a, b};
    }
    return total;
}

void expect_equal(const FieldComparison& a, const FieldComparison& b) {
    for (std::size_t m = 0; m < 4; ++m) {
        ASSERT_EQ(a.largest[m].has_value(), b.largest[m].has_value());
        EXPECT_EQ(a.largest[m]->error, b.largest[m]->error);
        EXPECT_EQ(a.largest[m]->cell, b.largest[m]->cell);
    }
    ASSERT_TRUE(a.first_beyond && b.first_beyond);
    EXPECT_EQ(a.first_beyond->cell, b.first_beyond->cell);
    EXPECT_EQ(a.classes, b.classes);
    EXPECT_EQ(a.beyond, b.beyond);
    EXPECT_EQ(a.ulps.octaves(), b.ulps.octaves());
}

TEST(ComparisonSource, EqualsABruteForceScanWhateverTheStrips) {
    const auto view = make_view(211, 307, {Field::loss, Field::grad_wx});
    for (unsigned threads : {1u, 3u})
        for (std::size_t cells_per_strip : {0u, 5000u}) {
            const Tolerance tolerance{ToleranceKind::given, {0, 1e-9}};
            ComparisonSource source(view, {make_filler(view)}, {make_other(view)}, tolerance,
                                    Field::loss, ErrorMeasure::ulp);
            StripOptions options;
            options.threads = threads;
            options.cells_per_strip = cells_per_strip;
            run_strips(source, {}, options);
            for (Field field : {Field::loss, Field::grad_wx})
                expect_equal(source.of(field), brute_force(field, view.grid.cells(), 1e-9));
        }
}

TEST(ComparisonSource, FindsASingleFlippedBit) {
    const auto view = make_view(67, 33);
    const auto flipped = [&](const Strip& strip) {
        fill_as<float>(view, strip);
        const std::size_t cell = 1500, first = strip.first_row * 67;
        if (cell < first || cell >= first + strip.rows * 67) return;
        float& value = strip.field<float>(Field::loss)[cell - first];
        value = std::nextafter(value, 0.0f);
    };
    ComparisonSource source(view, {make_filler(view)}, {flipped}, {}, Field::loss,
                            ErrorMeasure::ulp);
    run_strips(source, {});
    const FieldComparison& loss = source.of(Field::loss);
    EXPECT_EQ(loss.beyond, 1u);
    ASSERT_TRUE(loss.first_beyond);
    EXPECT_EQ(loss.first_beyond->cell, 1500u);
    EXPECT_EQ(loss.largest[2]->error, 1);
    EXPECT_FALSE(loss.largest[3]);  // without a tolerance there is no part of it
    EXPECT_EQ(loss.class_mismatches(), 0u);
}

TEST(ComparisonSource, PassesErrorsOnToFigurePanelsOfMaxima) {
    const auto view = make_view(211, 307, {Field::loss, Field::grad_wx});
    const Tolerance tolerance{ToleranceKind::given, {0, 1}};
    ComparisonSource source(view, {make_filler(view)}, {make_other(view)}, tolerance,
                            Field::grad_wx, ErrorMeasure::ulp);
    figure::MaximaPanelSink panel(error_view(view, Field::grad_wx), Field::grad_wx, 40);
    Sink* sinks[] = {&panel};
    run_strips(source, sinks);

    std::vector<double> maxima(40 * 40, 0);
    for (std::size_t cell = 0; cell < view.grid.cells(); ++cell) {
        const double a = static_cast<float>(cell_value(Field::grad_wx, cell));
        double& pixel = maxima[cell / 211 * 40 / 307 * 40 + cell % 211 * 40 / 211];
        pixel = std::max(
            pixel, pair_error<float>(a, other_value(Field::grad_wx, cell), {1}, false).size[2]);
    }
    ColorSpec spec;
    spec.offset = 0, spec.lo = 0.1, spec.hi = 1e8;
    const ColorMap map(spec);
    const auto indices = panel.indices(map);
    ASSERT_EQ(indices.size(), maxima.size());
    for (std::size_t i = 0; i < maxima.size(); ++i) EXPECT_EQ(indices[i], map.index(maxima[i]));
    EXPECT_EQ(panel.grid().cols(), 40u);
}

}  // namespace
}  // namespace gradscape::compare
