// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <map>

#include "gradscape/sequences.hpp"

namespace gradscape::data {
namespace {

TEST(MergeIdentical, AddsTheWeightsInOrderOfFirstAppearance) {
    const Sequences data{5, 2, {1, 2, 3, 4, 1, 2, 1, 2, 3, 4}, {9, 8, 9, 7, 8}, {1, 2, 3, 4, 5}};
    const Sequences expected{3, 2, {1, 2, 3, 4, 1, 2}, {9, 8, 7}, {4, 7, 4}};
    EXPECT_EQ(merge_identical(data), expected);
}

TEST(MergeIdentical, TakesBothZerosAsOne) {
    const Sequences data{2, 1, {0.0, -0.0}, {-0.0, 0.0}, {1, 1}};
    const auto merged = merge_identical(data);
    EXPECT_EQ(count_distinct(data), merged.count);
    EXPECT_EQ(merged.count, 1u);
    EXPECT_EQ(merged.weights, std::vector<double>{2});
}

TEST(MergeIdentical, KeepsRowsThatAllDiffer) {
    const std::size_t count = 5000;
    Sequences data{count, 1, {}, std::vector<double>(count, 0.5), std::vector<double>(count, 1.0)};
    for (std::size_t i = 0; i < count; ++i) data.inputs.push_back(static_cast<double>(i) / 3);
    EXPECT_EQ(merge_identical(data), data);
    EXPECT_EQ(count_distinct(data), data.count);
}

TEST(MergeIdentical, AgreesWithASortedMapOnRandomBits) {
    const auto data = make_counting_data(3, 20000, 7, 0).train;
    std::map<std::vector<double>, double> expected;
    for (std::size_t i = 0; i < data.count; ++i) {
        const auto row = data.inputs_of(i);
        expected[{row.begin(), row.end()}] += 1;
    }
    const auto merged = merge_identical(data);
    EXPECT_EQ(count_distinct(data), merged.count);
    ASSERT_EQ(merged.count, expected.size());
    for (std::size_t i = 0; i < merged.count; ++i) {
        const auto row = merged.inputs_of(i);
        EXPECT_EQ(merged.weights[i], (expected[{row.begin(), row.end()}]));
    }
}

TEST(MergeIdentical, OfNothingIsNothing) {
    const Sequences none{0, 3, {}, {}, {}};
    EXPECT_EQ(merge_identical(none), none);
}

}  // namespace
}  // namespace gradscape::data
