// The sequences as kernels read them.
// SPDX-License-Identifier: MIT
#include "kernels/device/records.hpp"

#include <gtest/gtest.h>

namespace gradscape::kernels {
namespace {

struct Three {
    std::vector<float> inputs{0, 1, 0, 0, 0, 0, 1, 1, 1}, targets{1, 0, 3}, weights{2, 1, 4};
    std::vector<SequencePlace> order{{1, 3, 0}, {0, 1, 0}, {2, 0, 1}};
    OrderedSequences<float> view() const {
        return {{inputs.data(), targets.data(), weights.data(), 3, 3, 1 / 7.0f}, order.data()};
    }
};

TEST(Records, OfCheapCellsEndTogetherBehindZeros) {
    const Three data;
    const Records<float> records = records_of(data.view(), RecordLayout::padded);
    EXPECT_EQ(records.length, 10);
    ASSERT_EQ(records.values.size(), 3u * 12);
    EXPECT_EQ(records.values, (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,  //
                                                  0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2,  //
                                                  0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 3, 4}));
}

TEST(Records, OfOthersBeginTogetherAndShare) {
    const Three data;
    const Records<float> records = records_of(data.view(), RecordLayout::shared);
    EXPECT_EQ(records.values, (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,  //
                                                  1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2,  //
                                                  1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 4}));
    ASSERT_EQ(records.steps.size(), 3u);
    EXPECT_EQ(records.steps[0].length, 0);
    EXPECT_EQ(records.steps[1].length, 2);
    EXPECT_EQ(records.steps[1].from, 0);
    EXPECT_EQ(records.steps[2].length, 3);
    EXPECT_EQ(records.steps[2].from, 1);
}

TEST(Records, AreWholeVectorsOfEitherType) {
    EXPECT_EQ(record_size<float>(10), 12);
    EXPECT_EQ(record_size<float>(11), 16);
    EXPECT_EQ(record_size<double>(10), 12);
    EXPECT_EQ(record_size<double>(11), 14);
}

TEST(Records, TakeTheLayoutThatTheirLengthAndCellAllow) {
    EXPECT_EQ(record_layout(16, true, true), RecordLayout::padded);
    EXPECT_EQ(record_layout(16, true, false), RecordLayout::whole);  // zeros would not stay zeros
    EXPECT_EQ(record_layout(16, false, false), RecordLayout::shared);
    EXPECT_EQ(record_layout(17, true, true), RecordLayout::whole);
}

}  // namespace
}  // namespace gradscape::kernels
