// SPDX-License-Identifier: MIT
#include "gradscape/scale.hpp"

#include <gtest/gtest.h>

namespace gradscape::color {
namespace {

TEST(Scale, InverseUndoesForward) {
    for (Scale scale : {Scale::log, Scale::linear, Scale::symlog})
        for (double value : {1e-9, 0.3, 1.0, 7.5, 100.0, 2e12})
            EXPECT_NEAR(from_scale(scale, to_scale(scale, value, 100), 100) / value, 1, 1e-13);
}

TEST(Scale, SymlogIsOddAndMeetsAtTheLinearEnd) {
    EXPECT_EQ(to_scale(Scale::symlog, 0), 0);
    EXPECT_EQ(to_scale(Scale::symlog, 50, 100), 0.5);
    EXPECT_EQ(to_scale(Scale::symlog, 100, 100), 1);
    EXPECT_EQ(to_scale(Scale::symlog, 1e4, 100), 3);
    EXPECT_EQ(to_scale(Scale::symlog, -1e4, 100), -3);
    EXPECT_EQ(from_scale(Scale::symlog, -3, 100), -1e4);
}

}  // namespace
}  // namespace gradscape::color
