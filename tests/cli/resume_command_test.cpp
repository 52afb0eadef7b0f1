// Renders killed, interrupted and stopped by a full disk, through the real binary.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::gradscape;
using test::read_all;
using test::StartedProgram;
using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> outputs{"a.png", "a.npy", "a.npz", "a.csv"};

/// Long by the cost of a cell: about a second of one core.
std::vector<std::string> slow_render(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{
        "surface", "--cell", "tanh",   "--length", std::to_string(1000 / test::slowdown),
        "--size",  "160",    "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.emplace_back("-o");
    arguments.insert(arguments.end(), outputs.begin(), outputs.end());
    return arguments;
}

/// Of one thread: the same second wherever it is to be stopped half way.
std::vector<std::string> watched_render() { return slow_render({"--threads", "1"}); }

std::vector<std::string> with_program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), GRADSCAPE_BINARY);
    return arguments;
}

std::string all_outputs(const TemporaryFolder& folder) {
    std::string all;
    for (const std::string& output : outputs) all += read_all(folder / output);
    return all;
}

std::uint64_t journal_bytes(const TemporaryFolder& folder) {
    std::error_code none;
    const auto size = fs::file_size(folder / "a.png.part.journal", none);
    return none ? 0 : size;
}

/// Until the journal holds more than its head and one checkpoint, which then is on the disk.
void wait_for_work(const StartedProgram& program, const TemporaryFolder& folder) {
    std::uint64_t size = 0;
    // The head, a checkpoint, which may be seen half written, and the begin of the next one.
    for (int growths = 0; growths < 4 && !program.has_ended();) {
        const std::uint64_t now = journal_bytes(folder);
        growths += now > size;
        size = now;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

struct Undisturbed {
    std::string bytes, facts;
};

const Undisturbed& undisturbed() {
    static const Undisturbed result = [] {
        const TemporaryFolder folder;
        EXPECT_EQ(gradscape(slow_render({"--json", "facts"}), folder.path()).status, 0);
        return Undisturbed{all_outputs(folder), read_all(folder / "facts")};
    }();
    return result;
}

TEST(ResumeCommand, FiftyKillsAtRandomLeaveTheBytesOfAnUndisturbedRun) {
    const TemporaryFolder folder;
    std::mt19937 random(1);
    int finished = 0;
    for (int kills = 0; kills < 50;) {
        StartedProgram program(with_program(slow_render({"--resume", "--json", "facts"})),
                               folder.path());
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 80));
        program.send(SIGKILL);
        const auto result = program.wait();
        if (result.status != 0) {
            ASSERT_EQ(result.status, 128 + SIGKILL) << result.err;
            ++kills;
        }
        if (result.status != 0 && kills < 50) continue;
        if (result.status != 0) {
            const auto last =
                gradscape(slow_render({"--resume", "--json", "facts"}), folder.path());
            ASSERT_EQ(last.status, 0) << last.err;
        }
        ++finished;
        ASSERT_TRUE(all_outputs(folder) == undisturbed().bytes) << kills;
        EXPECT_EQ(read_all(folder / "facts"), undisturbed().facts);
        EXPECT_EQ(folder.entries(), outputs.size() + 1);
        for (const std::string& output : outputs) fs::remove(folder / output);
    }
    EXPECT_GT(finished, 0);
}

TEST(ResumeCommand, CtrlCLeavesAPartAndSaysHowToGoOn) {
    const TemporaryFolder folder;
    StartedProgram program(with_program(watched_render()), folder.path());
    wait_for_work(program, folder);
    program.send(SIGINT);
    const auto result = program.wait();
    EXPECT_EQ(result.status, 130);
    EXPECT_THAT(result.err, AllOf(HasSubstr("gradscape: error: interrupted; 'a.png.part' keeps "),
                                  HasSubstr("the same command with --resume")));
    EXPECT_FALSE(fs::exists(folder / "a.png"));

    // A changed parameter is named, whichever it is.
    const auto other = gradscape(slow_render({"--resume", "--palette", "magma"}), folder.path());
    EXPECT_EQ(other.status, 2);
    EXPECT_THAT(other.err, HasSubstr("colors.palette = \"viridis\" instead of \"magma\""));

    EXPECT_EQ(gradscape(slow_render({"--resume", "--threads", "1"}), folder.path()).status, 0);
    EXPECT_TRUE(all_outputs(folder) == undisturbed().bytes);
    EXPECT_EQ(folder.entries(), outputs.size());
}

