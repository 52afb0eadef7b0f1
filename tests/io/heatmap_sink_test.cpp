// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/statistics.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/png_stream.hpp"
#include "tests/io/png_reader.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/same_statistics.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

using gradscape::test::cell_value;
using gradscape::test::expect_same;
using gradscape::test::make_view;
using gradscape::test::parse_png;
using gradscape::test::PngPicture;
using gradscape::test::read_all;
using gradscape::test::run_sink;
using gradscape::test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::vector<PngText> no_texts;

void expect_pixels(const PngPicture& picture, const View& view, Field field, const ColorMap& map) {
    const std::size_t cols = view.grid.cols(), rows = view.grid.rows();
    ASSERT_EQ(picture.width, cols);
    ASSERT_EQ(picture.height, rows);
    ASSERT_TRUE(std::equal(picture.palette.begin(), picture.palette.end(), map.colors().begin(),
                           map.colors().end()));
    std::size_t wrong = 0;
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t col = 0; col < cols; ++col) {
            double value = cell_value(field, row * cols + col);
            if (view.precision == Precision::f32) value = static_cast<float>(value);
            wrong += picture.indices[(rows - 1 - row) * cols + col] != map.index(value);
        }
    EXPECT_EQ(wrong, 0u);
}

TEST(HeatmapSink, ColoursEveryCellWithTheHighestRowOnTop) {
    TemporaryFolder folder;
    const std::string path = folder / "picture.png";
    for (auto [cols, rows] :
         {std::pair{1u, 1u}, {1u, 300u}, {300u, 1u}, {8191u, 5u}, {65537u, 3u}, {123u, 457u}})
        for (Precision precision : {Precision::f32, Precision::f64}) {
            const auto view = make_view(cols, rows, {Field::loss, Field::grad_wx}, precision);
            const ColorMap map(default_color_spec(Field::grad_wx));
            run_sink(*heatmap_sink(path, view, Field::grad_wx, map, no_texts), view);
            const PngPicture picture = parse_png(read_all(path));
            expect_pixels(picture, view, Field::grad_wx, map);
            EXPECT_THAT(picture.chunks, ElementsAre("IHDR", "PLTE", "IDAT", "IEND"));
        }
}

TEST(HeatmapSink, GivesTheSameBytesForAnyThreadsAndStripHeights) {
    TemporaryFolder folder;
    const std::string path = folder / "picture.png";
    const auto view = make_view(523, 711);
    const ColorMap map;
    run_sink(*heatmap_sink(path, view, Field::loss, map, no_texts), view, 1);
    const std::string expected = read_all(path);
    for (unsigned threads : {2u, 4u})
        for (std::size_t cells : {0u, 100000u, 1000000u}) {
            run_sink(*heatmap_sink(path, view, Field::loss, map, no_texts), view, threads, cells);
            EXPECT_EQ(read_all(path), expected);
        }
}

TEST(HeatmapSink, SplitsLongDataIntoChunks) {
    TemporaryFolder folder;
    const std::string path = folder / "picture.png";
    const auto view = make_view(2000, 1500);
    ColorSpec spec;  // many colours of noise: hardly compressible
    spec.style = ColorStyle::smooth;
    spec.scale = Scale::linear;
    spec.lo = 0, spec.hi = 1, spec.offset = 0;
    const ColorMap map(spec);
    const auto noise = [](std::size_t cell) {
        std::uint64_t bits = (cell + 1) * 0x9e3779b97f4a7c15u;
        bits = (bits ^ (bits >> 29)) * 0xbf58476d1ce4e5b9u;
        return static_cast<float>(bits >> 40) / 16777216.0f;
    };
    const auto fill = [&](const Strip& strip) {
        for (std::size_t cell = 0; cell < strip.rows * 2000; ++cell)
            strip.field<float>(Field::loss)[cell] = noise(strip.first_row * 2000 + cell);
    };
    std::string first;
    for (std::size_t cells_per_strip : {0u, 1'100'000u}) {  // chunks do not depend on strips
        const auto sink = heatmap_sink(path, view, Field::loss, map, no_texts);
        Sink* sinks[] = {sink.get()};
        StripOptions options;
        options.cells_per_strip = cells_per_strip;
        run_strips(fill, view, sinks, options);
        if (first.empty()) first = read_all(path);
        EXPECT_TRUE(read_all(path) == first);
    }
    const PngPicture picture = parse_png(read_all(path));
    EXPECT_GT(std::count(picture.chunks.begin(), picture.chunks.end(), "IDAT"), 2);
    std::size_t wrong = 0;
    for (std::size_t row = 0; row < 1500; ++row)
        for (std::size_t col = 0; col < 2000; ++col)
            wrong += picture.indices[(1499 - row) * 2000 + col] !=
                     map.index(static_cast<double>(noise(row * 2000 + col)));
    EXPECT_EQ(wrong, 0u);
}

