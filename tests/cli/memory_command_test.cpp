// Memory is counted before it is taken, and data are held once.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(MemoryS2, IsRefusedInOneLineWithTheNumbers) {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"data", "--sequences", "10000000", "--max-memory", "100M"},
             {"trace", "--length", "10000000", "--max-memory", "100M"},
             {"train", "--length", "10000000", "--max-memory", "100M"},
             {"train", "--iterations", "900000000", "--max-memory", "1G"},
             {"data", "--length", "1000000000000"},
             {"surface", "--sequences", "1000000000000"}}) {
        const ProgramResult result = gradscape(arguments);
        EXPECT_EQ(result.status, 2) << arguments.front();
        EXPECT_THAT(result.err, AllOf(HasSubstr("GiB of memory"), HasSubstr("(--max-memory)")));
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
    }
}

/// Whether a run succeeds in so much address space.
bool fits(const std::string& arguments, double bytes) {
    const auto result = run_program(
        {"/bin/sh", "-c",
         fmt::format("ulimit -v {:.0f}; exec '{}' {}", bytes / 1024, GRADSCAPE_BINARY, arguments)});
    EXPECT_TRUE(result.status == 0 || result.status == 1) << result.err;
    return result.status == 0;
}

TEST(MemoryS2, HoldsDataOnce) {
    if (slowdown > 1) GTEST_SKIP() << "a sanitizer has memory of its own";
    constexpr double data = 300'000.0 * (100 + 2) * 8;  // 245 MB
    constexpr double program = 90e6;                    // its code and libraries, and the C locale
    const std::string size = " --sequences 300000 --length 100 --quiet ";
    for (const std::string& command :
         {"data" + size, "trace --at 0.5,0.5" + size,
          "surface --backend cpu --size 4 -o /dev/null --kind png" + size}) {
        EXPECT_TRUE(fits(command, 1.3 * data + program)) << command;
        EXPECT_FALSE(fits(command, 0.9 * data)) << command;
    }
}

/// As many numbers of a file as of the generator, and never twice as many while it is read.
TEST(MemoryS2, HoldsDataOfAFileOnce) {
    if (slowdown > 1) GTEST_SKIP() << "a sanitizer has memory of its own";
    const TemporaryFolder folder;
    const std::string file = folder / "data.csv";
    ASSERT_EQ(gradscape({"data", "--sequences", "200000", "--length", "60", "--test-sequences", "0",
                         "-o", file})
                  .status,
              0);
    constexpr double data = 200'000.0 * (60 + 2) * 8, program = 90e6;  // 99 MB
    const std::string command = "data --quiet --data " + file;
    EXPECT_TRUE(fits(command, 1.3 * data + program));
    EXPECT_FALSE(fits(command, 0.9 * data));
}

/// The facts are a large JSON value, whose destructor takes memory as well.
TEST(MemoryS2, RunsOutInOneLine) {
    if (slowdown > 1) GTEST_SKIP() << "a sanitizer has memory of its own";
    for (int mib = 60; mib <= 300; mib += 40) {
        const auto run = run_program(
            {"/bin/sh", "-c",
             fmt::format("ulimit -v {}; exec '{}' data --sequences 300000 --length 60 --quiet "
                         "--json /dev/null",
                         mib * 1024, GRADSCAPE_BINARY)});
        EXPECT_EQ(run.status, 1) << mib << run.err;
        EXPECT_EQ(run.err, "gradscape: error: out of memory\n") << mib;
    }
}

TEST(MemoryS2, OfAFileIsRefusedInOneLineWithTheNumbers) {
    const TemporaryFolder folder;
    std::string text = "x1,x2,x3\n";
    for (int row = 0; row < 9000; ++row) text += "1,0,1\n";
    std::ofstream(folder / "data.csv") << text;
    for (const std::string command : {"data", "train", "trace"}) {
        const auto run =
            gradscape({command, "--data", folder / "data.csv", "--max-memory", "100K"});
        EXPECT_EQ(run.status, 2) << command;
        EXPECT_THAT(run.err, AllOf(HasSubstr("data.csv:"), HasSubstr(" sequences of length 3 need"),
                                   HasSubstr("(--max-memory)")));
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
        EXPECT_EQ(gradscape({command, "--data", folder / "data.csv", "--max-memory", "10M"}).status,
                  0);
    }
}

}  // namespace
}  // namespace gradscape::test
