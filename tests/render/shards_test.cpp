// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/shard.hpp"
#include "gradscape/tiles.hpp"

namespace gradscape {
namespace {

TEST(Shards, AreWholeBandsThatCoverTheRowsFromTheTopDown) {
    for (const std::size_t cols : {1, 96, 5000})
        for (const std::size_t rows : {1, 5, 31, 32, 33, 133, 1000, 4097})
            for (const std::size_t count : {1, 2, 3, 7, 64, 1000}) {
                SCOPED_TRACE(testing::Message() << cols << " x " << rows << " in " << count);
                const Grid grid{{-3, 3, cols}, {-3, 3, rows}};
                const std::size_t band = band_rows(grid);
                std::size_t top = rows, fewest = rows, most = 0;
                for (std::size_t index = 1; index <= count; ++index) {
                    const RowRange range = rows_of({index, count}, grid);
                    ASSERT_EQ(range.end, top);
                    EXPECT_EQ((rows - range.end) % band, range.end == 0 ? rows % band : 0);
                    top = range.first;
                    const std::size_t bands = (range.rows() + band - 1) / band;
                    fewest = std::min(fewest, bands);
                    most = std::max(most, bands);
                }
                EXPECT_EQ(top, 0u);
                EXPECT_LE(most, fewest + 1);
            }
}

TEST(Shards, OfTilesHaveTheirShareOfTheCells) {
    const Grid grid{{-3, 3, 16384}, {-3, 3, 16384}};
    const std::size_t all = tile_row_count(grid, Overview::evaluated);
    std::size_t top = all;
    std::vector<std::size_t> rows;
    for (std::size_t index = 1; index <= 4; ++index) {
        const RowRange range = tile_rows_of({index, 4}, grid, Overview::evaluated);
        EXPECT_EQ(range.end, top);
        top = range.first;
        rows.push_back(range.rows());
    }
    EXPECT_EQ(top, 0u);
    // 4/3 of 32 rows of 32 tiles are 10.7 such rows each; the last share is of small levels.
    for (std::size_t index = 0; index < 3; ++index)
        EXPECT_NEAR(static_cast<double>(rows[index]), 10.7, 1);
    EXPECT_GT(rows[3], 20u);
}

TEST(Shards, AreFromOneToTheirCount) {
    const Grid grid{{-3, 3, 10}, {-3, 3, 10}};
    EXPECT_THROW(rows_of({0, 3}, grid), InputError);
    EXPECT_THROW(rows_of({4, 3}, grid), InputError);
    EXPECT_EQ(part_suffix({3, 64}), ".part.3-of-64");
}

TEST(Shards, AreFoundByTheirJournalsAlone) {
    const std::string outputs[]{"/nowhere/at/all.png"};
    EXPECT_THROW(find_shards(outputs, {}), InputError);
}

}  // namespace
}  // namespace gradscape
