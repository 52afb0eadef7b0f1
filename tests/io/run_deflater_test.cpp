// SPDX-License-Identifier: MIT
#include "host/io/run_deflater.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/io/inflated.hpp"

namespace gradscape::io {
namespace {

using test::inflated;

/// Rows from the lowest up, as runs and as the pixels that they stand for.
struct Picture {
    std::size_t cols;
    std::vector<ColorRun> runs{};
    std::vector<std::vector<std::uint8_t>> rows{};

    void add_row(const std::vector<ColorRun>& row) {
        runs.insert(runs.end(), row.begin(), row.end());
        auto& pixels = rows.emplace_back();
        for (const ColorRun& run : row) pixels.resize(run.end, run.index);
    }
    /// What a PNG's zlib stream holds: rows from the top, filter "sub".
    std::string filtered() const {
        std::string bytes;
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            bytes += '\1';
            std::uint8_t before = 0;
            for (std::uint8_t pixel : *row) {
                bytes += static_cast<char>(pixel - before);
                before = pixel;
            }
        }
        return bytes;
    }
};

void expect_round_trip(const Picture& picture, std::size_t band_rows = 1000) {
    DeflatedRows rows;
    deflate_runs(picture.runs, picture.cols, band_rows, rows);
    EXPECT_LE(rows.bytes.size(),
              max_deflated_run_bytes(rows.raw_size, picture.rows.size() / band_rows + 1));
    EXPECT_EQ(rows.raw_size, picture.rows.size() * (picture.cols + 1));
    EXPECT_TRUE(inflated(rows) == picture.filtered());
}

/// Lengths around every border: of matches, of their codes, of many matches at once.
TEST(RunDeflater, RunsOfEveryLengthComeBack) {
    std::vector<std::uint32_t> lengths;
    for (std::uint32_t length = 1; length <= 800; ++length) lengths.push_back(length);
    for (std::uint32_t matches : {17u, 18u, 19u, 35u, 36u, 37u, 1000u})
        for (std::uint32_t more = 0; more < 5; ++more) lengths.push_back(258 * matches + more);
    for (std::uint32_t length : lengths) {
        Picture one{length};
        one.add_row({{length, 7}});
        expect_round_trip(one);
        Picture three{length + 2};
        three.add_row({{1, 9}, {length + 1, 8}, {length + 2, 9}});
        expect_round_trip(three);
    }
}

TEST(RunDeflater, EveryDifferenceOfColoursComesBack) {
    Picture picture{2};
    for (unsigned a = 0; a < 256; ++a)
        for (unsigned b = 0; b < 256; b += 1 + a % 3)
            if (a != b)
                picture.add_row(
                    {{1, static_cast<std::uint8_t>(a)}, {2, static_cast<std::uint8_t>(b)}});
            else
                picture.add_row({{2, static_cast<std::uint8_t>(a)}});
    expect_round_trip(picture);
}

/// Pictures of random sizes whose runs are mostly short, mostly long, or mixed; with colours that
/// move by one, or to anywhere.
TEST(RunDeflater, RandomPicturesComeBack) {
    std::mt19937_64 random(1);
    for (int trial = 0; trial < 500; ++trial) {
        const std::size_t cols = 1 + random() % (trial % 10 == 0 ? 70000 : 700);
        const std::size_t rows = 1 + random() % (trial % 10 == 0 ? 3 : 30);
        const std::uint64_t longest = 1 + random() % (trial % 3 == 0 ? 4 : 2 * cols);
        const bool small_steps = random() % 2;
        Picture picture{cols};
        for (std::size_t row = 0; row < rows; ++row) {
            std::vector<ColorRun> runs;
            auto color = static_cast<std::uint8_t>(random());
            for (std::uint64_t end = 0; end < cols;) {
                end = std::min<std::uint64_t>(end + 1 + random() % longest, cols);
                runs.push_back({static_cast<std::uint32_t>(end), color});
                color = static_cast<std::uint8_t>(small_steps ? color + 1 - 2 * (random() % 2)
                                                              : color + 1 + random() % 255);
            }
            picture.add_row(runs);
        }
        expect_round_trip(picture, 1 + random() % 40);
    }
}

/// Bands follow one another in one stream, as strips do.
TEST(RunDeflater, StretchesJoin) {
    Picture lower{1000}, upper{1000};
    lower.add_row({{10, 1}, {1000, 2}});
    lower.add_row({{500, 2}, {1000, 255}});
    upper.add_row({{999, 0}, {1000, 128}});
    DeflatedRows rows;
    deflate_runs(upper.runs, 1000, 8, rows);
    deflate_runs(lower.runs, 1000, 1, rows);
    EXPECT_TRUE(inflated(rows) == upper.filtered() + lower.filtered());
}

/// 32768 columns in three runs take some 50 bytes, which is what makes gigapixels cheap.
TEST(RunDeflater, LongRunsTakeFewBytes) {
    Picture picture{32768};
    for (int row = 0; row < 100; ++row) picture.add_row({{10000, 3}, {20000, 4}, {32768, 3}});
    DeflatedRows rows;
    deflate_runs(picture.runs, 32768, 100, rows);
    EXPECT_LT(rows.bytes.size(), 100u * 60u);
}

}  // namespace
}  // namespace gradscape::io
