// SPDX-License-Identifier: MIT
#include "host/io/part_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "host/io/checksum.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

class PartCheck : public ::testing::Test {
protected:
    PartCheck() {
        for (std::size_t at = 0; at < 3 * 4096; ++at) whole += static_cast<char>('a' + at % 23);
    }
    /// What is said of the stretch where `content` is there instead of `whole`.
    std::optional<PartMismatch> check(const std::string& content, std::uint64_t offset,
                                      std::uint64_t size) const {
        write_file(folder / "part", content);
        const WrittenRange range{offset, size, io::crc_of(whole.data() + offset, size)};
        return check_part(folder / "part", {&range, 1});
    }
    std::string with_zeros(std::size_t from, std::size_t size) const {
        return std::string(whole).replace(from, size, size, '\0');
    }

    std::string whole;
    test::TemporaryFolder folder;
};

TEST_F(PartCheck, TPagesThatNeverReachedTheDiskAreTorn) {
    constexpr std::size_t offset = 3000, size = 8000;  // parts of the first and the last page
    EXPECT_FALSE(check(whole, offset, size));
    EXPECT_FALSE(check(with_zeros(0, offset), offset, size));
    for (const auto& [from, zeros] : {std::pair{0, 4096}, {4096, 4096}, {8192, 4096}}) {
        const auto bad = check(with_zeros(from, zeros), offset, size);
        ASSERT_TRUE(bad) << from;
        EXPECT_TRUE(bad->torn) << from;
        EXPECT_EQ(bad->offset, offset);
        EXPECT_EQ(bad->end, offset + size);
    }
    const auto small = check(with_zeros(0, 4096), 100, 10);
    ASSERT_TRUE(small);
    EXPECT_TRUE(small->torn);
    const auto cut = check(whole.substr(0, offset + size - 1), offset, size);
    ASSERT_TRUE(cut);
    EXPECT_TRUE(cut->torn);
}

TEST_F(PartCheck, TWhatElseDiffersIsNotTorn) {
    for (const std::size_t zeros : {1, 63, 2000}) {  // in the midst of a page
        const auto bad = check(with_zeros(5000, zeros), 3000, 8000);
        ASSERT_TRUE(bad) << zeros;
        EXPECT_FALSE(bad->torn) << zeros;
    }
    const auto small = check(with_zeros(101, 9), 100, 10);
    ASSERT_TRUE(small);
    EXPECT_FALSE(small->torn);
}

TEST_F(PartCheck, RangesThatEndBeyondAllNumbersAreRefused) {
    write_file(folder / "part", whole);
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    for (const WrittenRange range : {WrittenRange{most - 9, 20, 0}, {5, most - 4, 0}, {0, most, 0}})
        EXPECT_TRUE(check_part(folder / "part", {&range, 1})) << range.offset;
    const WrittenRange range{0, 1, 0};
    EXPECT_TRUE(check_part(folder / "missing", {&range, 1}));
}

TEST_F(PartCheck, WhatCannotBeReadIsNotTakenForDamage) {
    const WrittenRange range{0, 1, 0};
    const auto expect_unread = [&](const std::string& path, const char* why) {
        EXPECT_THAT(
            [&] {
                check_part(path, {&range, 1});
            },
            ::testing::ThrowsMessage<RunError>(
                ::testing::HasSubstr("cannot read '" + path + "': " + why)));
    };
    write_file(folder / "part", whole);
    expect_unread(folder / "part/below a file", "Not a directory");
    std::filesystem::create_directory(folder / "folder");
    expect_unread(folder / "folder", "Is a directory");
    if (geteuid() == 0) return;  // whom no permission keeps away
    std::filesystem::permissions(folder / "part", std::filesystem::perms::none);
    expect_unread(folder / "part", "Permission denied");
}

}  // namespace
}  // namespace gradscape::io
