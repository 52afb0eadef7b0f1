// Boundaries whose dimension is known.
// SPDX-License-Identifier: MIT
#include "gradscape/box_counting.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "gradscape/error.hpp"

namespace gradscape {
namespace {

constexpr std::size_t side_points = 1025;  // 1024 cells

std::vector<std::uint8_t> kinds_of(const std::function<bool(std::size_t, std::size_t)>& is_in,
                                   std::size_t size = side_points) {
    std::vector<std::uint8_t> kinds;
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t col = 0; col < size; ++col) kinds.push_back(is_in(col, row));
    return kinds;
}

BoxDimension dimension_of(const std::vector<std::uint8_t>& kinds, std::size_t size = side_points) {
    const std::size_t largest = largest_side(size, size);
    return box_dimension(count_boxes(kinds, size, size, largest), 2, largest).value();
}

TEST(BoxCounting, CountsByHand) {
    // 5 x 5 points, one of the other kind in the middle: it is a corner of four boxes of any side.
    std::vector<std::uint8_t> kinds(25, 0);
    kinds[12] = 1;
    const BoxCounts counts = count_boxes(kinds, 5, 5, 4);
    ASSERT_EQ(counts.by_side.size(), 3u);
    EXPECT_EQ(counts.by_side[0].crossed, 4u);
    EXPECT_EQ(counts.by_side[0].boxes, 16u);
    EXPECT_EQ(counts.by_side[1].crossed, 4u);
    EXPECT_EQ(counts.by_side[1].boxes, 4u);
    EXPECT_EQ(counts.by_side[2].crossed, 1u);
}

TEST(BoxCounting, AStraightLineHasOneDimension) {
    const auto vertical = dimension_of(kinds_of([](auto x, auto) { return x > 400; }));
    EXPECT_NEAR(vertical.dimension, 1, 1e-12);
    EXPECT_NEAR(vertical.standard_error, 0, 1e-12);
    EXPECT_EQ(vertical.smallest, 2u);
    EXPECT_EQ(vertical.largest, 128u);
    for (const double slope : {0.1, 0.5, 0.9, 1.7}) {
        const auto slanted = dimension_of(kinds_of([slope](auto x, auto y) {
            return static_cast<double>(y) > 31.3 + slope * static_cast<double>(x);
        }));
        EXPECT_NEAR(slanted.dimension, 1, 0.05) << slope;
        EXPECT_LT(std::abs(slanted.dimension - 1), 4 * slanted.standard_error + 0.01) << slope;
    }
}

TEST(BoxCounting, ACircleHasOneDimensionToo) {
    const auto circle = dimension_of(kinds_of([](auto x, auto y) {
        return std::hypot(static_cast<double>(x) - 500, static_cast<double>(y) - 530) < 350;
    }));
    EXPECT_NEAR(circle.dimension, 1, 0.06);
    EXPECT_LT(circle.standard_error, 0.03);
}

TEST(BoxCounting, WhatIsEverywhereHasTwo) {
    const auto checkered = dimension_of(kinds_of([](auto x, auto y) { return (x + y) % 2 == 0; }));
    EXPECT_NEAR(checkered.dimension, 2, 1e-12);
    std::mt19937 random(1);
    const auto noise = dimension_of(kinds_of([&](auto, auto) { return random() % 2 == 0; }));
    EXPECT_NEAR(noise.dimension, 2, 0.01);
}

/// Pascal's triangle modulo 2: three of four quarters are copies of the whole.
TEST(BoxCounting, SierpinskisTriangleHasLog2Of3) {
    const auto triangle = dimension_of(kinds_of([](auto x, auto y) { return (x & y) == 0; }));
    EXPECT_NEAR(triangle.dimension, std::log2(3.0), 0.03);
    EXPECT_LT(std::abs(triangle.dimension - std::log2(3.0)), 4 * triangle.standard_error);
}

/// Of nine ninths eight are copies of the whole, whatever powers the boxes are of.
TEST(BoxCounting, SierpinskisCarpetHasLog3Of8) {
    const auto carpet = dimension_of(kinds_of([](auto x, auto y) {
        for (; x > 0 || y > 0; x /= 3, y /= 3)
            if (x % 3 == 1 && y % 3 == 1) return false;
        return true;
    }));
    EXPECT_NEAR(carpet.dimension, std::log(8.0) / std::log(3.0), 0.05);
}

TEST(BoxCounting, OfOnePointItIsZeroNotMinusZero) {
    std::vector<std::uint8_t> kinds(65 * 65, 0);
    kinds[0] = 1;
    const double dimension = box_dimension(count_boxes(kinds, 65, 65, 8), 1, 8).value().dimension;
    EXPECT_EQ(dimension, 0);
    EXPECT_FALSE(std::signbit(dimension));
}

TEST(BoxCounting, OfNoBoundaryThereIsNone) {
    const std::vector<std::uint8_t> all(65 * 65, 1);
    EXPECT_FALSE(box_dimension(count_boxes(all, 65, 65, 8), 1, 8));
    std::vector<std::uint8_t> line(65 * 65, 0);
    for (std::size_t i = 0; i < 65; ++i) line[i * 65] = 1;
    EXPECT_TRUE(box_dimension(count_boxes(line, 65, 65, 8), 1, 8));
    EXPECT_FALSE(box_dimension(count_boxes(line, 65, 65, 8), 4, 8));  // two sides
    EXPECT_THROW(count_boxes(line, 65, 65, 65), InputError);
    EXPECT_EQ(largest_side(8, 100), 0u);
    EXPECT_EQ(largest_side(9, 100), 1u);
    EXPECT_EQ(largest_side(1025, 1025), 128u);
    EXPECT_EQ(largest_side(1024, 1025), 64u);
}

/// What is over is left out at every side alike.
TEST(BoxCounting, CoversTheSamePartAtEverySide) {
    const std::vector<std::uint8_t> kinds(70 * 53, 0);
    const BoxCounts counts = count_boxes(kinds, 70, 53, 16);
    EXPECT_EQ(counts.cols, 65u);
    EXPECT_EQ(counts.rows, 49u);
    for (const BoxCount& count : counts.by_side)
        EXPECT_EQ(count.boxes * count.side * count.side, 64u * 48u);
}

}  // namespace
}  // namespace gradscape
