// Memory is counted before it is taken, and data are held once.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Memory, IsRefusedInOneLineWithTheNumbers) {
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

TEST(Memory, HoldsDataOnce) {
    if (slowdown > 1) GTEST_SKIP() << "a sanitizer has memory of its own";
    constexpr double data = 300'000.0 * (100 + 2) * 8;  // 245 MB
    constexpr double program = 90e6;                    // its code and libraries, and the C locale
    const std::string size = " --sequences 300000 --length 100 --quiet ";
    for (const std::string& command :
         {"data" + size, "trace --at 0.5,0.5" + size, "train --iterations 1" + size}) {
        EXPECT_TRUE(fits(command, 1.3 * data + program)) << command;
        EXPECT_FALSE(fits(command, 0.9 * data)) << command;
    }
}

}  // namespace
}  // namespace gradscape::test
