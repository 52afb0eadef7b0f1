// SPDX-License-Identifier: MIT
#include "gradscape/predictions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/golden.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::training {
namespace {

TEST(Predict, CountsTheOnesAtTheMinimum) {
    const auto predictions = predict({golden::article("article_test.csv")}, {1, 1});
    ASSERT_EQ(predictions.each.size(), 5u);
    for (const auto& p : predictions.each) EXPECT_EQ(p.prediction, p.target);
    EXPECT_EQ(predictions.mean_square_error, 0);
}

TEST(Predict, RoundsAndAveragesTheSquaredErrors) {
    const auto predictions = predict({{2, 1, {1, 2}, {1, 2}, {1, 3}}}, {1.25, 1});
    EXPECT_EQ(predictions.each[0].rounded, 1);
    EXPECT_EQ(predictions.each[1].prediction, 2.5);
    EXPECT_EQ(predictions.each[1].rounded, 2);  // half to even, as numpy's around
    EXPECT_EQ(predictions.mean_square_error, (0.0625 + 3 * 0.25) / 4);
}

TEST(Predict, RoundsToNoNegativeZero) {
    const double rounded = predict({{1, 1, {1}, {0}, {1}}}, {-0.25, 1}).each[0].rounded;
    EXPECT_EQ(rounded, 0);
    EXPECT_FALSE(std::signbit(rounded));
}

TEST(WritePredictionsCsv, CountsFromOne) {
    const test::TemporaryFolder folder;
    write_predictions_csv(folder / "p.csv", predict({{1, 1, {2}, {3}, {1}}}, {1.25, 1}));
    EXPECT_EQ(test::read_all(folder / "p.csv"), "sequence,target,prediction,rounded\n1,3,2.5,2\n");
}

}  // namespace
}  // namespace gradscape::training
