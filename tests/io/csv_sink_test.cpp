// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

using gradscape::test::make_view;
using gradscape::test::read_all;
using gradscape::test::run_sink;
using gradscape::test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(CsvSink, ListsTheCellsFromTheLowestRowUp) {
    TemporaryFolder folder;
    const std::string path = folder / "surface.csv";
    const auto view = make_view(2, 3, {Field::loss, Field::grad_wx}, Precision::f64);
    const auto filler = [](const Strip& strip) {
        for (std::size_t cell = 0; cell < 2 * strip.rows; ++cell) {
            strip.field<double>(Field::loss)[cell] =
                0.1 * static_cast<double>(2 * strip.first_row + cell);
            strip.field<double>(Field::grad_wx)[cell] = -1e-300;
        }
    };
    const auto sink = csv_sink(path, view);
    Sink* sinks[] = {sink.get()};
    run_strips(filler, view, sinks);
    EXPECT_EQ(read_all(path),
              "w_x,w_rec,loss,grad_wx\n"
              "-3,-2.5,0,-1e-300\n3,-2.5,0.1,-1e-300\n"
              "-3,0,0.2,-1e-300\n3,0,0.30000000000000004,-1e-300\n"
              "-3,2.5,0.4,-1e-300\n3,2.5,0.5,-1e-300\n");
}

TEST(CsvSink, PrintsSinglePrecisionWithoutFalseDigits) {
    TemporaryFolder folder;
    const std::string path = folder / "surface.csv";
    const auto view = make_view(1, 1);
    const auto sink = csv_sink(path, view);
    Sink* sinks[] = {sink.get()};
    run_strips([](const Strip& strip) { *strip.field<float>(Field::loss) = 0.1f; }, view, sinks);
    EXPECT_EQ(read_all(path), "w_x,w_rec,loss\n-3,-2.5,0.1\n");
}

TEST(CsvSink, GivesTheSameBytesForAnyThreadsAndStripHeights) {
    TemporaryFolder folder;
    const std::string path = folder / "surface.csv";
    const auto view = make_view(23, 157, {Field::loss, Field::grad_norm});
    run_sink(*csv_sink(path, view), view, 1);
    const std::string expected = read_all(path);
    for (std::size_t cells : {0u, 1000u, 100000u}) {
        run_sink(*csv_sink(path, view), view, 4, cells);
        EXPECT_EQ(read_all(path), expected);
    }
}

TEST(CsvSink, RefusesMoreCellsThanAnyoneReads) {
    TemporaryFolder folder;
    EXPECT_THAT([&] { csv_sink(folder / "surface.csv", make_view(1001, 1000)); },
                ThrowsMessage<InputError>(HasSubstr("1001 × 1000 cells are too many for CSV")));
    EXPECT_EQ(folder.entries(), 0u);
}

TEST(CsvSink, TAPieceHoldsTheLongestNumbers) {
    TemporaryFolder folder;
    auto view = make_view(40, 6, {Field::loss, Field::grad_wx}, Precision::f64);
    view.grid.wx = {-1.2345678901234567e-300, -1.2345678901234561e-300, 40};
    view.grid.wrec = {-1.2345678901234567e-300, -1.2345678901234561e-300, 6};
    const auto sink = csv_sink(folder / "surface.csv", view);
    Sink* sinks[] = {sink.get()};
    run_strips(
        [](const Strip& strip) {
            for (Field field : {Field::loss, Field::grad_wx})
                std::fill_n(strip.field<double>(field), 40 * strip.rows, -1.7976931348623157e308);
        },
        view, sinks);
    EXPECT_LE(sink->bytes_written(), sink->piece_bytes(6));
    EXPECT_GE(sink->bytes_written(), sink->piece_bytes(6) * 9 / 10);
}

}  // namespace
}  // namespace gradscape::io