TEST(ResumeCommand, GoesOnWhenTheDiskWasFull) {
    const TemporaryFolder folder;
    const std::vector<std::string> render{
        "surface",   "--cell", "tanh",   "--length", std::to_string(test::slowdown > 1 ? 40 : 1600),
        "--threads", "1",      "--size", "200x400",  "--style",
        "smooth",    "-o",     "a.png"};
    ASSERT_EQ(gradscape(render, folder.path()).status, 0);
    const std::string expected = read_all(folder / "a.png");
    std::string limited = "ulimit -f 8; exec '" GRADSCAPE_BINARY "'";
    for (const std::string& word : render) limited += ' ' + word;
    const auto result = test::run_program({"/bin/sh", "-c", limited}, folder.path());
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("File too large; 'a.png.part' keeps "),
                                  HasSubstr("the same command with --resume")));
    EXPECT_EQ(read_all(folder / "a.png"), expected);  // the old one is still there

    auto again = render;
    again.emplace_back("--resume");
    const auto resumed = gradscape(again, folder.path());
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_THAT(resumed.err, HasSubstr("going on with 'a.png.part' from "));
    EXPECT_EQ(read_all(folder / "a.png"), expected);
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(ResumeCommand, RefusesBeforeTheStartWhatCannotFit) {
    const TemporaryFolder folder;
    const auto result = gradscape(
        {"surface", "--size", "2000000", "--precision", "f64", "-o", "a.npy"}, folder.path());
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("not enough disk space: 3.2e+04 GB"));
    EXPECT_EQ(folder.entries(), 0u);
}

TEST(ResumeCommand, TwoAtOnceDoNotMixTheirBytes) {
    const TemporaryFolder folder;
    StartedProgram program(with_program(watched_render()), folder.path());
    wait_for_work(program, folder);
    program.send(SIGSTOP);  // so that it is at work still when the other one comes
    const auto second = gradscape(slow_render(), folder.path());
    program.send(SIGCONT);
    EXPECT_EQ(second.status, 2);
    EXPECT_THAT(second.err, HasSubstr("another gradscape is writing this output"));
    EXPECT_EQ(program.wait().status, 0);
    EXPECT_TRUE(all_outputs(folder) == undisturbed().bytes);
}

TEST(ResumeCommand, StartsAnewWhereNothingIsLeft) {
    const TemporaryFolder folder;
    const auto result =
        gradscape({"surface", "--size", "30", "--resume", "-o", "a.png"}, folder.path());
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.err, HasSubstr("nothing to resume: starting anew"));
    EXPECT_EQ(folder.entries(), 1u);
    EXPECT_EQ(gradscape({"surface", "--size", "30", "--resume", "-o", "/dev/stdout"}).status, 2);
}

TEST(ResumeCommand, LeavesAFileThatIsNotOursAlone) {
    const TemporaryFolder folder;
    std::ofstream(folder / "a.png.part") << "mine";
    const auto result = gradscape({"surface", "--size", "30", "-o", "a.png"}, folder.path());
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr("'a.png.part' is in the way"));
    std::ofstream(folder / "a.png.part.journal") << "mine, too, of any length whatever";
    const auto second = gradscape({"surface", "--size", "30", "-o", "a.png"}, folder.path());
    EXPECT_EQ(second.status, 2);
    EXPECT_THAT(second.err, HasSubstr("'a.png.part.journal' is not a journal"));
    EXPECT_EQ(read_all(folder / "a.png.part"), "mine");
}

