// What all subcommands share: help, version, facts as JSON, values that start with a minus sign.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;

/// Each with the least work it can do.
const std::vector<std::vector<std::string>> commands{
    {"reproduce", "--sequences", "1", "--length", "1"},
    {"surface", "--size", "2"},
    {"compare", "--size", "2"},
    {"trace", "--at", "1,1"},
    {"train", "--iterations", "0"},
    {"data", "--sequences", "1"},
    {"info"}};

TEST(CommandLine, HelpsWithAnExample) {
    const auto all = gradscape({"--help"});
    EXPECT_EQ(all.status, 0);
    EXPECT_EQ(all.err, "");
    for (const auto& command : commands) {
        EXPECT_THAT(all.out, HasSubstr("\n  " + command[0] + " "));
        const auto help = gradscape({command[0], "--help"});
        EXPECT_EQ(help.status, 0);
        EXPECT_THAT(help.out, HasSubstr("Usage: gradscape " + command[0]));
        EXPECT_THAT(help.out, HasSubstr("\nExample: gradscape " + command[0] + " "));
    }
}

TEST(CommandLine, TellsTheVersionEverywhere) {
    const auto version = gradscape({"--version"});
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.out, ::testing::MatchesRegex("gradscape [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    for (const auto& command : commands)
        EXPECT_EQ(gradscape({command[0], "--version"}).out, version.out) << command[0];
}

TEST(CommandLine, WritesTheFactsAsJson) {
    const TemporaryFolder folder;
    for (auto command : commands) {
        SCOPED_TRACE(command[0]);
        command.insert(command.end(), {"--json", "facts.json", "--quiet"});
        const auto run = gradscape(command, folder.path());
        EXPECT_EQ(run.status, 0);
        EXPECT_EQ(run.out + run.err, "");
        const auto facts = nlohmann::json::parse(test::read_all(folder / "facts.json"));
        EXPECT_TRUE(facts.is_object());
        EXPECT_FALSE(facts.empty());
        std::filesystem::remove(folder / "facts.json");
    }
}

TEST(CommandLine, TakesValuesThatStartWithAMinusSign) {
    const TemporaryFolder folder;
    const auto values = [&folder](std::vector<std::string> options) {
        std::vector<std::string> arguments{"surface", "--size", "3x2", "-o", "x.csv"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto run = gradscape(arguments, folder.path());
        EXPECT_EQ(run.status, 0) << run.err;
        return test::read_all(folder / "x.csv");
    };
    const std::string expected = values({"--wx=-2:-1", "--wrec=-.5:1e-1"});
    EXPECT_THAT(expected, HasSubstr("\n-2,-0.5,"));
    EXPECT_THAT(expected, HasSubstr("\n-1,0.1,"));
    EXPECT_EQ(values({"--wx", "-2:-1", "--wrec", "-.5:1e-1"}), expected);
    EXPECT_EQ(values({"--wx", "-2:-1", "--wrec", "-.5:1e-1", "--figure", "f.svg", "--mark", "-1,-1",
                      "-2,-.5,red"}),
              expected);
}

}  // namespace
}  // namespace gradscape::cli
