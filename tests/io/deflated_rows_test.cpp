// SPDX-License-Identifier: MIT
#include "host/io/deflated_rows.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/io/inflated.hpp"

namespace gradscape::io {
namespace {

using test::inflated;

/// Rows of few colours in short runs, as pictures have them.
std::vector<std::uint8_t> made_up_rows(std::mt19937& random, std::size_t size) {
    std::vector<std::uint8_t> rows(size);
    const std::size_t run = 1 + random() % 7;
    for (std::size_t i = 0; i < size; ++i)
        rows[i] =
            i > 0 && random() % run > 0 ? rows[i - 1] : static_cast<std::uint8_t>(random() % 31);
    return rows;
}

/// A picture must have the same bytes whenever it is made. igzip's higher levels hash with what
/// happens to be in a register, an address: about one input in fifty comes out in several ways.
TEST(Deflater, BytesDoNotDependOnAddresses) {
    std::mt19937 random(1);
    std::vector<Deflater> deflaters(60);
    for (int trial = 0; trial < 100; ++trial) {
        const auto rows = made_up_rows(random, trial % 2 == 0 ? 20 : 300);
        DeflatedRows first;
        deflaters[0].append(rows, first);
        for (Deflater& deflater : deflaters) {
            DeflatedRows again;
            deflater.append(rows, again);
            ASSERT_EQ(again.bytes, first.bytes) << trial;
        }
    }
}

/// What does not compress at all is stored, and the stream goes on behind it.
TEST(Deflater, NoiseComesBack) {
    std::mt19937 random(2);
    Deflater deflater;
    for (int trial = 0; trial < 100; ++trial) {
        DeflatedRows rows;
        std::string expected;
        for (std::size_t most : {700u, 100000u, 30u}) {
            std::vector<std::uint8_t> raw(1 + random() % most);
            const std::size_t colors = 1 + random() % 256;
            for (std::uint8_t& byte : raw) byte = static_cast<std::uint8_t>(random() % colors);
            deflater.append(raw, rows);
            expected.append(raw.begin(), raw.end());
        }
        EXPECT_TRUE(inflated(rows) == expected) << trial;
    }
}

}  // namespace
}  // namespace gradscape::io
