// The first Ctrl-C or SIGTERM ends every subcommand at once, whatever it is at, and leaves nothing.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::test {
namespace {

using std::chrono::milliseconds;

struct Stopped {
    ProgramResult result;
    double seconds;     ///< of work between the signal and the end
    std::size_t files;  ///< but for parts, which --resume goes on with
};

std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> all(1);
    for (char c : text)
        if (c == ' ')
            all.emplace_back();
        else
            all.back() += c;
    return all;
}

Stopped stop(const std::string& command, int signal, milliseconds after) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments = words(command);
    const char* moved = std::getenv("GRADSCAPE_BINARY");
    arguments.insert(arguments.begin(), moved ? moved : GRADSCAPE_BINARY);
    StartedProgram program(arguments, folder / "");
    std::this_thread::sleep_for(after);
    const double before = program.cpu_seconds();
    program.send(signal);
    ProgramResult result = program.wait();
    const double seconds = result.cpu_seconds - before;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        const std::string extension = entry.path().extension();
        files += extension != ".part" && extension != ".journal";
    }
    return {std::move(result), seconds, files};
}

/// Within 0.2 s, of all processors at most, as its processor time tells: the clock would tell how
/// busy the machine is with other things. Of four attempts the best, since those slow down caches,
/// too. On a fast machine the program may be through by then: half the time, until it is not.
void expect_stops(const std::string& command, milliseconds after = milliseconds(150)) {
    constexpr milliseconds longest(10'000);
    const double limit = (slowdown > 1 ? 1 : 0.2) * std::thread::hardware_concurrency();
    double best = 1e9;
    int heard = 0;
    for (int attempt = 0; attempt < 4 && best > limit; ++attempt) {
        bool deaf = false;                                // it went on to its end
        const int signal = heard % 2 ? SIGTERM : SIGINT;  // until that one is heard
        Stopped stopped = stop(command, signal, after);
        // On a busy one it may not have begun: then it dies of the signal without a word.
        for (; stopped.result.status == 130 && stopped.result.err.empty() && after < longest;
             after *= 2)
            stopped = stop(command, signal, 2 * after);
        for (; stopped.result.status == 0 && after > milliseconds(20); after /= 2) {
            deaf = stopped.seconds > limit;
            if (deaf) break;
            stopped = stop(command, signal, after / 2);
        }
        if (deaf) continue;
        ++heard;
        ASSERT_EQ(stopped.result.status, 130) << command << '\n' << stopped.result.err;
        EXPECT_THAT(stopped.result.err, ::testing::HasSubstr("gradscape: error: interrupted"));
        EXPECT_EQ(stopped.files, 0u) << command;
        best = std::min(best, stopped.seconds);
    }
    EXPECT_LE(best, limit) << command;
}

TEST(StopS1, EndsTheGenerator) { expect_stops("data --sequences 8000000 -o data.csv"); }
TEST(StopS1, EndsWritingData) {
    expect_stops("data --sequences 1500000 --length 30 -o data.csv", milliseconds(900));
}
TEST(StopS1, EndsTraces) { expect_stops("trace --length 1000000 -o traces.csv"); }
TEST(StopS1, EndsTracesOfManySequences) {
    expect_stops("trace --backend cpu --sequences 300000 --length 30", milliseconds(600));
}
TEST(StopS1, EndsTraining) { expect_stops("train --iterations 20000000 -o path.csv"); }
TEST(StopS1, EndsTheReference) {
    expect_stops("surface --backend reference --cell tanh --size 3000 -o a.npy");
}
TEST(StopS1, EndsTheReferencesTraining) {
    expect_stops("surface --backend reference --field train-loss --size 1 --iterations 100000000");
}
TEST(StopS1, EndsTheEmulation) {
    expect_stops("surface --backend emulated --cell tanh --size 3000 -o a.npy");
}
TEST(StopS1, EndsTheEmulationsTraining) {
    expect_stops("surface --backend emulated --field train-loss --size 500 --iterations 500");
}
TEST(StopS1, EndsAComparison) {
    expect_stops("compare --a cpu --b reference --size 3000 -o diff.png");
}
TEST(StopS1, EndsPlainFields) {
    expect_stops("surface --cell tanh --size 100000x20000 --max-memory 2G -o a.png");
}
TEST(StopS1, EndsAStripOfManySequences) {
    expect_stops("surface --cell tanh --sequences 200000 --length 20 --size 4000x1 -o a.npy",
                 milliseconds(500));
}
TEST(StopS1, EndsARowForm) {
    // A pack of rows is not looked into: a moment, but seconds without optimisation.
    const std::string length = slowdown > 1 ? "100" : "800";
    expect_stops("surface --size 1x400000 --length " + length + " --sequences 3000 -o a.npy",
                 milliseconds(500));
}
TEST(StopS1, EndsColours) { expect_stops("surface --size 200000 --max-memory 2G -o a.png"); }
TEST(StopS1, EndsTrainingOfOneStrip) {
    expect_stops("surface --field train-steps --cell tanh --size 65536x1 --iterations 10000000");
}
TEST(StopS1, EndsACompression) {
    expect_stops("surface --sequences 60000 --length 200 --size 4", milliseconds(700));
}
TEST(StopS1, EndsACompressionOfManyColumns) {
    expect_stops("surface --length 1500 --sequences 6100 --size 4", milliseconds(600));
}
TEST(StopS1, EndsAValley) {
    expect_stops("surface --length 100000 --sequences 30 --valley --figure a.svg",
                 milliseconds(600));
}
TEST(StopS1, EndsABoundOfALongSequence) {
    expect_stops("compare --length 3000000 --sequences 1 --size 4", milliseconds(600));
}
TEST(StopS1, EndsAFigure) {
    expect_stops("surface --backend reference --cell tanh --sequences 500 --figure a.svg");
}
TEST(StopS1, EndsTheArticle) { expect_stops("reproduce --sequences 20000 --length 60 -o ."); }

TEST(StopS1, EndsTheReadingOfData) {
    const TemporaryFolder folder;
    {
        std::ofstream file(folder / "data.csv");
        file << "x1,x2,x3\n";
        for (int row = 0; row < 3'000'000; ++row) file << "1,0," << row % 7 << '\n';
    }
    expect_stops("data --data " + (folder / "data.csv"));
}

TEST(StopS1, ASecondSignalEndsTheProcess) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments = words("train --iterations 20000000");
    arguments.insert(arguments.begin(), GRADSCAPE_BINARY);
    StartedProgram program(arguments, folder / "");
    std::this_thread::sleep_for(milliseconds(150));
    program.send(SIGINT);
    program.send(SIGINT);
    const int status = program.wait().status;
    EXPECT_TRUE(status == 128 + SIGINT || status == 130) << status;
}

TEST(StopS1, LeavesAnIgnoredSignalIgnored) {
    const auto result = run_program({"/bin/sh", "-c",
                                     "trap '' HUP; '" GRADSCAPE_BINARY
                                     "' data --sequences 300000 --quiet & sleep 0.05; kill -HUP $!;"
                                     " wait $!"});
    EXPECT_EQ(result.status, 0) << result.err;
}

}  // namespace
}  // namespace gradscape::test
