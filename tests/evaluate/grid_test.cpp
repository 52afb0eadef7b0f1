// SPDX-License-Identifier: MIT
#include "gradscape/grid.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gradscape::evaluate {
namespace {

TEST(Axis, IncludesBothEndsExactly) {
    const Axis axis{-0.1, 2.1, 100};
    EXPECT_EQ(axis.at(0), -0.1);
    EXPECT_EQ(axis.at(99), 2.1);
}

TEST(Axis, OfOnePointIsItsLowEnd) { EXPECT_EQ((Axis{-3, 3, 1}.at(0)), -3); }

TEST(Axis, FollowsNumpyLinspace) {
    // python3 -c "import numpy; print(repr(numpy.linspace(-3, 3, 100)[[1, 57, 98]]))"
    const Axis axis{-3, 3, 100};
    EXPECT_EQ(axis.at(1), -3 + 6.0 / 99);
    EXPECT_EQ(axis.at(57), 57 * (6.0 / 99) + -3);
}

TEST(Axis, N13FollowsNumpyWhereTheStepUnderflows) {
    EXPECT_EQ((Axis{0, 5e-324, 4}.values()), (std::vector<double>{0, 0, 5e-324, 5e-324}));
    // numpy.linspace(0, 5e-323, 8): a step of 1.43 smallest numbers is rounded to one
    const double smallest = 5e-324;
    EXPECT_EQ((Axis{0, 5e-323, 8}.at(5)), 5 * smallest);
    EXPECT_EQ((Axis{3, 3, 5}.values()), std::vector<double>(5, 3));
}

TEST(Axis, N13HasNoNegativeZero) {
    EXPECT_FALSE(std::signbit(Axis{-0.0, 1, 3}.at(0)));
    EXPECT_FALSE(std::signbit(Axis{-0.0, 0, 1}.at(0)));
}

TEST(Axis, MayBeWiderThanTheLargestNumber) {
    EXPECT_EQ((Axis{-1e308, 1e308, 3}.values()), (std::vector<double>{-1e308, 0, 1e308}));
}

}  // namespace
}  // namespace gradscape::evaluate
