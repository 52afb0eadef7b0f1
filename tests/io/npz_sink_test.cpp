// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>

#include "gradscape/atomic_file.hpp"
#include "gradscape/sinks.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/stored_zip.hpp"
#include "tests/io/npy_reader.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/python.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

using gradscape::test::cell_value;
using gradscape::test::get;
using gradscape::test::make_view;
using gradscape::test::parse_npy;
using gradscape::test::parse_stored_zip;
using gradscape::test::read_all;
using gradscape::test::run_sink;
using gradscape::test::TemporaryFolder;
using ::testing::ElementsAre;

const FieldSet article_fields{Field::loss, Field::grad_wx, Field::grad_wrec};

std::uint32_t crc_of(const std::string& bytes) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// Exit status of a Python script with numpy, or −1 where there is none.
int run_numpy(const std::string& script) {
    return test::has_python_modules("numpy") ? test::run_python(script) : -1;
}

TEST(NpzSink, HoldsAxesAndFields) {
    TemporaryFolder folder;
    const std::string path = folder / "surface.npz";
    for (Precision precision : {Precision::f32, Precision::f64}) {
        const auto view = make_view(61, 97, article_fields, precision);
        run_sink(*npz_sink(path, view), view);
        auto members = parse_stored_zip(read_all(path));
        ASSERT_EQ(members.size(), 5u);
        EXPECT_EQ(parse_npy(members.at("w_x.npy")).values, view.grid.wx.values());
        EXPECT_EQ(parse_npy(members.at("w_rec.npy")).values, view.grid.wrec.values());
        for (auto [name, field] : {std::pair{"loss.npy", Field::loss},
                                   {"grad_wx.npy", Field::grad_wx},
                                   {"grad_wrec.npy", Field::grad_wrec}}) {
            const auto array = parse_npy(members.at(name));
            ASSERT_THAT(array.shape, ElementsAre(97u, 61u));
            for (std::size_t cell = 0; cell < array.values.size(); ++cell) {
                const double value = cell_value(field, cell);
                const double expected = precision == Precision::f32
                                            ? static_cast<double>(static_cast<float>(value))
                                            : value;
                ASSERT_TRUE(array.values[cell] == expected || std::isnan(expected)) << cell;
            }
        }
    }
}

TEST(NpzSink, HasTheChecksumsOfItsMembers) {
    TemporaryFolder folder;
    const std::string path = folder / "surface.npz";
    const auto view = make_view(1000, 300, article_fields);
    run_sink(*npz_sink(path, view), view, 4);
    const std::string bytes = read_all(path);
    for (const auto& [name, content] : parse_stored_zip(bytes)) {
        const std::size_t header = bytes.find(name) - 30;
        EXPECT_EQ(get<std::uint32_t>(bytes, header + 14), crc_of(content)) << name;
    }
}

TEST(NpzSink, GivesTheSameBytesForAnyThreadsAndStripHeights) {
    TemporaryFolder folder;
    const std::string path = folder / "surface.npz";
    const auto view = make_view(123, 457, article_fields);
    run_sink(*npz_sink(path, view), view, 1);
    const std::string expected = read_all(path);
    for (unsigned threads : {2u, 4u})
        for (std::size_t cells : {0u, 10000u, 1000000u}) {
            run_sink(*npz_sink(path, view), view, threads, cells);
            EXPECT_EQ(read_all(path), expected);
        }
}

TEST(NpzSink, IsReadByNumpy) {
    TemporaryFolder folder;
    const std::string path = folder / "surface.npz";
    const auto view = make_view(61, 97, article_fields);
    run_sink(*npz_sink(path, view), view);
    const int status = run_numpy(
        fmt::format("import numpy, zipfile; path = '{}'; "
                    "assert zipfile.ZipFile(path).testzip() is None; s = numpy.load(path); "
                    "assert s['loss'].shape == (97, 61) and s['loss'].dtype == numpy.float32; "
                    "assert (s['w_x'] == numpy.linspace(-3, 3, 61)).all(); "
                    "assert numpy.isfinite(s['grad_wx']).mean() > 0.9; "
                    "assert s['grad_wrec'].size == 5917",
                    path));
    if (status == -1) GTEST_SKIP() << "no python3 with numpy";
    EXPECT_EQ(status, 0);
}