void expect_libpng_reads(const std::string& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    ASSERT_TRUE(png_image_begin_read_from_file(&image, path.c_str())) << image.message;
    image.format = PNG_FORMAT_RGB;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
    ASSERT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr)) << image.message;
    ASSERT_EQ(image.warning_or_error, 0u) << image.message;
    const PngPicture ours = parse_png(read_all(path));
    for (std::size_t i = 0; i < ours.indices.size(); ++i) {
        const Rgb color{pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]};
        ASSERT_EQ(color, ours.palette[ours.indices[i]]) << i;
    }
}

TEST(HeatmapSink, IsReadByLibpng) {
    TemporaryFolder folder;
    const std::string path = folder / "picture.png";
    const auto view = make_view(8191, 17);
    run_sink(*heatmap_sink(path, view, Field::loss, ColorMap(), no_texts), view);
    expect_libpng_reads(path);
}

TEST(HeatmapSink, PassesPngcheck) {
    if (std::system("command -v pngcheck > /dev/null") != 0) GTEST_SKIP() << "no pngcheck";
    TemporaryFolder folder;
    for (auto [cols, rows] : {std::pair{1u, 1u}, {1u, 300u}, {300u, 1u}, {65537u, 3u}}) {
        const auto view = make_view(cols, rows);
        const std::string path = folder / fmt::format("{}x{}.png", cols, rows);
        const std::vector<PngText> texts{{"Software", "test"}, {"Title", "w × h"}};
        run_sink(*heatmap_sink(path, view, Field::loss, ColorMap(), texts), view);
        EXPECT_EQ(std::system(fmt::format("pngcheck -q '{}'", path).c_str()), 0) << path;
    }
}

TEST(HeatmapSink, CarriesTextsThatCanBeReadBack) {
    TemporaryFolder folder;
    const std::string path = folder / "picture.png";
    const auto view = make_view(3, 3);
    const std::vector<PngText> texts{{"Software", "gradscape 1"},
                                     {"gradscape:parameters", "{\"a\":\n1}"},
                                     {"Title", "w × h: 10⁸"},
                                     {"Comment", ""}};
    run_sink(*heatmap_sink(path, view, Field::loss, ColorMap(), texts), view);
    EXPECT_THAT(parse_png(read_all(path)).chunks,
                ElementsAre("IHDR", "tEXt", "tEXt", "iTXt", "tEXt", "PLTE", "IDAT", "IEND"));
    const auto read = read_png_texts(path);
    ASSERT_EQ(read.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_EQ(read[i].keyword, texts[i].keyword);
        EXPECT_EQ(read[i].text, texts[i].text);
    }
}

/// The made-up surface as colours, in both shapes, with statistics of the simplest kind.
ColorFiller make_colors(const View& view, const ColorMap& map, ColorFiller::Shape shape) {
    const auto fill = [map, shape, cols = view.grid.cols()](const Strip& place,
                                                            StripColors& colors) {
        std::vector<std::uint8_t> indices(place.rows * cols);
        colors.make_room(indices.size());
        colors.run_count = 0;
        colors.statistics = {};
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const std::size_t cell = place.first_row * cols + i;
            const double value = cell_value(Field::loss, cell);
            indices[i] = map.index(value);
            const bool new_run = i % cols == 0 || indices[i] != indices[i - 1];
            if (new_run) ++colors.run_count;
            colors.runs[colors.run_count - 1] = {static_cast<std::uint32_t>(i % cols + 1),
                                                 indices[i]};
            test::count(colors.statistics, value, cell);
        }
        if (shape == ColorFiller::Shape::indices) colors.indices = indices;
    };
    return {shape, fill};
}

