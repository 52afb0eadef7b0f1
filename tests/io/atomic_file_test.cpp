// SPDX-License-Identifier: MIT
#include "gradscape/atomic_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/transaction.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

namespace fs = std::filesystem;
using gradscape::test::read_all;
using gradscape::test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class AtomicFileTest : public ::testing::TestWithParam<AtomicFile::Temporary> {
protected:
    TemporaryFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Temporaries, AtomicFileTest,
                         ::testing::Values(AtomicFile::Temporary::unnamed,
                                           AtomicFile::Temporary::named),
                         [](const auto& tested) {
                             return tested.param == AtomicFile::Temporary::named ? "named"
                                                                                 : "unnamed";
                         });

TEST_P(AtomicFileTest, AppearsOnlyWithCommit) {
    const std::string path = folder_ / "out.txt";
    AtomicFile file(path, GetParam());
    file.write("first ");
    file.write("second");
    EXPECT_FALSE(fs::exists(path));
    file.commit();
    EXPECT_EQ(read_all(path), "first second");
    EXPECT_EQ(folder_.entries(), 1u);
}

TEST_P(AtomicFileTest, LeavesNothingWithoutCommit) {
    {
        AtomicFile file(folder_ / "out.txt", GetParam());
        file.write(std::string(1 << 20, 'x'));
    }
    EXPECT_EQ(folder_.entries(), 0u);
}

TEST_P(AtomicFileTest, ReplacesAFileOnSuccessOnlyKeepingItsMode) {
    const std::string path = folder_ / "out.txt";
    write_file(path, "old");
    fs::permissions(path, fs::perms(0640));
    { AtomicFile(path, GetParam()).write("new"); }
    EXPECT_EQ(read_all(path), "old");
    AtomicFile file(path, GetParam());
    file.write("new");
    file.commit();
    EXPECT_EQ(read_all(path), "new");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms(0640));
    EXPECT_EQ(folder_.entries(), 1u);
}

TEST_P(AtomicFileTest, TakesWritesAtOffsetsFromManyThreads) {
    const std::string path = folder_ / "out.bin";
    AtomicFile file(path, GetParam());
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t < 4; ++t)
            threads.emplace_back([&file, t] {
                for (unsigned block = t; block < 64; block += 4)
                    file.write_at(1000u * (63 - block),
                                  std::string(1000, static_cast<char>('0' + block)).data(), 1000);
            });
    }
    file.commit();
    const std::string content = read_all(path);
    ASSERT_EQ(content.size(), 64000u);
    for (std::size_t i = 0; i < content.size(); ++i)
        ASSERT_EQ(content[i], static_cast<char>('0' + 63 - i / 1000));
}

TEST_P(AtomicFileTest, MovesItsResponsibility) {
    AtomicFile first(folder_ / "out.txt", GetParam());
    first.write("content");
    AtomicFile second(std::move(first));
    second.commit();
    EXPECT_EQ(read_all(folder_ / "out.txt"), "content");
}

TEST_P(AtomicFileTest, AppearsTogetherWithOthersOrNotAtAll) {
    const auto write = [this](Transaction& files, const std::string& name) {
        AtomicFile file = files.open(folder_ / name);
        file.write(name);
        file.commit();
        EXPECT_FALSE(fs::exists(folder_ / name));
    };
    {
        Transaction files;
        write(files, "a");
    }
    EXPECT_EQ(folder_.entries(), 0u);
    Transaction files;
    write(files, "a");
    write(files, "b");
    files.publish();
    EXPECT_EQ(read_all(folder_ / "a") + read_all(folder_ / "b"), "ab");
    EXPECT_EQ(folder_.entries(), 2u);
    write_file(folder_ / "c", "at once");
    EXPECT_TRUE(fs::exists(folder_ / "c"));
}

TEST(AtomicFile, WritesThroughASymbolicLink) {
    TemporaryFolder folder;
    fs::create_directory(folder / "elsewhere");
    fs::create_symlink("elsewhere/out.txt", folder / "link.txt");
    write_file(folder / "link.txt", "content");
    EXPECT_TRUE(fs::is_symlink(fs::symlink_status(folder / "link.txt")));
    EXPECT_EQ(read_all(folder / "elsewhere/out.txt"), "content");
}

