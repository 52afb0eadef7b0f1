// What every subcommand does with the paths that it reads and writes, through the real binary.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/refusal.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::expect_refusal;
using test::gradscape;
using test::read_all;
using test::run_program;
using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Arguments = std::vector<std::string>;

class FilesOfARun : public ::testing::Test {
protected:
    void SetUp() override {
        std::ofstream(folder_ / "mine.csv") << "x1,x2,target\n1,0,1\n";
        std::ofstream(folder_ / "path.csv") << "w_x,w_rec\n0,0\n1,1\n";
        std::ofstream(folder_ / "c.toml") << "quiet = true\n";
        fs::create_directory(folder_ / "out");
        fs::copy(folder_ / "mine.csv", folder_ / "out/dataset.csv");
        fs::create_symlink("mine.csv", folder_ / "link.csv");
        fs::create_hard_link(folder_ / "mine.csv", folder_ / "hard.csv");
        const auto drawn =
            gradscape({"surface", "--quiet", "--size", "4", "-o", "like.png"}, folder_.path());
        ASSERT_EQ(drawn.status, 0) << drawn.err;
    }
    TemporaryFolder folder_;
};

using FilesF1 = FilesOfARun;

TEST_F(FilesF1, NoRunWritesAFileThatItReads) {
    const std::string data = read_all(folder_ / "mine.csv"),
                      picture = read_all(folder_ / "like.png");
    const Arguments cases[] = {
        {"surface", "--data", "mine.csv", "--size", "4", "-o", "mine.csv"},
        {"surface", "--data", "mine.csv", "--size", "4", "-o", "./mine.csv"},
        {"surface", "--data", "out/../mine.csv", "--size", "4", "-o", "a.npy", "hard.csv"},
        {"surface", "--data", "link.csv", "--size", "4", "--json", "mine.csv"},
        {"surface", "--figure", "f.png", "--trajectory", "path.csv", "-o", "path.csv"},
        {"surface", "--like", "like.png", "-o", "like.png"},
        {"surface", "--like", "like.png", "--figure", "out/../like.png"},
        {"surface", "--config", "c.toml", "--json", "./c.toml"},
        {"train", "--data", "mine.csv", "-o", "link.csv"},
        {"train", "--data", "mine.csv", "--json", "hard.csv"},
        {"trace", "--data", "mine.csv", "-o", "t.pdf", "mine.csv"},
        {"data", "--data", "mine.csv", "-o", "mine.csv"},
        {"data", "--data", "mine.csv", "--test-output", "link.csv"},
        {"compare", "--data", "mine.csv", "--size", "4", "--json", "mine.csv"},
        {"reproduce", "--data", "out/dataset.csv", "-o", "./out"},
        {"info", "--config", "c.toml", "--json", "c.toml"},
    };
    for (const Arguments& arguments : cases)
        expect_refusal(folder_, arguments, "': this run reads it");
    EXPECT_EQ(read_all(folder_ / "mine.csv"), data);
    EXPECT_EQ(read_all(folder_ / "like.png"), picture);
    EXPECT_EQ(read_all(folder_ / "path.csv"), "w_x,w_rec\n0,0\n1,1\n");
    EXPECT_EQ(read_all(folder_ / "c.toml"), "quiet = true\n");
    EXPECT_TRUE(fs::is_symlink(folder_ / "link.csv"));
}

using FilesF2 = FilesOfARun;

TEST_F(FilesF2, NoTwoResultsGoToOneFile) {
    const Arguments cases[] = {
        {"surface", "--size", "4", "-o", "s.png", "--figure", "s.png"},
        {"surface", "--size", "4", "-o", "t.csv", "--json", "t.csv"},
        {"surface", "--size", "4", "-o", "s.png", "./s.png"},
        {"surface", "--size", "4", "-o", "mine.csv", "hard.csv"},
        // What a render keeps beside its outputs until it is done.
        {"surface", "--size", "4", "-o", "s.png", "t.npy", "--json", "t.npy.part"},
        {"surface", "--size", "4", "-o", "s.png", "--json", "s.png.part.journal"},
        {"data", "-o", "a", "--test-output", "a"},
        {"data", "-o", "a", "--test-output", "out/../a"},
        {"train", "-o", "t.csv", "--json", "t.csv"},
        {"trace", "-o", "t.csv", "./t.csv"},
        {"compare", "--size", "4", "-o", "e.png", "--figure", "e.png"},
        {"reproduce", "-o", "out", "--json", "out/report.json"},
    };
    for (const Arguments& arguments : cases)
        expect_refusal(folder_, arguments, "': this run writes it");
}

using FilesF3 = FilesOfARun;

