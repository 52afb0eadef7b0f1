// What every refusal of the real binary must be: its exit status, one line on standard error that
// says what and where, nothing on standard output, and no new file.
// SPDX-License-Identifier: MIT
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/run_program.hpp"

namespace gradscape::test {

/// Runs `gradscape ARGUMENTS…` in `folder`.
inline void expect_refusal(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
                           const std::string& complaint, int status = 2) {
    std::string command = "gradscape";
    for (const std::string& argument : arguments) command += " '" + argument + "'";
    SCOPED_TRACE(command);
    const std::size_t entries = folder.entries();
    const ProgramResult run = gradscape(arguments, folder.path());
    EXPECT_EQ(run.status, status) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    EXPECT_TRUE(run.err.starts_with("gradscape: error: ")) << run.err;
    EXPECT_THAT(run.err, ::testing::HasSubstr(complaint));
    EXPECT_EQ(folder.entries(), entries) << "a file was left";
}

}  // namespace gradscape::test
