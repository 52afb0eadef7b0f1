// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <filesystem>

#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "tests/io/npy_reader.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

using gradscape::test::cell_value;
using gradscape::test::make_view;
using gradscape::test::parse_npy;
using gradscape::test::read_all;
using gradscape::test::run_sink;
using gradscape::test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

void expect_same_number(double a, double b) {
    if (std::isnan(b))
        EXPECT_TRUE(std::isnan(a));
    else
        EXPECT_EQ(a, b);
}

TEST(NpySink, HoldsEveryCellInPlace) {
    TemporaryFolder folder;
    const std::string path = folder / "loss.npy";
    for (auto [cols, rows] : {std::pair{1u, 1u}, {1u, 50u}, {50u, 1u}, {37u, 211u}})
        for (Precision precision : {Precision::f32, Precision::f64}) {
            const auto view = make_view(cols, rows, {Field::loss, Field::grad_wx}, precision);
            run_sink(*npy_sink(path, view, Field::grad_wx), view);
            const auto array = parse_npy(read_all(path));
            EXPECT_EQ(array.descr, precision == Precision::f32 ? "<f4" : "<f8");
            ASSERT_THAT(array.shape, ElementsAre(rows, cols));
            for (std::size_t cell = 0; cell < cols * rows; ++cell) {
                const double value = cell_value(Field::grad_wx, cell);
                expect_same_number(array.values[cell],
                                   precision == Precision::f32 ? static_cast<float>(value) : value);
            }
        }
}

TEST(NpySink, GivesTheSameBytesForAnyThreadsAndStripHeights) {
    TemporaryFolder folder;
    const std::string path = folder / "loss.npy";
    const auto view = make_view(123, 457);
    run_sink(*npy_sink(path, view, Field::loss), view, 1);
    const std::string expected = read_all(path);
    for (unsigned threads : {2u, 4u})
        for (std::size_t cells : {0u, 10000u, 1000000u}) {
            run_sink(*npy_sink(path, view, Field::loss), view, threads, cells);
            EXPECT_EQ(read_all(path), expected);
        }
}

TEST(NpySink, LeavesNothingWhenItIsNotFinished) {
    TemporaryFolder folder;
    const auto view = make_view(10, 10);
    { const auto sink = npy_sink(folder / "loss.npy", view, Field::loss); }
    EXPECT_EQ(folder.entries(), 0u);
}

TEST(NpySink, ReportsAFullDisk) {
    TemporaryFolder folder;
    std::filesystem::create_symlink("/dev/full", folder / "loss.npy");
    const auto view = make_view(10, 10);
    EXPECT_THAT([&] { run_sink(*npy_sink(folder / "loss.npy", view, Field::loss), view); },
                ThrowsMessage<RunError>(HasSubstr("No space left on device")));
}

}  // namespace
}  // namespace gradscape::io
