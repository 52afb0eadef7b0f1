// Sweeps through the real binary: what is run, what is done already, and the table.
// SPDX-License-Identifier: MIT
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/cli/refusal.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::expect_refusal;
using test::gradscape;
using test::ProgramResult;
using test::read_all;
using test::StartedProgram;
using test::TemporaryFolder;
using ::testing::HasSubstr;

class SweepCommand : public ::testing::Test {
protected:
    void write(const std::string& toml) const { std::ofstream(folder_ / "s.toml") << toml; }

    ProgramResult sweep(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"sweep", "--config", "s.toml"});
        return gradscape(more, folder_.path());
    }

    void expect_summary(const std::string& summary, int status = 0) const {
        const ProgramResult run = sweep();
        EXPECT_EQ(run.status, status) << run.err;
        EXPECT_THAT(run.out, HasSubstr(summary));
    }

    json table() const { return json::parse(read_all(folder_ / "sweep/table.json")); }

    void expect_error(const std::string& toml, const std::string& complaint) const {
        write(toml);
        expect_refusal(folder_, {"sweep", "--config", "s.toml"}, complaint);
    }

    TemporaryFolder folder_;
};

const std::string rates_toml =
    "[[train]]\noptimizer = [\"gd\", \"adam\"]\nlearning-rate = [0.1, 0.01, 0.001]\n"
    "iterations = 20\noutput = \"path.csv\"\n[[train]]\noptimizer = \"rprop\"\nseed = [1, 2]\n"
    "iterations = 20\n";

TEST_F(SweepCommand, RunsEveryCombinationAsTheSubcommandDoes) {
    write(rates_toml);
    expect_summary("8 runs: 8 done now, 0 before, 0 failed\n");
    const json rows = table();
    ASSERT_EQ(rows.size(), 8u);
    EXPECT_EQ(rows[0]["options"]["learning-rate"], "0.1");
    EXPECT_EQ(rows[1]["options"]["learning-rate"], "0.01");
    EXPECT_EQ(rows[3]["options"]["optimizer"], "adam");
    const auto alone = gradscape({"train", "--optimizer", "adam", "--learning-rate", "0.01",
                                  "--iterations", "20", "-o", "path.csv", "--json", "facts"},
                                 folder_.path());
    ASSERT_EQ(alone.status, 0);
    EXPECT_EQ(rows[4]["facts"], json::parse(read_all(folder_ / "facts")));
    const std::string of_sweep = "sweep/" + rows[4]["run"].get<std::string>() + "/path.csv";
    EXPECT_EQ(read_all(folder_ / of_sweep), read_all(folder_ / "path.csv"));
}

TEST_F(SweepCommand, TheTableHasAColumnForEachFact) {
    write(rates_toml);
    expect_summary("8 runs");
    std::istringstream csv(read_all(folder_ / "sweep/table.csv"));
    std::string head, line;
    std::getline(csv, head);
    EXPECT_TRUE(
        head.starts_with("run,subcommand,status,--optimizer,--learning-rate,--seed,data.seed,"))
        << head;
    EXPECT_THAT(head, HasSubstr(",final.w_x,final.w_rec,"));
    const auto columns = [](const std::string& text) {  // commas within quotes are text
        bool quoted = false;
        std::size_t count = 1;
        for (const char c : text) {
            if (c == '"') quoted = !quoted;
            if (c == ',' && !quoted) ++count;
        }
        return count;
    };
    int lines = 0;
    for (; std::getline(csv, line); ++lines) EXPECT_EQ(columns(line), columns(head)) << line;
    EXPECT_EQ(lines, 8);
}

TEST_F(SweepCommand, WhatIsDoneIsKnownByItsParameters) {
    write(rates_toml);
    expect_summary("8 done now, 0 before");
    const std::string first = read_all(folder_ / "sweep/table.csv");
    expect_summary("0 done now, 8 before");
    EXPECT_EQ(read_all(folder_ / "sweep/table.csv"), first);
    write(rates_toml + "clip-norm = 1\n");  // of the last table
    const ProgramResult refused = sweep();
    EXPECT_EQ(refused.status, 1);  // rprop has no length of its gradient
    write(rates_toml + "start = \"1,1\"\n");
    expect_summary("2 done now, 6 before");
    // A result that was removed is made again; threads decide nothing.
    fs::remove(folder_ / ("sweep/" + table()[2]["run"].get<std::string>() + "/facts.json"));
    expect_summary("1 done now, 7 before");
}

TEST_F(SweepCommand, DataAreKnownByTheirContent) {
    std::ofstream(folder_ / "d.csv") << "x1,x2\n0,1\n1,1\n";
    write("[trace]\ndata = \"d.csv\"\nat = [[\"1,1\", \"-1,-2\"], [\"0.5,0.5\"]]\n");
    expect_summary("2 done now, 0 before");
    EXPECT_EQ(table()[0]["facts"]["traces"].size(), 2u);
    expect_summary("0 done now, 2 before");
    std::ofstream(folder_ / "d.csv") << "x1,x2\n0,1\n1,0\n";
    expect_summary("2 done now, 0 before");
    std::ofstream(folder_ / "p.csv") << "#000000\n#ffffff\n";
    write("[surface]\nsize = 9\npalette = [\"p.csv\", \"magma\", \"#000000,#ffffff\"]\n");
    expect_summary("3 done now, 0 before");
    expect_summary("0 done now, 3 before");
    std::ofstream(folder_ / "p.csv") << "#000000\n#00ffff\n";
    expect_summary("1 done now, 2 before");
}

