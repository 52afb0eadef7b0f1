// Pieces fit the memory, end in time, overlap where a strip is large, and cover a strip's cells.
// SPDX-License-Identifier: MIT
#include "kernels/device/piece_size.hpp"

#include <gtest/gtest.h>

namespace gradscape::kernels {
namespace {

constexpr PieceLimits ample{std::size_t{1} << 40, 100, 0x1p31, 200};
constexpr std::size_t large_strip = std::size_t{1} << 21;

TEST(PieceSize, CutsALargeStripSoThatPiecesOverlap) {
    EXPECT_EQ(piece_cells(large_strip, ample), large_strip / 4);
    EXPECT_EQ(piece_cells(large_strip / 4, ample), least_shared_cells);  // that keeps a device busy
    EXPECT_EQ(piece_cells(std::size_t{1} << 30, ample), most_piece_cells);
}

TEST(PieceSize, FitsTheMemoryAndEndsInTime) {
    PieceLimits limits = ample;
    limits.memory = 5000 * limits.cell_bytes;
    EXPECT_EQ(piece_cells(large_strip, limits), 5000u);
    limits = ample;
    limits.cell_steps = 1e6;
    EXPECT_EQ(piece_cells(large_strip, limits), 2147u);  // 2^31 steps
    limits.cell_steps = 1e12;
    EXPECT_EQ(piece_cells(large_strip, limits), least_piece_cells);
    limits.memory = 1;
    EXPECT_EQ(piece_cells(large_strip, limits), least_piece_cells);
    limits.cell_steps = 0;  // the row form
    limits.memory = ample.memory;
    EXPECT_EQ(piece_cells(large_strip, limits), large_strip / 4);
}

TEST(PieceSize, HasWholeRowsOrColumnsThatNoVectorSpans) {
    const auto expect = [](PieceSize size, std::size_t rows, std::size_t cols) {
        EXPECT_EQ(size.rows, rows);
        EXPECT_EQ(size.cols, cols);
    };
    expect(piece_size(8, 1000, 5000), 5, 1000);
    expect(piece_size(8, 1000, 100000), 8, 1000);
    expect(piece_size(8, 7000, 5000), 1, 4992);
    expect(piece_size(1000000, 1, 1 << 22), most_piece_rows, 1);
}

TEST(PieceSize, SharesALongTrainingAmongLaunches) {
    EXPECT_EQ(launch_evaluations(1 << 16, 0x1p31, 200), 163);
    EXPECT_EQ(launch_evaluations(1 << 22, 0x1p31, 1e6), 1);
    EXPECT_EQ(launch_evaluations(1, 0x1p31, 0), 1000000000);
}

}  // namespace
}  // namespace gradscape::kernels