TEST(AtomicFile, WritesStraightToAPipe) {
    TemporaryFolder folder;
    const std::string path = folder / "pipe";
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    std::string received;
    std::jthread reader([&] { received = read_all(path); });
    write_file(path, "content");
    reader.join();
    EXPECT_EQ(received, "content");
    EXPECT_TRUE(fs::is_fifo(path));
}

TEST(AtomicFile, RefusesOffsetsInAPipe) {
    TemporaryFolder folder;
    const std::string path = folder / "pipe";
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    std::jthread reader([&] { read_all(path); });
    const AtomicFile file(path);
    EXPECT_THAT([&] { file.write_at(0, "x", 1); },
                ThrowsMessage<InputError>(HasSubstr("needs a file, not a pipe")));
}

TEST(AtomicFile, ReportsAFullDiskAndLeavesTheDeviceAlone) {
    TemporaryFolder folder;
    fs::create_symlink("/dev/full", folder / "full.txt");
    for (const std::string& path : {std::string("/dev/full"), folder / "full.txt"}) {
        EXPECT_THAT(
            [&] { write_file(path, "x"); },
            ThrowsMessage<RunError>(AllOf(HasSubstr(path), HasSubstr("No space left on device"))));
        const AtomicFile file(path);
        EXPECT_THAT([&] { file.write_at(64, "x", 1); },
                    ThrowsMessage<RunError>(HasSubstr("No space left on device")));
    }
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
    EXPECT_TRUE(fs::is_symlink(fs::symlink_status(folder / "full.txt")));
}

TEST(AtomicFile, NamesTheMissingFolder) {
    TemporaryFolder folder;
    EXPECT_THAT([&] { AtomicFile(folder / "missing/out.txt"); },
                ThrowsMessage<InputError>(
                    AllOf(HasSubstr("there is no folder"), HasSubstr(folder / "missing"))));
}

TEST(AtomicFile, RefusesAFolderAsTarget) {
    TemporaryFolder folder;
    EXPECT_THAT([&] { AtomicFile{folder.path()}; },
                ThrowsMessage<InputError>(HasSubstr("is a folder")));
    EXPECT_THAT([&] { AtomicFile(folder / "new/"); },
                ThrowsMessage<InputError>(HasSubstr("is a folder")));
    EXPECT_THROW(AtomicFile(""), InputError);
}

TEST(AtomicFile, RefusesAFileAsFolder) {
    TemporaryFolder folder;
    write_file(folder / "file", "");
    EXPECT_THAT([&] { AtomicFile(folder / "file/out.txt"); },
                ThrowsMessage<InputError>(HasSubstr("is not a folder")));
}

/// Root may write everywhere, so the test drops its privileges for a moment.
class AsNobody {
public:
    AsNobody() : user_(geteuid()) {
        if (user_ == 0 && seteuid(65534) != 0) throw std::runtime_error("seteuid");
    }
    AsNobody(const AsNobody&) = delete;
    AsNobody& operator=(const AsNobody&) = delete;
    ~AsNobody() {
        if (seteuid(user_) != 0) std::abort();
    }

private:
    uid_t user_;
};

TEST(AtomicFile, RefusesAFolderOrFileWithoutPermission) {
    TemporaryFolder folder;
    write_file(folder / "out.txt", "old");
    fs::permissions(folder / "out.txt", fs::perms(0444));
    fs::permissions(folder.path(), fs::perms(0555));
    {
        AsNobody nobody;
        EXPECT_THAT([&] { AtomicFile(folder / "new.txt"); },
                    ThrowsMessage<InputError>(
                        AllOf(HasSubstr("Permission denied"), HasSubstr("writable folder"))));
    }
    fs::permissions(folder.path(), fs::perms(0777));
    {
        AsNobody nobody;
        EXPECT_THAT([&] { AtomicFile(folder / "out.txt"); },
                    ThrowsMessage<InputError>(HasSubstr("write-protected")));
    }
    EXPECT_EQ(read_all(folder / "out.txt"), "old");
}

}  // namespace
}  // namespace gradscape::io
