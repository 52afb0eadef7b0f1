// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "gradscape/error.hpp"
#include "tests/golden.hpp"

namespace gradscape::data {
namespace {

std::vector<std::string> rows_as_text(const Sequences& sequences) {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < sequences.count; ++i) {
        std::string row;
        for (double input : sequences.inputs_of(i)) row += input == 0 ? '0' : '1';
        rows.push_back(row);
    }
    return rows;
}

TEST(CountingData, IsTheArticlesForSeed1) {
    const auto data = make_counting_data(1, 20, 10, 5);
    EXPECT_EQ(data.train, golden::article("article_dataset.csv"));
    EXPECT_EQ(data.test, golden::article("article_test.csv"));
}

/// numpy.random.seed(S); [numpy.around(numpy.random.rand(T)) for _ in range(N + N_test)]
TEST(CountingData, IsNumpysForOtherSeedsAndLengths) {
    using Rows = std::vector<std::string>;
    const auto check = [](std::uint32_t seed, std::size_t length, const Rows& train,
                          const Rows& test) {
        const auto data = make_counting_data(seed, train.size(), length, test.size());
        EXPECT_EQ(rows_as_text(data.train), train) << seed;
        EXPECT_EQ(rows_as_text(data.test), test) << seed;
    };
    check(0, 1, {"1", "1"}, {"1"});
    check(0, 33, {"111101011011110001111101010110010", "101111100101100001010001000001000"},
          {"101010111000000001101011010100101"});
    check(4294967295, 1, {"0", "1", "1"}, {"1", "0"});
    check(4294967295, 33,
          {"011101101110001110010111011100101", "100010000110011011110110010000100"},
          {"010001011111000101111111110101011"});
    check(7, 64, {"0101111000110001001011011011100000011010001001010100110001111100"}, {});
}

TEST(CountingData, RefusesSizesThatMakeNoSense) {
    EXPECT_THROW(make_counting_data(1, 0, 10, 5), InputError);
    EXPECT_THROW(make_counting_data(1, 20, 0, 5), InputError);
    EXPECT_THROW(make_counting_data(1, ~std::size_t{0}, ~std::size_t{0}, 5), InputError);
}

}  // namespace
}  // namespace gradscape::data
