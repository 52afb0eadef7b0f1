// --initial-state of every command that evaluates, through the real binary.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/cli/refusal.hpp"
#include "tests/explore/explorer.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::expect_refusal;
using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using Words = std::vector<std::string>;

void run_in(const TemporaryFolder& folder, Words arguments) {
    arguments.emplace_back("--quiet");
    const auto run = gradscape(std::move(arguments), folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
}

json facts_of(const TemporaryFolder& folder, Words arguments) {
    arguments.insert(arguments.end(), {"--json", "facts.json"});
    run_in(folder, std::move(arguments));
    return json::parse(read_all(folder / "facts.json"));
}

TEST(InitialStateCommand, MakesAnotherPictureWhichIsMadeAgainFromItself) {
    const TemporaryFolder folder;
    for (const char* cell : {"linear", "sigmoid"}) {
        const Words surface{"surface", "--cell", cell, "--size", "40x30"};
        const auto with = [&surface](const Words& more) {
            Words all = surface;
            all.insert(all.end(), more.begin(), more.end());
            return all;
        };
        run_in(folder, with({"-o", "plain.png"}));
        run_in(folder, with({"--initial-state", "0", "-o", "zero.png"}));
        EXPECT_TRUE(read_all(folder / "plain.png") == read_all(folder / "zero.png"));
        const json facts =
            facts_of(folder, with({"--initial-state=0.30000000000000004", "-o", "x.png"}));
        EXPECT_EQ(facts["method"], "bptt");
        EXPECT_EQ(facts["initial_state"], 0.30000000000000004);
        EXPECT_FALSE(read_all(folder / "plain.png") == read_all(folder / "x.png"));
        run_in(folder, {"surface", "--like", "x.png", "-o", "y.png"});
        EXPECT_TRUE(read_all(folder / "x.png") == read_all(folder / "y.png"));
        // Over a picture that the linear cell has by rows.
        run_in(folder, {"surface", "--like", "plain.png", "--initial-state=0.30000000000000004",
                        "-o", "z.png"});
        run_in(folder, with({"--initial-state=0.30000000000000004", "-o", "x.png"}));
        EXPECT_TRUE(read_all(folder / "x.png") == read_all(folder / "z.png"));
    }
}

TEST(InitialStateCommand, IsComparedLikeAllElse) {
    for (const char* cell : {"linear", "tanh", "relu", "sigmoid"})
        for (const char* sides : {"emulated:bptt:f32", "reference"}) {
            const TemporaryFolder folder;
            const json facts =
                facts_of(folder, {"compare", "--a", "cpu:bptt:f32", "--b", sides, "--cell", cell,
                                  "--initial-state=-0.7", "--size", "9x7", "--length", "37"});
            EXPECT_EQ(facts["initial_state"], -0.7);
        }
}

TEST(InitialStateCommand, ReachesTrainingAndTraces) {
    const TemporaryFolder folder;
    std::ofstream(folder / "one.csv") << "x1,target\n1,1\n";
    // y = w_x + S_0·w_rec: the gradient by w_rec is S_0 times that by w_x.
    const json trained =
        facts_of(folder, {"train", "--data", "one.csv", "--initial-state=0.5", "--optimizer", "gd",
                          "--start=2,3", "--iterations", "0"});
    EXPECT_EQ(trained["initial_state"], 0.5);
    EXPECT_EQ(trained["loss"], 6.25);
    EXPECT_EQ(trained["gradient"]["w_rec"], 2.5);
    const json traced = facts_of(folder, {"trace", "--data", "one.csv", "--initial-state=0.5",
                                          "--at=2,3", "-o", "t.csv", "s.png"});
    EXPECT_EQ(traced["initial_state"], 0.5);
    EXPECT_THAT(read_all(folder / "t.csv"), HasSubstr("2,3,0,15,15,15"));
}

TEST(InitialStateCommand, IsTheExplorersForAllThatItShows) {
    const TemporaryFolder folder;
    std::ofstream(folder / "one.csv") << "x1,target\n1,1\n";
    const test::Explorer explorer({folder / "one.csv", "--initial-state=0.5"});
    EXPECT_EQ(json::parse(explorer.get("api/info").body)["initial_state"], 0.5);
    const json point = json::parse(explorer.get("api/point?x=2&y=3").body);
    EXPECT_EQ(point["fields"]["loss"], 6.25);
    EXPECT_EQ(point["fields"]["grad-wrec"], 2.5);
    EXPECT_EQ(point["predictions"][0]["prediction"], 3.5);
    EXPECT_FALSE(point.contains("valley"));
    EXPECT_EQ(explorer.get("api/valley?y0=0&y1=1&h=3").status, 400);
    const std::string picture = explorer.get("export.png?size=40x30&wx=-3:3&wrec=-3:3").body;
    EXPECT_THAT(picture, HasSubstr("initial_state"));
}

TEST(InitialStateCommand, IsOfAllShards) {
    const TemporaryFolder folder;
    const Words surface{"surface", "--cell", "tanh", "--size", "40x50", "-o", "a.png"};
    const auto with = [&surface](const Words& more) {
        Words all = surface;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    run_in(folder, with({"--initial-state=0.5"}));
    const std::string whole = read_all(folder / "a.png");
    run_in(folder, with({"--initial-state=0.5", "--shard", "1/2"}));
    run_in(folder, with({"--initial-state=0.25", "--shard", "2/2"}));
    const auto refused = gradscape({"merge", "a.png"}, folder.path());
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, HasSubstr("foreign: rendered with initial_state = "));
    run_in(folder, with({"--initial-state=0.5", "--shard", "2/2"}));
    run_in(folder, {"merge", "a.png"});
    EXPECT_TRUE(read_all(folder / "a.png") == whole);
}

TEST(InitialStateCommand, IsNotChangedByResuming) {
    const TemporaryFolder folder;
    const auto render = [](const std::string& state) {
        return Words{"surface",
                     "--cell",
                     "tanh",
                     "--size",
                     "160",
                     "--length",
                     std::to_string(2000 / test::slowdown),
                     "--threads",
                     "1",
                     "--quiet",
                     "--initial-state=" + state,
                     "-o",
                     "a.png"};
    };
    Words started = render("0.5");
    started.insert(started.begin(), GRADSCAPE_BINARY);
    test::StartedProgram program(started, folder.path());
    const auto journal = [&folder] {
        std::error_code none;
        const auto size = fs::file_size(folder / "a.png.part.journal", none);
        return none ? 0 : size;
    };
    while (journal() < 1500 && !program.has_ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    program.send(SIGKILL);
    ASSERT_EQ(program.wait().status, 128 + SIGKILL);
    Words other = render("0.25"), same = render("0.5");
    other.emplace_back("--resume"), same.emplace_back("--resume");
    expect_refusal(folder, other, "initial_state = 0.5 instead of 0.25");
    const auto resumed = gradscape(same, folder.path());
    EXPECT_EQ(resumed.status, 0) << resumed.err;
}

TEST(InitialStateCommand, RefusesWhatItCannotBe) {
    const TemporaryFolder folder;
    for (const char* command : {"surface", "compare", "train", "trace", "explore"})
        for (const char* value : {"nan", "inf", "x", "1e999"})
            expect_refusal(folder, {command, std::string("--initial-state=") + value},
                           "--initial-state ");
    expect_refusal(folder, {"surface", "--initial-state=1", "--method", "rows"},
                   "--method rows: only from an initial state of 0 has the linear cell a row form, "
                   "not from 1; use bptt or auto");
    expect_refusal(folder, {"surface", "--initial-state=1", "--valley", "--figure", "a.png"},
                   "--valley: only from an initial state of 0");
    expect_refusal(folder, {"compare", "--a", "cpu:rows", "--initial-state=1"},
                   "--a cpu:rows: only from an initial state of 0");
    expect_refusal(folder, {"ravine", "--initial-state=1"}, "--initial-state=1: no such option");
}

}  // namespace
}  // namespace gradscape::cli