TEST_F(SweepCommand, RunsThatFailAreInTheTableAndTriedAgain) {
    write("[train]\noptimizer = [\"rprop\", \"adam\"]\nlearning-rate = 0.1\niterations = 3\n");
    const ProgramResult run = sweep();
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("error: 1 run failed, the first one train-optimizer=rprop-"));
    EXPECT_THAT(run.err, HasSubstr("--learning-rate: has no effect on --optimizer rprop"));
    EXPECT_EQ(table()[0]["status"], "failed");
    EXPECT_THAT(table()[0]["error"].get<std::string>(), HasSubstr("has no effect"));
    EXPECT_EQ(table()[1]["status"], "done");
    expect_summary("0 done now, 1 before, 1 failed", 1);
}

TEST_F(SweepCommand, ShardsShareTheRunsAndTheLastCommandWritesTheTable) {
    write(rates_toml);
    for (const char* shard : {"2/3", "3/3", "1/3"}) {
        const ProgramResult run = sweep({"--shard", shard});
        ASSERT_EQ(run.status, 0) << run.err;
        EXPECT_THAT(run.out, HasSubstr(std::string(shard) == "3/3" ? "2 runs: 2" : "3 runs: 3"));
        EXPECT_FALSE(fs::exists(folder_ / "sweep/table.csv"));
    }
    expect_summary("0 done now, 8 before");
    EXPECT_EQ(table().size(), 8u);
}

TEST_F(SweepCommand, CtrlCEndsItAndTheSameCommandGoesOn) {
    const std::string length = std::to_string(2000 / test::slowdown);
    write("[surface]\ncell = \"tanh\"\nlength = " + length +
          "\nthreads = 1\nsize = 120\nseed = [1, 2, 3]\noutput = \"a.npy\"\n");
    StartedProgram program({GRADSCAPE_BINARY, "sweep", "--config", "s.toml", "--json", "facts"},
                           folder_.path());
    std::error_code none;
    const auto folders = [&] {
        return fs::exists(folder_ / "sweep", none)
                   ? std::distance(fs::directory_iterator(folder_ / "sweep"), {})
                   : 0;
    };
    while (folders() < 2 && !program.has_ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    program.send(SIGINT);
    const ProgramResult run = program.wait();
    EXPECT_EQ(run.status, 130) << run.err;
    EXPECT_THAT(run.err, HasSubstr("interrupted; 'sweep' keeps 1 of 3 runs: the same command"));
    EXPECT_FALSE(fs::exists(folder_ / "facts"));
    EXPECT_FALSE(fs::exists(folder_ / "sweep/table.csv"));
    expect_summary("2 done now, 1 before, 0 failed");
    const auto alone = gradscape({"surface", "--cell", "tanh", "--length", length, "--size", "120",
                                  "--seed", "2", "-o", "b.npy"},
                                 folder_.path());
    ASSERT_EQ(alone.status, 0);
    EXPECT_TRUE(read_all(folder_ / ("sweep/" + table()[1]["run"].get<std::string>() + "/a.npy")) ==
                read_all(folder_ / "b.npy"));
}

TEST_F(SweepCommand, SurfacesWriteWhatTheyAreToldTo) {
    write("[surface]\nsize = 20\nstyle = [\"bands\", \"smooth\"]\n");
    const auto pictures = [this] {
        std::vector<fs::path> paths;
        for (const auto& row : table())
            paths.push_back(folder_ / ("sweep/" + row["run"].get<std::string>() + "/surface.png"));
        return paths;
    };
    expect_summary("2 done now");
    for (const fs::path& picture : pictures()) EXPECT_TRUE(fs::exists(picture));
    fs::remove(pictures().front());
    expect_summary("1 done now, 1 before");
    EXPECT_TRUE(fs::exists(pictures().front()));
    write("[surface]\nsize = 20\nvalley = [true, false]\nfigure = \"f.svg\"\n");
    expect_summary("2 done now");
}

TEST_F(SweepCommand, MistakesAreNamedWithTheirPlaceBeforeTheFirstRun) {
    expect_error("", "s.toml: nothing to run; a table [surface], [train], [trace] is wanted");
    expect_error("[train]\nlearning-rat = 1\n",
                 "s.toml:2: learning-rat: no such option of `gradscape train`; did you mean");
    expect_error("[train]\noptimizer = [\"adam\", \"adm\"]\n", "s.toml:2: --optimizer adm");
    expect_error("[train]\njson = \"x\"\n", "s.toml:2: json: is said by the sweep itself");
    expect_error("[train]\nseed = []\n", "s.toml:2: seed: an empty array is no value");
    expect_error("[train]\nseed = [[1, 2]]\n", "s.toml:2: seed: takes one value in a run");
    expect_error("[surface]\nvalley = 3\n", "s.toml:2: valley: true or false is wanted");
    expect_error("[surface]\noutput = \"a/b.png\"\n",
                 "s.toml:2: output = \"a/b.png\": a file name without a folder is wanted");
    expect_error("[train]\noutput = \"facts.json\"\n", "other than facts.json");
    expect_error("[explore]\nport = 80\n[train]\n", "s.toml:1: [explore]: is not for a sweep");
    expect_error("shar = 3\n[train]\n", "s.toml:1: shar: no such option of `gradscape sweep`");
    expect_error("[train\n", "s.toml:1: not TOML");
    std::string many = "[train]\n";
    for (const char* name : {"seed", "sequences", "length", "iterations"}) {
        many += std::string(name) + " = [1";
        for (int value = 2; value <= 40; ++value) many += ", " + std::to_string(value);
        many += "]\n";
    }
    expect_error(many, "these are more than 1000000 runs");
    expect_refusal(folder_, {"sweep"}, "sweep: --config FILE.toml is wanted");
    expect_refusal(folder_, {"sweep", "--config", "s.toml", "--shard", "3/2"}, "--shard");
}

}  // namespace
}  // namespace gradscape::cli
