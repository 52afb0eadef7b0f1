// Ranges and ranks by values.
// SPDX-License-Identifier: MIT
#include "gradscape/color_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace gradscape::color {
namespace {

constexpr ColorSpec log_spec{.lo = 1, .hi = 1e10, .offset = 0};
constexpr ColorSpec signed_spec{
    .levels = 45, .lo = -1e10, .hi = 1e10, .scale = Scale::symlog, .offset = 0};

/// n values from a to b, equally far apart in their logarithms.
std::vector<double> geometric(double a, double b, int n) {
    std::vector<double> values;
    for (int i = 0; i < n; ++i) values.push_back(a * std::pow(b / a, i / (n - 1.0)));
    return values;
}

TEST(FittedColors, HoldAllValuesOfAnEvenSpread) {
    const auto values = geometric(0.0137, 4321, 1000);
    const ColorSpec spec = fitted_colors(log_spec, Field::grad_norm, values);
    EXPECT_LT(spec.lo, 0.0137);
    EXPECT_GT(spec.lo, 0.005);
    EXPECT_GT(spec.hi, 4321);
    EXPECT_LT(spec.hi, 9000);
    const ColorMap map(spec);
    for (double value : values) {
        EXPECT_NE(map.index(value), map.below());
        EXPECT_NE(map.index(value), map.above());
    }
}

/// A loss of exactly 0 is shown at 1, where nothing is below: neither alone nor beside others.
TEST(FittedColors, BeginWhereTheFieldDoesWhereItsLeastValueOccurs) {
    ColorSpec shifted = log_spec;
    shifted.offset = 1;
    std::vector<double> with_least = geometric(1e-3, 1e3, 500);
    with_least.push_back(0);
    for (const std::vector<double>& values : {std::vector<double>(100, 0.0), with_least}) {
        const ColorMap map = fitted_color_map(shifted, Field::loss, values);
        EXPECT_EQ(static_cast<float>(map.levels().front()), 1.F);
        EXPECT_EQ(map.index(0), 1);
    }
    std::vector<double> ranked = geometric(1e3, 1e6, 100);
    ranked.insert(ranked.end(), 100, 0);
    const std::vector<double> levels = ranked_levels(shifted, ranked, 1);
    EXPECT_EQ(static_cast<float>(levels.front()), 1.F);
    EXPECT_LT(levels.front(), 1);
}

/// No level that only denormals tell from 0.
TEST(FittedColors, BeginALittleBelowAZeroThatIsTheFieldsLeast) {
    std::vector<double> values{0};
    for (int i = 1; i < 500; ++i) values.push_back(i);
    ColorSpec linear = log_spec;
    linear.scale = Scale::linear;
    linear.offset = 0;
    const ColorMap map = fitted_color_map(linear, Field::grad_norm, values);
    for (const double first : {map.levels().front(), ranked_levels(linear, values, 0).front()}) {
        EXPECT_LT(first, 0);
        EXPECT_LT(first, -1e-12);
        EXPECT_GT(first, -0.01);
    }
    EXPECT_EQ(map.index(0), 1);
}

TEST(FittedColors, LeaveOutAFewExtremes) {
    auto values = geometric(1, 10, 1000);
    for (int i = 0; i < 4; ++i) values.push_back(1e30), values.push_back(1e-30);
    const ColorSpec spec = fitted_colors(log_spec, Field::grad_norm, values);
    EXPECT_GT(spec.lo, 0.5);
    EXPECT_LT(spec.hi, 20);
}

/// A condition number of 0.9 there is not, nor a loss of less than 0.
TEST(FittedColors, DoNotBeginBelowWhatCanBe) {
    const auto values = geometric(1.001, 5e4, 1000);
    EXPECT_EQ(fitted_colors(log_spec, Field::condition, values).lo, 1);
    EXPECT_LT(fitted_colors(log_spec, Field::grad_norm, values).lo, 1);
    EXPECT_EQ(fitted_colors({}, Field::loss, geometric(1e-9, 4, 1000)).lo, 1);  // of loss + 1
    // What is as low as can be is no value beyond the range.
    auto with_least = values;
    with_least.push_back(1);
    const ColorMap map(fitted_colors(log_spec, Field::condition, with_least));
    EXPECT_EQ(map.index(1), 1);
}

TEST(FittedColors, APlateauIsNotWhatLiesBelow) {
    std::vector<double> values(600, 28.4);
    for (double value : geometric(28.4, 1e6, 400)) values.push_back(value);
    const ColorMap map(fitted_colors(log_spec, Field::grad_norm, values));
    EXPECT_EQ(map.index(28.4), 1);
}

TEST(FittedColors, BothSignsGetZeroInTheMiddle) {
    std::vector<double> values = geometric(1e-3, 50, 500);
    for (double value : geometric(1e-3, 20, 500)) values.push_back(-value);
    const ColorSpec spec = fitted_colors(signed_spec, Field::grad_wx, values);
    EXPECT_EQ(spec.lo, -spec.hi);
    EXPECT_GE(spec.hi, 40);
    EXPECT_EQ(spec.palette, Palette::rdbu_r);
    EXPECT_LT(spec.linear_within, 0.1);
    const ColorMap map(spec);
    EXPECT_EQ(map.levels()[map.levels().size() / 2], 0);
    const Rgb least = map.color(1e-12), negative = map.color(-40), positive = map.color(40);
    EXPECT_GT(least.r + least.g + least.b, 600);  // light
    EXPECT_GT(negative.b, negative.r);
    EXPECT_GT(positive.r, positive.b);
    // one's own palette stays
    EXPECT_EQ(fitted_colors(signed_spec, Field::grad_wx, values, {.palette = true}).palette,
              Palette::viridis);
}

TEST(FittedColors, OneSignGetsTheWholePalette) {
    std::vector<double> values;
    for (double value : geometric(1e-3, 50, 1000)) values.push_back(-value);
    const ColorSpec spec = fitted_colors(signed_spec, Field::grad_wx, values);
    EXPECT_LE(spec.hi, 0);
    EXPECT_EQ(spec.palette, Palette::viridis);
}

TEST(FittedColors, DoNotDependOnTheOrder) {
    auto values = geometric(0.5, 90, 777);
    const ColorSpec spec = fitted_colors({}, Field::loss, values);
    std::ranges::reverse(values);
    EXPECT_EQ(fitted_colors({}, Field::loss, values), spec);
}

TEST(FittedColors, StayWhereThereIsNothingToFit) {
    EXPECT_EQ(fitted_colors({}, Field::loss, {}), ColorSpec{});
    const std::vector<double> negative{-3, -2, -1};
    EXPECT_EQ(fitted_colors(log_spec, Field::grad_norm, negative).scale, Scale::linear);
}

TEST(FittedColors, PutOneValueInTheMiddle) {
    for (const Scale scale : {Scale::log, Scale::linear, Scale::symlog})
        for (const double value : {0.2345, -7e5, 0.0}) {
            ColorSpec spec = log_spec;
            spec.scale = scale, spec.offset = 0;
            std::vector<double> values(50, value);
            values[7] = value * (1 + 1e-12);  // but for rounding
            const ColorMap map = fitted_color_map(spec, Field::grad_wx, values);
            EXPECT_LE(map.spec().hi - map.spec().lo, std::max(3 * std::abs(value), 3.0));
            const auto bands = static_cast<double>(map.bands());
            EXPECT_NEAR(map.index(value) / bands, 0.5, 0.2) << value;
        }
}

TEST(FittedColors, ShowAFewAmongMany) {
    std::vector<double> values(999, 0.03);
    values.push_back(0.36);
    ColorSpec spec = log_spec;
    spec.offset = 0;
    const ColorMap map = fitted_color_map(spec, Field::train_loss, values);
    EXPECT_EQ(map.spec().scale, Scale::log);
    EXPECT_GT(map.spec().lo, 0.01);
    EXPECT_LT(map.spec().hi, 1);
    EXPECT_LT(map.index(0.03) + map.bands() / 2, map.index(0.36));
}

TEST(FittedColors, ByRankHaveZeroInTheMiddle) {
    std::vector<double> values(50, 0.0);
    for (int i = 0; i < 30; ++i) values.push_back(-3 - 0.1 * i);
    for (const double value : geometric(1e-2, 1e9, 30)) values.push_back(value);
    ColorSpec spec = default_color_spec(Field::grad_wx);
    const ColorMap map = fitted_color_map(spec, Field::grad_wx, values);
    EXPECT_EQ(map.spec().scale, Scale::rank);
    EXPECT_EQ(map.spec().palette, Palette::rdbu_r);
    ASSERT_EQ(map.levels().size() % 2, 1u);
    EXPECT_EQ(map.levels()[map.levels().size() / 2], 0);
    for (const double value : values) {
        EXPECT_GT(map.index(value), map.below());
        EXPECT_LT(map.index(value), map.above());
    }
    for (spec.levels = min_levels; spec.levels < 12; ++spec.levels) {
        const ColorMap of_few = fitted_color_map(spec, Field::grad_wx, values);
        EXPECT_LE(of_few.levels().size(), static_cast<std::size_t>(spec.levels));
    }
}

TEST(RankedLevels, HoldWhatMostCellsHave) {
    std::vector<double> values{-2.9e-7, -1e-7};
    for (int i = 0; i < 98; ++i) values.push_back(1 + 1e-9 * i);
    ColorSpec spec = log_spec;
    spec.scale = Scale::rank, spec.offset = 0;
    const auto levels = ranked_levels(spec, values);
    ASSERT_GE(levels.size(), 2u);
    EXPECT_EQ(levels.back(), values.back());
    EXPECT_LT(levels.front(), values.front());
}

TEST(FittedColors, ExtremeValuesMakeUsableSpecs) {
    const std::vector<double> sets[] = {{-1.7e308, 1.7e308},
                                        {5e-324, 1e-323, 1.7e308},
                                        {1, std::nextafter(1.0, 2.0)},
                                        {-5e-324, 5e-324},
                                        {0, 5e-324},
                                        {1.5e308},
                                        {-1.5e308},
                                        {5e-324},
                                        {-1.7e308, -1e-300, 0, 1}};
    for (const auto& values : sets)
        for (Field field : all_fields) {
            const ColorSpec usual = default_color_spec(field);
            EXPECT_NO_THROW(ColorMap(fitted_colors(usual, field, values))) << name_of(field);
        }
}

TEST(RankedLevels, PutEquallyManyBetweenTwo) {
    const auto values = geometric(1e-5, 1e5, 2900);
    ColorSpec spec = log_spec;
    spec.scale = Scale::rank;
    const auto levels = ranked_levels(spec, values);
    ASSERT_EQ(levels.size(), 30u);
    const ColorMap map(spec, {{}, levels});
    std::vector<int> counts(map.colors().size());
    for (double value : values) ++counts[map.index(value)];
    EXPECT_EQ(counts[map.below()], 0);
    EXPECT_EQ(counts[map.above()], 0);
    for (std::size_t band = 1; band <= map.bands(); ++band) EXPECT_NEAR(counts[band], 100, 2);
}

TEST(RankedLevels, AreNeverAlike) {
    std::vector<double> values(900, 7.0);
    for (double value : geometric(1, 6, 50)) values.push_back(value);
    for (double value : geometric(8, 60, 50)) values.push_back(value);
    ColorSpec spec = log_spec;
    spec.scale = Scale::rank;
    const auto levels = ranked_levels(spec, values);
    EXPECT_EQ(std::ranges::adjacent_find(levels, std::greater_equal()), levels.end());
    EXPECT_NO_THROW(ColorMap(spec, {{}, levels}));
    EXPECT_TRUE(ranked_levels(spec, std::vector<double>(9, 1.0)).empty());
    EXPECT_TRUE(ranked_levels(spec, std::vector<double>()).empty());
    const std::vector<double> rounding{1e9, 1e9 + 1e-6, 1e9 + 2e-6};
    const auto few = ranked_levels(spec, rounding);
    EXPECT_TRUE(few.empty() || few.size() >= 2);
}

}  // namespace
}  // namespace gradscape::color
