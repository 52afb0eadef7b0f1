// Statistics by the plainest means, and their equality, NaN (no finite cell) included.
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>

#include "gradscape/statistics.hpp"

namespace gradscape::test {

/// Of cells in rising order.
inline void count(FieldStatistics& statistics, double value, std::size_t cell) {
    if (std::isnan(value)) {
        ++statistics.nan;
    } else if (std::isinf(value)) {
        if (value > 0)
            ++statistics.positive_infinite;
        else if (statistics.negative_infinite++ == 0)
            statistics.negative_infinite_cell = cell;
    } else {
        if (!(value >= statistics.min)) statistics.min = value, statistics.min_cell = cell;
        if (!(value <= statistics.max)) statistics.max = value, statistics.max_cell = cell;
    }
}

inline void expect_same(const FieldStatistics& a, const FieldStatistics& b) {
    EXPECT_TRUE(a.min == b.min || (a.min != a.min && b.min != b.min)) << a.min << ' ' << b.min;
    EXPECT_TRUE(a.max == b.max || (a.max != a.max && b.max != b.max)) << a.max << ' ' << b.max;
    EXPECT_EQ(a.min_cell, b.min_cell);
    EXPECT_EQ(a.max_cell, b.max_cell);
    EXPECT_EQ(a.positive_infinite, b.positive_infinite);
    EXPECT_EQ(a.negative_infinite, b.negative_infinite);
    EXPECT_EQ(a.nan, b.nan);
    if (a.negative_infinite > 0) {
        EXPECT_EQ(a.negative_infinite_cell, b.negative_infinite_cell);
    }
}

}  // namespace gradscape::test
