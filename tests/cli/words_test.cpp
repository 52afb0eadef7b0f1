// "Did you mean", help, completions and the manual page, through the real binary.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "gradscape/internal/notice.hpp"
#include "tests/cli/refusal.hpp"

namespace gradscape::cli {
namespace {

using test::expect_refusal;
using test::gradscape;
using test::run_program;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> called_by_people{"reproduce", "surface", "compare", "data", "train",
                                                "trace",     "explore", "info",    "help"};

TEST(Suggestion, W3NamesWhatWasMeant) {
    const TemporaryFolder folder;
    expect_refusal(folder, {"surfcae"}, "surfcae: no such subcommand; did you mean surface?");
    expect_refusal(folder, {"Train"}, "Train: no such subcommand; did you mean train?");
    expect_refusal(folder, {"help", "surfac"}, "surfac: no such subcommand; did you mean surface?");
    expect_refusal(folder, {"surface", "--feild", "loss"},
                   "--feild: no such option; did you mean --field?");
    expect_refusal(folder, {"surface", "--paltte=magma"}, "did you mean --palette?");
    expect_refusal(folder, {"surface", "--cell", "tahn"},
                   "--cell tahn: unknown; did you mean tanh?; choose one of linear, tanh");
    expect_refusal(folder, {"train", "--optimizer", "irprop"}, "did you mean rprop?");
    // Far from everything: no guess.
    EXPECT_THAT(gradscape({"surface", "--cell", "lstm"}).err, Not(HasSubstr("did you mean")));
    EXPECT_THAT(gradscape({"--xyz"}).err, Not(HasSubstr("did you mean")));
}

TEST(Help, W3HelpSubcommandAndVersionInShort) {
    EXPECT_EQ(gradscape({"-V"}).out, gradscape({"--version"}).out);
    EXPECT_EQ(gradscape({"help"}).out, gradscape({"--help"}).out);
    EXPECT_EQ(gradscape({"-h"}).out, gradscape({"--help"}).out);
    std::vector<std::string> all = called_by_people;
    all.insert(all.end(), {"merge", "ravine", "cliff", "basins", "sweep", "completions", "man"});
    for (const std::string& command : all)
        EXPECT_EQ(gradscape({"help", command}).out, gradscape({command, "--help"}).out) << command;
}

/// Every option that a help text has an entry for.
std::vector<std::string> options_in(const std::string& help) {
    std::vector<std::string> options;
    const std::regex entry("\n  (?:-., |    )(--[a-z0-9-]+)");
    for (std::sregex_iterator i(help.begin(), help.end(), entry), end; i != end; ++i)
        options.push_back((*i)[1]);
    return options;
}

TEST(Help, W3IsInGroupsAndEndsWithAnExample) {
    for (const std::string& command : called_by_people) {
        const std::string help = gradscape({command, "--help"}).out;
        EXPECT_THAT(help, HasSubstr("\nEverywhere:\n"));
        EXPECT_THAT(help, HasSubstr("--config FILE.toml"));
        EXPECT_THAT(help, Not(HasSubstr("the field's\n")));
        EXPECT_TRUE(std::regex_search(help, std::regex("\nExample: gradscape [^\n]+\n$"))) << help;
        std::istringstream lines(help);
        for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 120u) << line;
    }
    const std::string surface = gradscape({"surface", "--help"}).out;
    for (const char* group :
         {"Output", "Data", "Model", "Evaluation", "Grid", "Colours", "Figure", "Training"})
        EXPECT_THAT(surface, HasSubstr("\n" + std::string(group) + ":\n"));
    EXPECT_GE(options_in(surface).size(), 45u);
}

/// What bash offers after these words, the last one being typed.
std::string completed(const std::vector<std::string>& words, const TemporaryFolder& folder) {
    std::string script = "source ./gradscape.bash; COMP_WORDS=(";
    for (const std::string& word : words) script += "'" + word + "' ";
    script += "); COMP_CWORD=" + std::to_string(words.size() - 1) +
              "; _gradscape 2>&1; printf '%s ' \"${COMPREPLY[@]}\"";
    return run_program({"/bin/bash", "--norc", "-c", script}, folder.path()).out;
}

TEST(Completions, W3BashCompletesFromTheOptions) {
    const TemporaryFolder folder;
    std::ofstream(folder / "gradscape.bash") << gradscape({"completions", "bash"}).out;
    std::ofstream(folder / "data.csv") << "x1\n1\n";
    std::filesystem::create_directory(folder / "dark");
    EXPECT_EQ(completed({"gradscape", "su"}, folder), "surface ");
    EXPECT_EQ(completed({"gradscape", "help", "tr"}, folder), "train trace ");
    EXPECT_EQ(completed({"gradscape", "surface", "--cell", "t"}, folder), "tanh ");
    EXPECT_EQ(completed({"gradscape", "surface", "--cell", "=", "s"}, folder), "sigmoid ");
    EXPECT_EQ(completed({"gradscape", "surface", "--pal"}, folder), "--palette ");
    EXPECT_EQ(completed({"gradscape", "surface", "--palette", "magma", "--sty"}, folder),
              "--style ");
    EXPECT_THAT(completed({"gradscape", "train", "--data", "da"}, folder),
                ::testing::AnyOf("dark data.csv ", "data.csv dark "));
    EXPECT_EQ(completed({"gradscape", "reproduce", "-o", "da"}, folder), "dark ");
    EXPECT_EQ(completed({"gradscape", "surface", "-o", "x.png", "data"}, folder), "data.csv ");
    EXPECT_EQ(completed({"gradscape", "info", "--fi"}, folder), " ");
    // All that --help has, and nothing else.
    for (const std::string& command : called_by_people) {
        std::string offered = " " + completed({"gradscape", command, "--"}, folder);
        for (const std::string& option : options_in(gradscape({command, "--help"}).out)) {
            const auto at = offered.find(" " + option + " ");
            ASSERT_NE(at, std::string::npos) << command << " " << option << ": " << offered;
            offered.erase(at, option.size() + 1);
        }
        EXPECT_EQ(offered, " ") << command;
    }
}

/// Runs `program ARGUMENT FILE` with the text in the file, where the program is installed.
void expect_accepted(const std::string& program, const std::vector<std::string>& options,
                     const std::string& text) {
    if (!std::filesystem::exists(program)) GTEST_SKIP() << program << " is not installed";
    const TemporaryFolder folder;
    std::ofstream(folder / "text") << text;
    std::vector<std::string> arguments{program};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(folder / "text");
    const auto run = run_program(arguments);
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "");
}

