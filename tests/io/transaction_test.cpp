// SPDX-License-Identifier: MIT
#include "gradscape/transaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gradscape/error.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

namespace fs = std::filesystem;
using test::read_all;
using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// A file, and other ways to say which it is.
class TransactionF1 : public ::testing::Test {
protected:
    TransactionF1() {
        fs::create_directories(folder_ / "sub/deeper");
        write_file(folder_ / "in.csv", "precious");
        fs::create_symlink("in.csv", folder_ / "link.csv");
        fs::create_symlink("../link.csv", folder_ / "sub/link of link.csv");
        fs::create_hard_link(folder_ / "in.csv", folder_ / "sub/hard.csv");
        fs::create_directory_symlink(folder_ / "sub/deeper", folder_ / "elsewhere");
    }
    std::vector<std::string> spellings() const {
        std::vector<std::string> all;
        for (const std::string name :
             {"in.csv", "./in.csv", "sub/../in.csv", "link.csv", "sub/link of link.csv",
              "sub/hard.csv", "elsewhere/../../in.csv"})
            all.push_back(folder_ / name);
        return all;
    }
    TemporaryFolder folder_;
};

TEST_F(TransactionF1, NoOutputIsAnInputHoweverItIsSpelt) {
    for (const std::string& read : spellings())
        for (const std::string& written : spellings()) {
            Transaction files;
            files.read(read);
            EXPECT_THAT([&] { files.write(written); },
                        ThrowsMessage<InputError>(
                            HasSubstr("cannot write '" + written + "': this run reads it")));
            Transaction other_order;
            other_order.write(written);
            EXPECT_THAT([&] { other_order.read(read); },
                        ThrowsMessage<InputError>(HasSubstr("cannot write '" + written + "'")));
        }
    EXPECT_EQ(read_all(folder_ / "in.csv"), "precious");
}

TEST_F(TransactionF1, InputsMayBeReadTwiceAndOutputsStandBesideThem) {
    Transaction files;
    for (const std::string& read : spellings()) files.read(read);
    files.read(folder_ / "missing.csv");
    write_file(files.open(folder_ / "out.csv"), "result");
    files.publish();
    EXPECT_EQ(read_all(folder_ / "out.csv"), "result");
    EXPECT_EQ(read_all(folder_ / "in.csv"), "precious");
}

using TransactionF2 = TransactionF1;

TEST_F(TransactionF2, NoTwoResultsGoToOneFile) {
    const auto expect_twice = [](const std::string& first, const std::string& second) {
        Transaction files;
        files.write(first);
        EXPECT_THAT([&] { files.write(second); },
                    ThrowsMessage<InputError>(
                        HasSubstr("cannot write '" + second + "': this run writes it")))
            << first;
    };
    for (const std::string& first : spellings())
        for (const std::string& second : spellings()) expect_twice(first, second);
    // Files that are yet to be made are known by their folder.
    fs::create_symlink("new.csv", folder_ / "to new.csv");
    const std::string fresh[] = {folder_ / "new.csv", folder_ / "./new.csv",
                                 folder_ / "sub/../new.csv", folder_ / "elsewhere/../../new.csv",
                                 folder_ / "to new.csv"};
    for (const std::string& first : fresh)
        for (const std::string& second : fresh) expect_twice(first, second);
    Transaction files;
    files.write(folder_ / "new.csv");
    files.write(folder_ / "sub/new.csv");
    files.reserve(folder_ / "new.csv.part");
    EXPECT_THROW(files.write(folder_ / "new.csv.part"), InputError);
}

TEST_F(TransactionF2, DevicesTakeWhatPipesDoNot) {
    Transaction files;
    files.read("/dev/null");
    files.write("/dev/null");
    files.write("/dev/null");
    files.read("/dev/zero");
    files.write("/dev/zero");
    files.write("-");
    EXPECT_TRUE(files.writes_standard_output());
    EXPECT_THROW(files.write("/dev/stdout"), InputError);
    EXPECT_FALSE(Transaction().writes_standard_output());
}

