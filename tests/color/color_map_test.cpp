// SPDX-License-Identifier: MIT
#include "gradscape/color_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gradscape/error.hpp"

namespace gradscape::color {
namespace {

ColorSpec linear(double lo, double hi, int levels) {
    ColorSpec spec;
    spec.scale = Scale::linear;
    spec.lo = lo, spec.hi = hi, spec.levels = levels, spec.offset = 0;
    return spec;
}

TEST(ColorMap, DefaultLevelsAreTheArticles) {
    // python3 -c "import numpy; print(numpy.logspace(-0.2, 8, 30)[[0, 1, 15, 29]])"
    const ColorMap map;
    ASSERT_EQ(map.levels().size(), 30u);
    EXPECT_EQ(map.levels()[0], 0.6309573444801932);
    EXPECT_DOUBLE_EQ(map.levels()[1], 1.2099254744119612);
    EXPECT_DOUBLE_EQ(map.levels()[15], 10999.661242110842);
    EXPECT_EQ(map.levels()[29], 1e8);
    EXPECT_EQ(map.thresholds()[29], 1e8 - 1);
}

TEST(ColorMap, DefaultColorsAreContourfs) {
    // matplotlib 3.11, contourf(…, levels=logspace(-0.2, 8, 30), cmap="viridis", norm=LogNorm()):
    // to_rgba(cvalues) as a saved picture shows them.
    const std::uint32_t contourf[] = {0x46075a, 0x481467, 0x482071, 0x472a7a, 0x453581, 0x424086,
                                      0x3e4a89, 0x3a548c, 0x355e8d, 0x31668e, 0x2e6f8e, 0x2a778e,
                                      0x27808e, 0x23888e, 0x21908d, 0x1f988b, 0x1fa188, 0x23a983,
                                      0x2cb17e, 0x38b977, 0x46c06f, 0x58c765, 0x6ccd5a, 0x81d34d,
                                      0x98d83e, 0xb0dd2f, 0xc5e021, 0xdde318, 0xf4e61e};
    const ColorMap map;
    ASSERT_EQ(map.bands(), std::size(contourf));
    for (std::size_t band = 0; band < map.bands(); ++band)
        EXPECT_EQ(map.colors()[band + 1], rgb(contourf[band])) << band;
    EXPECT_EQ(map.color(1e9), rgb(0xffffff));
}

TEST(ColorMap, BandsAreOpenBelowAndClosedAbove) {
    const ColorMap map(linear(0, 3, 4));
    EXPECT_EQ(map.index(0), map.below());
    EXPECT_EQ(map.index(std::nextafter(0.0, 1.0)), 1);
    EXPECT_EQ(map.index(1), 1);
    EXPECT_EQ(map.index(std::nextafter(1.0, 2.0)), 2);
    EXPECT_EQ(map.index(3), 3);
    EXPECT_EQ(map.index(std::nextafter(3.0, 4.0)), map.above());
    EXPECT_EQ(map.index(-1e300), map.below());
}

TEST(ColorMap, IndexCountsTheThresholdsBelow) {
    for (Field field : all_fields) {
        const ColorMap map(default_color_spec(field));
        for (double t : map.thresholds())
            for (double v :
                 {std::nextafter(t, -HUGE_VAL), t, std::nextafter(t, HUGE_VAL), 2 * t, t / 3})
                EXPECT_EQ(map.index(v),
                          std::ranges::count_if(map.thresholds(), [&](double x) { return x < v; }))
                    << name_of(field) << ' ' << v;
    }
}

TEST(ColorMap, NonFiniteValuesHaveTheirOwnColor) {
    const ColorMap map;
    for (double v : {HUGE_VAL, -HUGE_VAL, std::nan("")}) EXPECT_EQ(map.index(v), map.non_finite());
    EXPECT_EQ(map.index(std::numeric_limits<double>::max()), map.above());
    EXPECT_EQ(map.colors().size(), map.non_finite() + 1u);
}

TEST(ColorMap, SmoothFillsAByteWithThePalette) {
    ColorSpec spec;
    spec.style = ColorStyle::smooth;
    const ColorMap map(spec);
    EXPECT_EQ(map.bands(), 252u);
    EXPECT_LE(map.colors().size(), 256u);
    EXPECT_EQ(map.colors()[1], colors_of(spec.palette).front());
    EXPECT_EQ(map.colors()[252], colors_of(spec.palette).back());
    EXPECT_TRUE(std::ranges::is_sorted(map.thresholds()));
}

TEST(ColorMap, SymlogHasALevelAtZeroAndIsSymmetric) {
    const ColorMap map(default_color_spec(Field::grad_wx));
    const auto levels = map.levels();
    for (std::size_t k = 0; k < levels.size(); ++k)
        EXPECT_DOUBLE_EQ(levels[k], -levels[levels.size() - 1 - k]) << k;
    EXPECT_EQ(levels[levels.size() / 2], 0);
}

TEST(ColorMap, EveryFieldHasDefaults) {
    for (Field field : all_fields)
        EXPECT_NO_THROW(ColorMap(default_color_spec(field))) << name_of(field);
}

TEST(ColorMap, TrainStepsTellsItsCodesFromSteps) {
    const ColorMap map(default_color_spec(Field::train_steps, 20));
    EXPECT_EQ(map.index(-1), map.below());
    EXPECT_EQ(map.index(-2), map.below());
    EXPECT_EQ(map.index(0) > map.below(), true);
    EXPECT_LE(map.index(20), map.bands());
    EXPECT_NE(map.index(3), map.index(4));
}

void expect_refused(const ColorSpec& spec, const char* part) {
    try {
        ColorMap map(spec);
        ADD_FAILURE() << "accepted; expected: " << part;
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr(part));
    }
}

TEST(ColorMap, RefusesSpecsThatMakeNoSense) {
    expect_refused(linear(2, 2, 3), "2:2");
    expect_refused(linear(3, 2, 3), "must be less");
    expect_refused(linear(0, HUGE_VAL, 3), "finite");
    expect_refused(linear(std::nan(""), 1, 3), "finite");
    expect_refused(linear(0, 1, 1), "from 2 to 250");
    expect_refused(linear(0, 1, 251), "from 2 to 250");
    ColorSpec spec;
    spec.lo = 0;
    expect_refused(spec, "log scale");
    spec = {};
    spec.offset = HUGE_VAL;
    expect_refused(spec, "offset");
    spec = {};
    spec.linear_within = 0;
    expect_refused(spec, "symlog");
    spec = linear(-1, 1, 3);
    spec.scale = Scale::symlog, spec.linear_within = 1e-310;
    expect_refused(spec, "too small beside");
    spec.scale = Scale::rank;
    EXPECT_THROW(ColorMap(spec, {{}, {0, std::nan(""), 1}}), InputError);
}

}  // namespace
}  // namespace gradscape::color
