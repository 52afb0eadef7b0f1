// The progress of the real binary, on a terminal and elsewhere.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <thread>

#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::StartedProgram;
using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<std::string> watched_render(const std::string& verbosity, int length = 12000) {
    return {GRADSCAPE_BINARY, "surface",  "--cell",
            "tanh",           "--length", std::to_string(length / test::slowdown),
            "--threads",      "1",        "--size",
            "160x40",         "-o",       "a.npy",
            verbosity};
}

/// What it says on standard error when that is a terminal.
std::string terminal_output(const std::vector<std::string>& arguments) {
    const TemporaryFolder folder;
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT_TRUE(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    const std::string name = ptsname(terminal);
    // Held open, so that reading does not end before the program has begun.
    const int other_end = open(name.c_str(), O_RDWR | O_NOCTTY);
    StartedProgram program(arguments, folder.path(), name);
    std::string text;
    // Until the last holder of the other end is gone and all that it wrote has been read: only then
    // does read() fail. Fewer bytes may be there at any moment, since a terminal passes them on
    // late.
    std::thread reader([&] {
        char bytes[4096];
        for (ssize_t got; (got = read(terminal, bytes, sizeof bytes)) > 0;)
            text.append(bytes, static_cast<std::size_t>(got));
    });
    EXPECT_EQ(program.wait().status, 0);
    close(other_end);
    reader.join();
    close(terminal);
    return text;
}

TEST(ProgressCommand, DrawsABarOnATerminal) {
    // The bar comes after 0.3 s, on fast machines, too.
    const std::string text = terminal_output(watched_render("--verbose", 40000));
    EXPECT_THAT(text, AllOf(HasSubstr("\r["), HasSubstr("#"), HasSubstr(" %  "),
                            HasSubstr("cells/s  "), HasSubstr("B  ETA 0:0")));
    EXPECT_TRUE(text.ends_with("\r\x1b[K")) << text;
}

TEST(ProgressCommand, IsQuietOnATerminalToo) {
    EXPECT_EQ(terminal_output(watched_render("--quiet")), "");
}

TEST(ProgressCommand, PrintsALineForEachTenthElsewhere) {
    const TemporaryFolder folder;
    const auto result = test::run_program(watched_render("--verbose"), folder.path());
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 11) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("\n 50 %  "), HasSubstr("\n100 %  ")));
}

}  // namespace
}  // namespace gradscape::cli