TEST(TransactionF3, WhatLeadsToAnOpenDescriptorIsNotReplaced) {
    TemporaryFolder folder;
    write_file(folder / "redirected", "before ");
    fs::create_symlink("/dev/stdout", folder / "link");
    fs::create_directory_symlink("/dev/fd", folder / "descriptors");
    const int saved = dup(STDOUT_FILENO);
    std::fflush(stdout);
    std::FILE* const redirected = std::fopen((folder / "redirected").c_str(), "a");
    dup2(fileno(redirected), STDOUT_FILENO);
    for (const std::string& path :
         {std::string("-"), std::string("/dev/stdout"), std::string("/dev/fd/1"),
          std::string("/proc/self/fd/1"), folder / "link", folder / "descriptors/1"}) {
        Transaction files;
        AtomicFile file = files.open(path);
        EXPECT_TRUE(file.is_direct() && file.is_standard_output()) << path;
        file.write("x");
        file.commit();
        files.publish();
    }
    Transaction files;
    files.read(folder / "redirected");
    EXPECT_THROW(files.write("-"), InputError);
    dup2(saved, STDOUT_FILENO);
    ::close(saved);
    std::fclose(redirected);
    EXPECT_EQ(read_all(folder / "redirected"), "before xxxxxx");
    EXPECT_TRUE(fs::is_symlink(folder / "link"));
}

TEST(TransactionF3, OnlyARegularFileIsReplaced) {
    TemporaryFolder folder;
    Transaction files;
    bool called = false, published = true;
    files.when_published([&](bool done) {
        called = true;
        published = done;
    });
    write_file(files.open(folder / "a"), "a");
    write_file(files.open(folder / "b"), "b");
    ASSERT_EQ(mkfifo((folder / "b").c_str(), 0600), 0);  // while we worked
    EXPECT_THAT([&] { files.publish(); },
                ThrowsMessage<RunError>(HasSubstr("replaced by something that is not a file")));
    EXPECT_TRUE(fs::is_fifo(folder / "b"));
    EXPECT_EQ(read_all(folder / "a"), "a");
    // Kept work is deleted only where all is published.
    EXPECT_TRUE(called);
    EXPECT_FALSE(published);
}

TEST(TransactionF8, OutputsAreTriedWhenTheyAreNamed) {
    TemporaryFolder folder;
    write_file(folder / "file", "");
    for (const std::string name : {"missing/x", "file/x", "", "new/"}) {
        Transaction files;
        EXPECT_THROW(files.write(folder / name), InputError) << name;
    }
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(Transaction, NamesAppearTogetherOrNotAtAll) {
    TemporaryFolder folder;
    std::vector<std::string> told;
    const auto tell = [&](bool published) {
        told.push_back(published ? "published" : "given up");
        throw RunError("what a call says must not hide why");
    };
    {
        Transaction files;
        files.when_published(tell);
        write_file(files.open(folder / "a"), "a");
        files.write(folder / "b");  // never written
    }
    EXPECT_THAT(told, ElementsAre("given up"));
    EXPECT_EQ(folder.entries(), 0u);
    Transaction files;
    files.when_published([&](bool published) {
        told.push_back(published ? "published" : "given up");
        EXPECT_TRUE(fs::exists(folder / "a") && fs::exists(folder / "b"));
    });
    write_file(files.open(folder / "a"), "a");
    write_file(files.open(folder / "b"), "b");
    files.write(folder / "c");
    EXPECT_EQ(folder.entries(), 0u);
    files.publish();
    EXPECT_THAT(told, ElementsAre("given up", "published"));
    EXPECT_EQ(folder.entries(), 2u);
}

TEST(Transaction, WhatMustBeInItsPlaceBeforeTheFilesComesFirst) {
    const TemporaryFolder folder;
    Transaction files;
    write_file(files.open(folder / "a"), "a");
    files.before_publishing([&] {
        EXPECT_FALSE(fs::exists(folder / "a"));
        fs::create_directory(folder / "beside");
    });
    EXPECT_EQ(folder.entries(), 0u);
    files.publish();
    EXPECT_EQ(folder.entries(), 2u);

    bool published = true;
    Transaction failing;
    write_file(failing.open(folder / "b"), "b");
    failing.before_publishing([] { throw RunError("no place"); });
    failing.when_published([&](bool done) { published = done; });
    EXPECT_THROW(failing.publish(), RunError);
    EXPECT_FALSE(published);
    EXPECT_FALSE(fs::exists(folder / "b"));
}

}  // namespace
}  // namespace gradscape::io
