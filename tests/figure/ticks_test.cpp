// SPDX-License-Identifier: MIT
#include "host/figure/ticks.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

using testing::Contains;
using testing::ElementsAre;

std::vector<std::string> labels(const PlotAxis& axis, double length,
                                Direction direction = Direction::vertical) {
    std::vector<std::string> all;
    for (const Tick& tick : make_ticks(axis, length, direction).major) all.push_back(tick.label);
    return all;
}

PlotAxis linear(double from, double to) { return {from, to, Scale::linear, 1, {}}; }
PlotAxis logarithmic(double from, double to) { return {from, to, Scale::log, 1, {}}; }
PlotAxis symlog(double from, double to, double within) {
    return {from, to, Scale::symlog, within, {}};
}

TEST(Ticks, OfTheArticlesSurfaces) {
    EXPECT_THAT(labels(linear(-3, 3), 320),
                ElementsAre("\u22123", "\u22122", "\u22121", "0", "1", "2", "3"));
    EXPECT_THAT(labels(linear(-0.1, 2.1), 320), ElementsAre("0", "0.5", "1.0", "1.5", "2.0"));
}

TEST(Ticks, OfTheArticlesColorBarAreAllPowersOfTen) {
    EXPECT_THAT(labels(logarithmic(std::pow(10, -0.2), 1e8), 300),
                ElementsAre("10<sup>0</sup>", "10<sup>1</sup>", "10<sup>2</sup>", "10<sup>3</sup>",
                            "10<sup>4</sup>", "10<sup>5</sup>", "10<sup>6</sup>", "10<sup>7</sup>",
                            "10<sup>8</sup>"));
}

TEST(Ticks, OfTheArticlesGradientsLeaveRoomAroundZero) {
    EXPECT_THAT(labels(symlog(-1e8, 1e8, 1), 320),
                ElementsAre("\u221210<sup>8</sup>", "\u221210<sup>6</sup>", "\u221210<sup>4</sup>",
                            "\u221210<sup>2</sup>", "0", "10<sup>2</sup>", "10<sup>4</sup>",
                            "10<sup>6</sup>", "10<sup>8</sup>"));
}

TEST(Ticks, ATurnedAxisHasTheSameTicks) {
    EXPECT_EQ(labels(linear(0, -10), 460, Direction::horizontal),
              labels(linear(-10, 0), 460, Direction::horizontal));
    EXPECT_EQ(fraction(linear(0, -10), -2.5), 0.25);
}

TEST(Ticks, OfCountsAreWholeNumbers) {
    const auto counted = [](PlotAxis axis) {
        axis.counts = true;
        return labels(axis, 460, Direction::horizontal);
    };
    EXPECT_THAT(counted(linear(0, -1)), ElementsAre("\u22121", "0"));
    EXPECT_THAT(counted(linear(0, -3)), ElementsAre("\u22123", "\u22122", "\u22121", "0"));
    EXPECT_EQ(counted(linear(0, -50)), labels(linear(0, -50), 460, Direction::horizontal));
    EXPECT_THAT(counted(symlog(0, 1, 10)), ElementsAre("0", "1"));
    EXPECT_EQ(counted(symlog(0, 500, 10)), labels(symlog(0, 500, 10), 460, Direction::horizontal));
    EXPECT_THAT(counted(logarithmic(1, 2)), ElementsAre("1", "2"));
}

TEST(Ticks, OfAnIterationAxisAreSubdivided) {
    EXPECT_THAT(labels(symlog(0, 500, 10), 460, Direction::horizontal),
                ElementsAre("0", "10", "20", "50", "100", "200", "500"));
}

TEST(Ticks, OfADeepZoomTellTheirDigits) {
    const auto all = labels(linear(1 - 5e-9, 1 + 5e-9), 320, Direction::horizontal);
    EXPECT_THAT(all, Contains("1.000000000"));
    EXPECT_THAT(all, Contains("0.999999995"));
}

TEST(Ticks, WithinADecadeOfALogScaleArePlain) {
    EXPECT_THAT(labels(logarithmic(0.4, 0.95), 320), Contains("0.5"));
    EXPECT_GE(labels(logarithmic(3.01, 3.09), 320).size(), 2u);
}

