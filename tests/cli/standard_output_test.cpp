// `-o -`: what is written to a file elsewhere, on standard output; what is said, on standard error.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/run_program.hpp"

namespace gradscape::test {
namespace {

using ::testing::HasSubstr;

TEST(StandardOutput, GetsTheBytesOfEveryKind) {
    const TemporaryFolder folder;
    for (const std::string kind : {"png", "npy", "npz", "csv"}) {
        const std::vector<std::string> what{"surface", "--backend", "cpu", "--size", "60x40"};
        std::vector<std::string> to_file = what, to_stream = what;
        to_file.insert(to_file.end(), {"-o", "a." + kind});
        to_stream.insert(to_stream.end(), {"--kind", kind, "-o", "-"});
        ASSERT_EQ(gradscape(to_file, folder / "").status, 0);
        const ProgramResult result = gradscape(to_stream, folder / "");
        EXPECT_EQ(result.status, 0) << kind << ": " << result.err;
        EXPECT_TRUE(result.out == read_all(folder / ("a." + kind))) << kind;
        EXPECT_THAT(result.err, HasSubstr("loss: min "));
    }
}

TEST(StandardOutput, ReachesAPipe) {
    const TemporaryFolder folder;
    ASSERT_EQ(
        gradscape({"surface", "--backend", "cpu", "--size", "60x40", "-o", "a.npy"}, folder / "")
            .status,
        0);
    const auto piped = run_program(
        {"/bin/sh", "-c",
         "'" GRADSCAPE_BINARY "' surface --backend cpu --size 60x40 --quiet --kind npy -o - "
         "| cat > b.npy"},
        folder / "");
    EXPECT_EQ(piped.status, 0) << piped.err;
    EXPECT_TRUE(read_all(folder / "a.npy") == read_all(folder / "b.npy"));
}

TEST(StandardOutput, NeedsAKind) {
    const ProgramResult result = gradscape({"surface", "--size", "4", "-o", "-"});
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr("--kind"));
    EXPECT_EQ(result.out, "");
}

}  // namespace
}  // namespace gradscape::test
