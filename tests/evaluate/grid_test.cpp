// SPDX-License-Identifier: MIT
#include "gradscape/grid.hpp"

#include <gtest/gtest.h>

namespace gradscape {
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

}  // namespace
}  // namespace gradscape