TEST(Completions, W3ZshReadsThem) {
    expect_accepted("/usr/bin/zsh", {"-n"}, gradscape({"completions", "zsh"}).out);
}
TEST(Completions, W3FishReadsThem) {
    expect_accepted("/usr/bin/fish", {"--no-execute"}, gradscape({"completions", "fish"}).out);
}

TEST(ManualPage, W3HasEveryOptionAndNoWarning) {
    const std::string page = gradscape({"man"}).out;
    for (const std::string& command : called_by_people) {
        EXPECT_THAT(page, HasSubstr("\n.SS gradscape " + command + "\n"));
        for (std::string option : options_in(gradscape({command, "--help"}).out)) {
            option = std::regex_replace(option, std::regex("-"), "\\-");
            EXPECT_THAT(page, HasSubstr("\\fB" + option + "\\fR"));
        }
    }
    expect_accepted("/usr/bin/groff", {"-man", "-Kutf8", "-Tutf8", "-ww", "-z"}, page);
}

TEST(ErrorLines, W1HoldNoRawBytes) {
    const TemporaryFolder folder;
    std::ofstream(folder / "d.csv", std::ios::binary) << "x1\n\x86\x1b[31m\n";
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{"data", "--data", "d.csv"},
                                               {"surface", "--cell", "\x86\n\x1b[2J"},
                                               {"\xff\xfe"},
                                               {"surface", "--\xff"},
                                               {"data", "-o", "no\x86\n/x.csv"}}) {
        const auto run = gradscape(arguments, folder.path());
        EXPECT_EQ(run.status, 2);
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
        EXPECT_TRUE(std::regex_search(run.err, std::regex("\\\\x(86|ff)"))) << run.err;
        const std::string line = run.err.substr(0, run.err.size() - 1);
        EXPECT_EQ(line, printable(line));
    }
}

}  // namespace
}  // namespace gradscape::cli
