// Memory is counted before it is taken, and data are held once.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

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

/// Bytes that a run of the program took at most.
double peak_memory(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), GRADSCAPE_BINARY);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    EXPECT_EQ(posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ), 0);
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    EXPECT_EQ(status, 0);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

TEST(Memory, HoldsDataOnce) {
    if (slowdown > 1) GTEST_SKIP() << "a sanitizer has memory of its own";
    constexpr double data = 200'000.0 * (100 + 2) * 8;  // 163 MB
    const std::vector<std::string> size{"--sequences", "200000", "--length", "100", "--quiet"};
    const auto with = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), size.begin(), size.end());
        return arguments;
    };
    EXPECT_LT(peak_memory(with({"data"})), 1.3 * data);
    EXPECT_LT(peak_memory(with({"trace", "--at", "0.5,0.5"})), 1.3 * data);
    EXPECT_LT(peak_memory(with({"surface", "--backend", "cpu", "--size", "4", "-o", "/dev/null",
                                "--kind", "png"})),
              1.3 * data);
}

}  // namespace
}  // namespace gradscape::test