TEST_F(FilesF3, ADashIsStandardOutputAndFactsGoToStandardError) {
    const auto facts = gradscape({"info", "--json", "-"}, folder_.path());
    EXPECT_EQ(facts.status, 0) << facts.err;
    EXPECT_TRUE(nlohmann::json::parse(facts.out).contains("backends"));
    EXPECT_THAT(facts.err, HasSubstr("Backends:"));

    const Arguments cases[] = {{"data", "-o", "-"},
                               {"data", "--test-output", "/dev/stdout"},
                               {"train", "-o", "-"},
                               {"trace", "-o", "-"}};
    const std::string firsts[] = {"x1,x2,", "x1,x2,", "iteration,w_x,w_rec,", "w_x,w_rec,k,"};
    const std::string said[] = {"20 sequences", "20 sequences", "Final weights", "grad_sum at"};
    for (std::size_t c = 0; c < std::size(cases); ++c) {
        const auto run = gradscape(cases[c], folder_.path());
        EXPECT_EQ(run.status, 0) << run.err;
        EXPECT_THAT(run.out, AllOf(StartsWith(firsts[c]), Not(HasSubstr(said[c]))));
        EXPECT_THAT(run.err, HasSubstr(said[c]));
    }
    EXPECT_FALSE(fs::exists(folder_ / "-"));
    expect_refusal(folder_, {"data", "-o", "-", "--json", "-"}, "cannot write '-'");
}

TEST_F(FilesF3, ALinkToStandardOutputDoesNotReplaceTheRedirectedFile) {
    fs::create_symlink("/dev/stdout", folder_ / "stdout.csv");
    std::ofstream(folder_ / "log") << "first line\n";
    const auto run =
        run_program({"/bin/sh", "-c", "exec \"$0\" data -o stdout.csv >> log", GRADSCAPE_BINARY},
                    folder_.path());
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(read_all(folder_ / "log"), StartsWith("first line\nx1,x2,"));
    EXPECT_TRUE(fs::is_symlink(folder_ / "stdout.csv"));
}

using FilesF8 = FilesOfARun;

/// Each of these runs would take minutes at the least.
TEST_F(FilesF8, OutputsAreTriedBeforeTheWork) {
    const Arguments works[] = {
        {"surface", "--cell", "tanh", "--length", "1000", "--size", "9000"},
        {"train", "--iterations", "1000000000", "--optimizer", "adam"},
        {"trace", "--length", "100000", "--sequences", "1000"},
        {"data", "--length", "10000", "--sequences", "10000"},
        {"compare", "--b", "reference", "--size", "9000"},
    };
    const auto start = std::chrono::steady_clock::now();
    const auto refused = [&](const Arguments& work, const std::string& option,
                             const std::string& path, const std::string& complaint) {
        Arguments arguments = work;
        arguments.insert(arguments.end(), {option, path, "--quiet"});
        expect_refusal(folder_, arguments, complaint);
    };
    for (const Arguments& work : works) {
        const std::string output = work[0] == "compare" || work[0] == "surface" ? "x.png" : "x.csv";
        refused(work, "-o", "no/" + output, "there is no folder 'no'");
        refused(work, "-o", "mine.csv/" + output, "'mine.csv' is not a folder");
        refused(work, "--json", "no/x", "there is no folder 'no'");
        refused(work, "--json", "out", "it is a folder");
    }
    for (const std::size_t with_figure : {0, 1, 4})
        refused(works[with_figure], "--figure", "no/x.svg", "there is no folder 'no'");
    expect_refusal(folder_, {"reproduce", "-o", "out", "--json", "no/x"},
                   "there is no folder 'no'");
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    EXPECT_LT(seconds.count(), 60 * test::slowdown);
}

using FilesF4 = FilesOfARun;

TEST_F(FilesF4, NamesThatAreNotUtf8Work) {
    const std::string data = "d\xff\xfe.csv", picture = "\xe4\xf6.png";
    fs::copy(folder_ / "mine.csv", folder_ / data);
    const auto drawn = gradscape({"surface", "--data", data, "--size", "4", "-o", picture, "--json",
                                  "facts\x80", "--figure", "f\xc3.svg"},
                                 folder_.path());
    EXPECT_EQ(drawn.status, 0) << drawn.err;
    const auto facts = nlohmann::json::parse(read_all(folder_ / "facts\x80"));
    EXPECT_EQ(facts["data"]["file"], "d\xef\xbf\xbd\xef\xbf\xbd.csv");  // U+FFFD
    const auto again =
        gradscape({"surface", "--quiet", "--like", picture, "--data", data, "-o", "again.png"},
                  folder_.path());
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_TRUE(read_all(folder_ / "again.png") == read_all(folder_ / picture));
    for (const Arguments& arguments : {Arguments{"train", "-o", "\xff.csv", "--json", "\xfe"},
                                       {"trace", "-o", "\xfd.csv"},
                                       {"data", "--data", data, "--json", "\xfc"},
                                       {"compare", "--data", data, "--size", "4"}}) {
        const auto run = gradscape(arguments, folder_.path());
        EXPECT_EQ(run.status, 0) << run.err;
    }
}

}  // namespace
}  // namespace gradscape::cli