TEST(Ticks, OfALogScaleBeginInItsFirstPartialDecade) {
    EXPECT_THAT(labels(logarithmic(0.3, 40), 320), ElementsAre("0.5", "1", "2", "5", "10", "20"));
    const Ticks decades = make_ticks(logarithmic(0.3, 400), 160, Direction::vertical);
    EXPECT_THAT(decades.minor, ElementsAre(0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 2, 3, 4, 5, 6, 7, 8,
                                           9, 20, 30, 40, 50, 60, 70, 80, 90, 200, 300, 400));
    EXPECT_THAT(labels(logarithmic(0.3, 400), 160), ElementsAre("1", "10", "100"));
}

TEST(Ticks, ArePlainFromAHundredthToThousands) {
    EXPECT_THAT(labels(logarithmic(0.01, 10), 200), ElementsAre("0.01", "0.1", "1", "10"));
    EXPECT_THAT(labels(logarithmic(0.001, 1), 200),
                ElementsAre("10<sup>\u22123</sup>", "10<sup>\u22122</sup>", "10<sup>\u22121</sup>",
                            "10<sup>0</sup>"));
    EXPECT_THAT(labels(logarithmic(1, 1000), 200), ElementsAre("1", "10", "100", "1000"));
    EXPECT_THAT(
        labels(logarithmic(10, 10000), 200),
        ElementsAre("10<sup>1</sup>", "10<sup>2</sup>", "10<sup>3</sup>", "10<sup>4</sup>"));
}

TEST(Ticks, StandAtTheirValues) {
    EXPECT_EQ(fraction(linear(9.7, 18), 10), (10 - 9.7) / (18 - 9.7));
    EXPECT_EQ(fraction(logarithmic(1, 1000), 10), 1.0 / 3);
    EXPECT_EQ(fraction(symlog(-10, 1000, 10), 10), 0.5);  // −1, 1 and 3 units
    EXPECT_EQ(fraction(symlog(-10, 1000, 10), -5), 0.125);
    EXPECT_EQ(fraction(symlog(-10, 1000, 10), 100), 0.75);
}

class TicksOf : public testing::TestWithParam<PlotAxis> {};

TEST_P(TicksOf, LieInsideInOrderAndApart) {
    const PlotAxis axis = GetParam();
    for (double length : {60.0, 150.0, 320.0, 460.0}) {
        const Ticks ticks = make_ticks(axis, length, Direction::horizontal);
        double end = -1e9;
        for (const Tick& tick : ticks.major) {
            const double at = fraction(axis, tick.value) * length;
            EXPECT_TRUE(at > -1e-3 && at < length + 1e-3) << tick.label;
            const double half = measure(tick.label, tick_text).width / 2;
            EXPECT_GT(at - half, end) << tick.label << " at length " << length;
            end = at + half;
        }
        for (double value : ticks.minor) {
            const double at = fraction(axis, value) * length;
            EXPECT_TRUE(at > -1e-3 && at < length + 1e-3) << value;
        }
        if (length >= 320) {
            EXPECT_GE(ticks.major.size(), 2u);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Axes, TicksOf,
    testing::Values(linear(-3, 3), linear(-1e-12, 1e-12), linear(0, 1e9), linear(-7e5, 2e6),
                    linear(1 - 5e-9, 1 + 5e-9), linear(17, 17.3), logarithmic(1e-300, 1e300),
                    logarithmic(1e-16, 1e8), logarithmic(0.02, 700), logarithmic(3.01, 3.09),
                    logarithmic(90, 1.1e5), symlog(-1e300, 1e300, 1), symlog(-1e10, 1e10, 1),
                    symlog(-0.5, 0.5, 1), symlog(-3, 1e6, 1e-3), symlog(2, 1e6, 1),
                    symlog(0, 20, 10), symlog(-500, 500, 3)),
    [](const auto& tested) { return fmt::format("axis{}", tested.index); });

TEST(Fraction, PutsWhatALogScaleCannotShowBelowIt) {
    EXPECT_EQ(fraction(logarithmic(1, 10), 0), -HUGE_VAL);
    EXPECT_EQ(fraction(logarithmic(1, 10), -2), -HUGE_VAL);
    EXPECT_EQ(fraction(logarithmic(1, 10), HUGE_VAL), HUGE_VAL);
}

}  // namespace
}  // namespace gradscape::figure
