// The lattice is exact: coordinates and values do not depend on the view they are asked for in.
// SPDX-License-Identifier: MIT
#include "gradscape/lattice.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "gradscape/loaded_model.hpp"
#include "tests/article_model.hpp"

namespace gradscape {
namespace {

/// Of all depths, around all places of a plane of 4 × 4.
Lattice random_lattice(std::mt19937& random, std::size_t cols, std::size_t rows) {
    const auto axis = [&](std::size_t size) {
        const auto n = -8 - static_cast<int>(random() % 42);
        // Deep down only powers of two have room for all of their points.
        const int m = n < -46 ? 16 : Pitch::steps[random() % 4];
        const Pitch pitch{m, n};
        const double place = static_cast<double>(random() % 4096) / 1024 - 2;
        return LatticeAxis{static_cast<std::int64_t>(place / pitch.size()), size, pitch};
    };
    return {axis(cols), axis(rows)};
}

std::vector<double> values_of(const LoadedModel& model, const Grid& grid, Precision precision) {
    View view;
    view.grid = grid;
    view.precision = precision;
    std::vector<double> values(grid.cells());
    std::vector<float> floats(grid.cells());
    Strip strip{0, grid.rows(), {}};
    strip.data[Field::loss] = precision == Precision::f64 ? static_cast<void*>(values.data())
                                                          : static_cast<void*>(floats.data());
    model.values(view)(strip);
    if (precision == Precision::f32) values.assign(floats.begin(), floats.end());
    return values;
}

TEST(Lattice, EveryPointIsExact) {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        const Lattice lattice = random_lattice(random, 130, 3);
        ASSERT_TRUE(lattice.is_exact());
        const Axis axis = lattice.wx.axis();
        for (std::size_t j = 0; j < axis.size; ++j) {
            const std::int64_t k = lattice.wx.first + static_cast<std::int64_t>(j);
            ASSERT_EQ(axis.at(j),
                      std::ldexp(static_cast<double>(k) * lattice.wx.pitch.m, lattice.wx.pitch.n));
            ASSERT_TRUE(j == 0 || axis.at(j - 1) < axis.at(j));
        }
    }
}

TEST(Lattice, SaysWhereDoublesEnd) {
    const std::int64_t most = std::int64_t{1} << 53;
    EXPECT_TRUE((LatticeAxis{most - 9, 10, {16, -57}}.is_exact()));
    EXPECT_FALSE((LatticeAxis{most - 9, 11, {16, -57}}.is_exact()));
    EXPECT_FALSE((LatticeAxis{most / 19, 2, {19, -57}}.is_exact()));
    EXPECT_TRUE((LatticeAxis{-most / 19, 2, {19, -57}}.is_exact()));
    EXPECT_FALSE((LatticeAxis{0, 2, {16, -1100}}.is_exact()));
}

TEST(Lattice, CoarserLevelsHaveThePointsThatDivide) {
    const LatticeAxis axis{-5, 12, {19, -9}};  // −5 … 6
    const LatticeAxis coarse = axis.coarser(2);
    EXPECT_EQ(coarse, (LatticeAxis{-2, 4, {19, -7}}));  // −8, −4, 0, 4
    EXPECT_EQ(coarse.axis().at(1), axis.axis().at(1));
    EXPECT_EQ(coarse.axis().at(3), axis.axis().at(9));
}

TEST(Lattice, BlocksTileAnAxis) {
    const LatticeAxis axis{-65, 130, {16, -9}};  // −65 … 64
    const BlockRange blocks = blocks_of(axis);
    EXPECT_EQ(blocks.first, -2);
    EXPECT_EQ(blocks.end, 2);
    EXPECT_EQ(block_axis(-2, axis.pitch).first, -128);
    EXPECT_EQ(block_axis(-2, axis.pitch).end(), block_axis(-1, axis.pitch).first);
}

TEST(Lattice, BlocksAndPreviewsHaveTheBitsOfTheWholeView) {
    std::mt19937 random(2);
    std::size_t compared = 0;
    for (const Activation activation : {Activation::tanh, Activation::sigmoid, Activation::relu}) {
        const auto model = find_evaluator("cpu").load({article_model().sequences, activation});
        for (int round = 0; round < 24; ++round) {
            const Precision precision = round % 2 ? Precision::f32 : Precision::f64;
            const Lattice whole = random_lattice(random, 150, 97);
            const std::vector<double> of_whole = values_of(*model, whole.grid(), precision);
            const auto compare = [&](const Lattice& part, int levels) {
                const std::vector<double> of_part = values_of(*model, part.grid(), precision);
                for (std::size_t i = 0; i < part.wrec.size; ++i)
                    for (std::size_t j = 0; j < part.wx.size; ++j) {
                        const std::int64_t row =
                            ((part.wrec.first + static_cast<std::int64_t>(i)) << levels) -
                            whole.wrec.first;
                        const std::int64_t column =
                            ((part.wx.first + static_cast<std::int64_t>(j)) << levels) -
                            whole.wx.first;
                        if (row < 0 || column < 0 || row >= 97 || column >= 150) continue;
                        ++compared;
                        ASSERT_EQ(of_part[i * part.wx.size + j],
                                  of_whole[static_cast<std::size_t>(row * 150 + column)])
                            << "levels " << levels << ", n " << whole.wx.pitch.n;
                    }
            };
            const std::int64_t column = blocks_of(whole.wx).first + 1,
                               row = blocks_of(whole.wrec).first;
            compare({block_axis(column, whole.wx.pitch), block_axis(row, whole.wrec.pitch)}, 0);
            compare(whole.coarser(2), 2);
            compare(whole.coarser(4), 4);
        }
    }
    EXPECT_GT(compared, 150'000u);
}

}  // namespace
}  // namespace gradscape