TEST(HeatmapSink, TakesColoursInBothShapesForAnyThreadsAndStrips) {
    TemporaryFolder folder;
    const std::string path = folder / "picture.png";
    for (auto [cols, rows] :
         {std::pair{1u, 1u}, {1u, 300u}, {300u, 1u}, {8191u, 50u}, {65537u, 3u}, {123u, 457u}})
        for (auto shape : {ColorFiller::Shape::runs, ColorFiller::Shape::indices}) {
            const auto view = make_view(cols, rows, {Field::loss}, Precision::f64);
            const ColorMap map;
            StatisticsSink expected(view);
            run_sink(expected, view);
            std::string first;
            for (unsigned threads : {1u, 3u}) {
                StatisticsSink found(view);
                const auto sink = heatmap_sink(path, view, shape, map, no_texts);
                Sink* sinks[] = {&found, sink.get()};
                StripOptions options;
                options.threads = threads;
                options.cells_per_strip = threads == 1 ? 0 : 200000;
                run_strips(*colors_source(make_colors(view, map, shape), view), sinks, options);
                if (threads == 1) {
                    expect_pixels(parse_png(read_all(path)), view, Field::loss, map);
                    expect_libpng_reads(path);
                    first = read_all(path);
                }
                EXPECT_TRUE(read_all(path) == first);
                expect_same(found.of(Field::loss), expected.of(Field::loss));
            }
            if (std::system("command -v pngcheck > /dev/null") == 0) {
                EXPECT_EQ(std::system(fmt::format("pngcheck -q '{}'", path).c_str()), 0);
            }
        }
}

TEST(HeatmapSink, LeavesNoPictureOnError) {
    TemporaryFolder folder;
    const auto view = make_view(10, 64);
    const auto sink = heatmap_sink(folder / "picture.png", view, Field::loss, ColorMap(), no_texts);
    Sink* sinks[] = {sink.get()};
    EXPECT_THROW(run_strips([](const Strip&) { throw RunError("lost"); }, view, sinks), RunError);
    EXPECT_FALSE(std::filesystem::exists(folder / "picture.png"));
}

TEST(HeatmapSink, ReportsAFullDisk) {
    TemporaryFolder folder;
    std::filesystem::create_symlink("/dev/full", folder / "picture.png");
    const auto view = make_view(10, 10);
    EXPECT_THAT(
        [&] {
            run_sink(*heatmap_sink(folder / "picture.png", view, Field::loss, ColorMap(), no_texts),
                     view);
        },
        ThrowsMessage<RunError>(HasSubstr("No space left on device")));
}

/// So many rows of four pixels, deflated.
DeflatedRows some_rows(std::size_t rows) {
    DeflatedRows deflated;
    Deflater().append(std::vector<std::uint8_t>(rows * 5), deflated);
    return deflated;
}

TEST(PngStream, TRowsBeyondThePictureOrMissingAreFaults) {
    TemporaryFolder folder;
    const std::array palette{Rgb{0, 0, 0}};
    for (const std::size_t rows : {2u, 3u, 4u}) {
        PngStream png(AtomicFile(folder / "x.png"), 4, 3, palette, {});
        png.append(some_rows(rows));
        if (rows == 3)
            EXPECT_NO_THROW(png.finish());
        else
            EXPECT_THROW(png.finish(), std::logic_error) << rows;
    }
    PngStream taller(AtomicFile(folder / "x.png"), 4, 9, palette, {});
    taller.append(some_rows(8));
    const std::string eight_rows = taller.save().state;
    PngStream png(AtomicFile(folder / "x.png"), 4, 3, palette, {});
    EXPECT_THROW(png.restore(eight_rows), MalformedRecord);
}

TEST(HeatmapSink, TAPieceHoldsPixelsThatDoNotCompress) {
    TemporaryFolder folder;
    const auto view = make_view(4000, 64);
    ColorSpec spec = default_color_spec(Field::loss);
    spec.style = ColorStyle::smooth;
    spec.scale = Scale::linear;
    spec.offset = 0, spec.lo = 0, spec.hi = 1;
    const auto sink = heatmap_sink(folder / "x.png", view, Field::loss, ColorMap(spec), {});
    const std::uint64_t head = sink->bytes_written();
    Sink* sinks[] = {sink.get()};
    run_strips(
        [](const Strip& strip) {
            for (std::size_t cell = 0; cell < 4000 * strip.rows; ++cell) {
                std::uint64_t bits =
                    (strip.first_row * 4000 + cell + 1) * std::uint64_t{0x9e3779b97f4a7c15};
                bits = (bits ^ bits >> 32) * std::uint64_t{0xd6e8feb86659fd93};
                strip.field<float>(Field::loss)[cell] = static_cast<float>(bits >> 40) / (1 << 24);
            }
        },
        view, sinks);
    EXPECT_GT(sink->bytes_written() - head, 64 * 4000 * 8 / 10u);  // they do not
    EXPECT_LE(sink->bytes_written() - head, sink->piece_bytes(64));
}

}  // namespace
}  // namespace gradscape::io