TEST(ResumeCommand, LeavesAForeignPartBesideAnotherRendersJournalAlone) {
    const TemporaryFolder folder;
    std::vector<std::string> render = slow_render({"--threads", "1"});
    render.resize(render.size() - outputs.size() + 1);  // the first output alone
    // Of one output and one thread little is left when there is something to see.
    *(std::ranges::find(render, "--length") + 1) = std::to_string(4000 / test::slowdown);
    StartedProgram program(with_program(render), folder.path());
    wait_for_work(program, folder);
    program.send(SIGKILL);
    ASSERT_EQ(program.wait().status, 128 + SIGKILL);
    std::ofstream(folder / "a.npy.part") << "mine";
    const auto both = gradscape(slow_render(), folder.path());
    EXPECT_EQ(both.status, 2);
    EXPECT_THAT(both.err, HasSubstr("'a.npy.part' is in the way"));
    EXPECT_EQ(read_all(folder / "a.npy.part"), "mine");
}

/// Preloaded calls, the program, and its arguments.
std::vector<std::string> preloaded(const std::string& variable,
                                   std::vector<std::string> arguments) {
    std::vector<std::string> all = test::with_calls({variable});
    arguments = with_program(std::move(arguments));
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

void kill_at_every_name(std::vector<std::string> render) {
    render.insert(render.end(), {"--size", "40", "--quiet", "-o"});
    render.insert(render.end(), outputs.begin(), outputs.end());
    const TemporaryFolder whole;
    ASSERT_EQ(gradscape(render, whole.path()).status, 0);
    const std::string expected = all_outputs(whole);
    const auto inode = [](const std::string& path) {
        struct stat status {};
        return stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
    };
    std::size_t kills = 0, with_finished_files = 0;
    for (;; ++kills) {
        const TemporaryFolder folder;
        const auto variable = "GRADSCAPE_TEST_KILL_AT_NAME=" + std::to_string(kills + 1);
        const auto killed = test::run_program(preloaded(variable, render), folder.path());
        if (killed.status == 0) break;
        ASSERT_EQ(killed.status, 128 + SIGKILL) << killed.err;
        std::map<std::string, ino_t> finished;
        for (const std::string& output : outputs)
            if (fs::exists(folder / output)) {
                EXPECT_TRUE(read_all(folder / output) == read_all(whole / output)) << output;
                finished[output] = inode(folder / output);
            }
        with_finished_files += !finished.empty();
        auto again = render;
        again.emplace_back("--resume");
        const auto resumed = gradscape(again, folder.path());
        ASSERT_EQ(resumed.status, 0) << resumed.err;
        EXPECT_TRUE(all_outputs(folder) == expected) << kills;
        EXPECT_EQ(folder.entries(), outputs.size()) << kills;
        for (const auto& [output, before] : finished)
            EXPECT_EQ(inode(folder / output), before) << output << " was written again";
    }
    EXPECT_EQ(kills, 2 * outputs.size());  // a part each, then a final name each
    EXPECT_EQ(with_finished_files, outputs.size() - 1);
}

TEST(ResumeCommand, TAKillBetweenTwoNamesLeavesFinishedFilesAsTheyAre) {
    kill_at_every_name({"surface"});
}

/// Strips shared among threads: none are left to be shared where only the names are missing.
TEST(ResumeCommand, TAKillBetweenTwoNamesOfASharedRender) {
    kill_at_every_name({"surface", "--cell", "tanh", "--threads", "4"});
}

TEST(ResumeCommand, F9FileSystemsWithoutSyncKeepTheWorkToo) {
    for (const int error : {EINVAL, ENOTSUP}) {
        const TemporaryFolder folder;
        const auto variable = "GRADSCAPE_TEST_SYNC_ERROR=" + std::to_string(error);
        StartedProgram program(preloaded(variable, slow_render({"--threads", "1"})), folder.path());
        wait_for_work(program, folder);
        program.send(SIGINT);
        const auto result = program.wait();
        EXPECT_EQ(result.status, 130);
        EXPECT_THAT(result.err, HasSubstr("'a.png.part' keeps "));
        const auto resumed =
            test::run_program(preloaded(variable, slow_render({"--resume"})), folder.path());
        EXPECT_EQ(resumed.status, 0) << resumed.err;
        EXPECT_TRUE(all_outputs(folder) == undisturbed().bytes);
    }
    const TemporaryFolder folder;
    const auto full = test::run_program(
        preloaded("GRADSCAPE_TEST_SYNC_ERROR=" + std::to_string(ENOSPC), {"data", "-o", "x.csv"}),
        folder.path());
    EXPECT_EQ(full.status, 1);
    EXPECT_THAT(full.err, HasSubstr("cannot write 'x.csv': No space left on device"));
    EXPECT_EQ(folder.entries(), 0u);
}

/// A call may write less than it was given, as when a signal comes or a network is slow.
TEST(ResumeCommand, WritesThatAreCutShortGoOn) {
    std::vector<std::string> render{"surface", "--size", "300x200", "--quiet", "--cell", "tanh"};
    render.emplace_back("-o");
    render.insert(render.end(), outputs.begin(), outputs.end());
    const TemporaryFolder whole, folder;
    ASSERT_EQ(gradscape(render, whole.path()).status, 0);
    const auto run =
        test::run_program(preloaded("GRADSCAPE_TEST_HALF_WRITES=1", render), folder.path());
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(all_outputs(folder) == all_outputs(whole));
}

TEST(ResumeCommand, TWhatACheckpointSpeaksOfIsOnTheDiskBeforeIt) {
    if (test::slowdown > 1)
        GTEST_SKIP() << "each strip takes longer than checkpoints are apart: none is left to sync";
    const TemporaryFolder log;
    // One thread's strips take longer than checkpoints are apart; of two threads' half are between.
    const auto render = slow_render({"--threads", "2"});
    // Where a stop comes right behind a checkpoint, nothing is left to be saved and synced.
    for (int attempt = 0; attempt < 20; ++attempt) {
        const TemporaryFolder folder;
        fs::remove(log / "calls");
        StartedProgram program(preloaded("GRADSCAPE_TEST_LOG=" + log / "calls", render),
                               folder.path());
        wait_for_work(program, folder);
        std::this_thread::sleep_for(std::chrono::milliseconds(3 + attempt));
        program.send(SIGINT);
        ASSERT_EQ(program.wait().status, 130);
        if (read_all(log / "calls").find("datasync ") != std::string::npos) break;
    }
    std::istringstream calls(read_all(log / "calls"));
    std::vector<bool> journals;  // of the files that were synced
    for (std::string line; std::getline(calls, line);)
        if (line.starts_with("datasync ")) journals.push_back(line.ends_with(".journal"));
    std::vector<bool> wanted(outputs.size());
    wanted.push_back(true);
    // The last checkpoint may have found nothing new in the files.
    EXPECT_FALSE(std::ranges::search(journals, wanted).empty());
    EXPECT_TRUE(!journals.empty() && journals.back());
}

TEST(ResumeCommand, TAFileIsOnTheDiskBeforeItHasItsName) {
    const TemporaryFolder folder, log;
    std::ofstream(folder / "old.csv") << "old";
    for (const std::string name : {"new.csv", "old.csv"}) {
        fs::remove(log / "calls");
        const auto run = test::run_program(
            preloaded("GRADSCAPE_TEST_LOG=" + log / "calls", {"data", "--quiet", "-o", name}),
            folder.path());
        EXPECT_EQ(run.status, 0) << run.err;
        std::istringstream calls(read_all(log / "calls"));
        std::string first, line, last;
        std::getline(calls, first);
        EXPECT_THAT(first, ::testing::StartsWith("sync ")) << name;
        std::size_t names = 0;
        for (; std::getline(calls, line); last = line) names += line == "name " + name;
        EXPECT_EQ(names, 1u);
        EXPECT_THAT(last, ::testing::StartsWith("sync ")) << "the folder is synced in the end";
    }
}

}  // namespace
}  // namespace gradscape::cli