TEST(NpzSink, TCountsTheBytesOfAnEarlierRun) {
    TemporaryFolder folder;
    const auto view = make_view(30, 20, article_fields);
    const auto open = [&](const std::string& name) -> std::unique_ptr<FileSink> {
        if (name.ends_with(".npz")) return npz_sink(folder / name, view);
        return npy_sink(folder / name, view, Field::loss);
    };
    for (const std::string name : {"a.npz", "a.npy"}) {
        const auto sink = open(name);
        run_sink(*sink, view);
        const auto resumed = open(name);
        EXPECT_LT(resumed->bytes_written(), sink->bytes_written()) << name;
        const std::string state = sink->as_durable()->save().state;
        EXPECT_THROW(resumed->as_durable()->restore(state, 19), MalformedRecord) << name;
        resumed->as_durable()->restore(state, 20);
        EXPECT_EQ(resumed->bytes_written(), sink->bytes_written()) << name;
    }
}

/// Three members with a limit so low that both kinds of zip64 fields occur.
std::string small_zip64(StoredZip& zip) {
    std::string bytes;
    for (const std::string content :
         {"12345", "1234567890123456789012345678901234567890123", "x"}) {
        const ZipMember member = zip.place(fmt::format("m{}", content.size()), content.size());
        zip.members().back().crc = crc_of(content);
        bytes += zip.local_header(zip.members().back()) + content;
        EXPECT_EQ(bytes.size(), member.data_offset + content.size());
    }
    EXPECT_EQ(bytes.size(), zip.directory_offset());
    return bytes + zip.directory();
}

TEST(StoredZip, WritesZip64RecordsWhereNeeded) {
    StoredZip zip(40);
    const std::string bytes = small_zip64(zip);
    const std::size_t local = zip.members()[1].header_offset;
    EXPECT_EQ(get<std::uint32_t>(bytes, local + 18), 0xffffffffu);
    EXPECT_EQ(get<std::uint16_t>(bytes, local + 30 + 3), 1u);  // the zip64 field
    EXPECT_EQ(get<std::uint64_t>(bytes, local + 30 + 3 + 4), 43u);
    const std::size_t last = bytes.rfind("PK\x01\x02");  // which begins beyond the limit
    EXPECT_EQ(get<std::uint32_t>(bytes, last + 42), 0xffffffffu);
    EXPECT_EQ(get<std::uint64_t>(bytes, last + 46 + 2 + 4), zip.members()[2].header_offset);
    const std::size_t locator = bytes.size() - 22 - 20;
    ASSERT_EQ(get<std::uint32_t>(bytes, locator), 0x07064b50u);
    const auto end64 = get<std::uint64_t>(bytes, locator + 8);
    ASSERT_EQ(get<std::uint32_t>(bytes, end64), 0x06064b50u);
    EXPECT_EQ(get<std::uint64_t>(bytes, end64 + 32), 3u);
    EXPECT_EQ(get<std::uint64_t>(bytes, end64 + 48), zip.directory_offset());
}

TEST(StoredZip, ZipReadersFollowZip64Records) {
    TemporaryFolder folder;
    StoredZip zip(40);
    write_file(folder / "small.zip", small_zip64(zip));
    const int status = run_numpy(
        fmt::format("import zipfile; z = zipfile.ZipFile('{}'); assert z.testzip() is None; "
                    "assert z.read('m1') == b'x' and len(z.read('m43')) == 43",
                    folder / "small.zip"));
    if (status == -1) GTEST_SKIP() << "no python3 with numpy";
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace gradscape::io
