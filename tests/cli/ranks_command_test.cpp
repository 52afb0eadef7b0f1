// Several ranks by mpirun, through the real binary: the bytes are those of one process, whatever
// happens to a rank.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <regex>
#include <thread>
#include <tuple>

#include "gradscape/context.hpp"
#include "gradscape/system_info.hpp"
#include "tests/cli/refusal.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::ProgramResult;
using test::read_all;
using test::StartedProgram;
using test::TemporaryFolder;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using RankWords = std::vector<std::string>;

std::string built_program() {
    const char* const moved = std::getenv("GRADSCAPE_BINARY");
    return moved ? moved : GRADSCAPE_BINARY;
}

/// One of the two MPIs, where it and its module are there.
struct Launcher {
    std::string name, said, path;

    static Launcher find(Module module, const std::string& name, const std::string& says) {
        Launcher launcher{name, says, {}};
        for (const std::string& path : {"/usr/bin/mpirun." + name, std::string("/usr/bin/mpirun"),
                                        std::string("/usr/local/bin/mpirun")}) {
            std::error_code none;
            if (!launcher.path.empty() || !fs::exists(path, none)) continue;
            if (test::run_program({path, "--version"}).out.find(says) != std::string::npos)
                launcher.path = path;
        }
        if (!missing(module).empty()) launcher.path.clear();
        return launcher;
    }

    bool is_open_mpi_4() const {
        return test::run_program({path, "--version"}).out.find("Open MPI) 4.") != std::string::npos;
    }

    /// Its words for so many ranks, as root, too, and on fewer processors than ranks.
    RankWords words(std::size_t ranks, const RankWords& more = {}) const {
        RankWords words{"/usr/bin/env", "OMPI_ALLOW_RUN_AS_ROOT=1",
                        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", path};
        if (name == "openmpi") words.insert(words.end(), {"--oversubscribe", "--bind-to", "none"});
        words.insert(words.end(), more.begin(), more.end());
        words.insert(words.end(), {"-n", std::to_string(ranks), built_program()});
        return words;
    }
};

const Launcher& open_mpi() {
    static const Launcher found = Launcher::find(Module::open_mpi, "openmpi", "Open MPI");
    return found;
}
const Launcher& mpich() {
    static const Launcher found = Launcher::find(Module::mpich, "mpich", "HYDRA");
    return found;
}

/// One after the other.
template <class... More>
RankWords joined(RankWords words, const More&... more) {
    (words.insert(words.end(), more.begin(), more.end()), ...);
    return words;
}

/// Of a rank that works in a folder, by the variables its launcher gave it; 0: not there.
pid_t process_of(const TemporaryFolder& folder, std::size_t rank) {
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::error_code none;
        if (fs::read_symlink(entry.path() / "cwd", none) != folder.path() ||
            fs::read_symlink(entry.path() / "exe", none) != fs::canonical(built_program()))
            continue;
        std::ifstream file(entry.path() / "environ", std::ios::binary);
        const std::string all((std::istreambuf_iterator<char>(file)),
                              std::istreambuf_iterator<char>());
        const std::string zero(1, '\0');
        for (const char* name : {"OMPI_COMM_WORLD_RANK=", "PMI_RANK="})
            if ((zero + all).find(zero + name + std::to_string(rank) + zero) != std::string::npos)
                return std::atoi(entry.path().filename().c_str());
    }
    return 0;
}

/// Of the journal of the render in a folder; 0: not there.
std::uintmax_t journal_size(const TemporaryFolder& folder) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder.path(), none))
        if (entry.path().string().ends_with(".part.journal")) {
            const std::uintmax_t size = entry.file_size(none);
            if (!none) return size;
        }
    return 0;
}

/// Until some rows are in the journal, or the run has ended.
void wait_for_rows(const TemporaryFolder& folder, const StartedProgram& run) {
    constexpr std::uintmax_t first_write = 20;  // of the head's two
    std::uintmax_t head = 0;
    while (!run.has_ended()) {
        const std::uintmax_t size = journal_size(folder);
        if (head <= first_write) head = size;
        if (head > first_write && size > head + 200) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

/// Every test here; skipped where there is no MPI.
class RanksCommand : public ::testing::Test {
protected:
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        GTEST_SKIP() << "MPI's libraries are not made for sanitizers; tests/cluster has ranks "
                        "without them";
#endif
        if (open_mpi().path.empty() && mpich().path.empty())
            GTEST_SKIP() << "neither Open MPI nor MPICH is there, with the module for it";
    }

    /// The launchers that are there.
    static std::vector<Launcher> launchers() {
        std::vector<Launcher> found;
        for (const Launcher& one : {open_mpi(), mpich()})
            if (!one.path.empty()) found.push_back(one);
        return found;
    }

    static std::size_t own_lines(const std::string& err) {
        std::size_t lines = 0;
        for (std::size_t at = err.find("gradscape: "); at != std::string::npos;
             at = err.find("gradscape: ", at + 1))
            if (at == 0 || err[at - 1] == '\n') ++lines;
        return lines;
    }
};

void expect_equal_files(const TemporaryFolder& found, const TemporaryFolder& expected,
                        const RankWords& outputs) {
    for (const std::string& output : outputs)
        EXPECT_TRUE(read_all(found / output) == read_all(expected / output)) << output;
}

/// All that is in them.
void expect_equal_folders(const TemporaryFolder& found, const TemporaryFolder& expected) {
    const ProgramResult compared =
        test::run_program({"/usr/bin/diff", "-r", found.path(), expected.path()}, found.path());
    EXPECT_EQ(compared.status, 0) << compared.out;
}

/// What takes some seconds of one core, before its outputs.
const RankWords work_of_seconds{
    "surface", "--field", "train-steps", "--cell",    "tanh", "--iterations", "400", "--size",
    "80x400",  "--range", "0:400",       "--threads", "1",    "--precision",  "f64", "-o"};

/// Likewise, in sixteen rows of tiles.
const RankWords tall_work_of_seconds{
    "surface", "--field", "train-steps", "--cell",    "tanh", "--iterations", "100", "--size",
    "8x4096",  "--range", "0:100",       "--threads", "1",    "--precision",  "f64", "-o"};

/// Of every kind that several ranks write, but for tiles.
RankWords outputs_of_seconds() {
    RankWords outputs{"a.png", "a.npy", "a.npz", "a.csv", "a.vti"};
    if (missing(Module::hdf5).empty()) outputs.insert(outputs.end(), {"a.nc", "a.h5"});
    return outputs;
}
RankWords render_of_seconds() { return joined(work_of_seconds, outputs_of_seconds()); }

TEST_F(RanksCommand, TheBytesAreThoseOfOneProcess) {
    const RankWords outputs = outputs_of_seconds();
    const RankWords command =
        joined({"surface", "--cell", "tanh", "--size", "310x250", "-o"}, outputs);
    const TemporaryFolder alone;
    ASSERT_EQ(test::gradscape(command, alone.path()).status, 0);
    const auto expect_same = [&](const Launcher& launcher, std::size_t ranks) {
        SCOPED_TRACE(launcher.name + " " + std::to_string(ranks));
        const TemporaryFolder together;
        const ProgramResult run = test::run_program(
            joined(launcher.words(ranks), command, RankWords{"--json", "a.json"}), together.path());
        ASSERT_EQ(run.status, 0) << run.err;
        expect_equal_files(together, alone, outputs);
        EXPECT_EQ(together.entries(), outputs.size() + 1);
        const std::string facts = read_all(together / "a.json");
        std::size_t hosts = 0;
        for (std::size_t at = 0; (at = facts.find("\"host\"", at)) != std::string::npos; ++at)
            ++hosts;
        EXPECT_EQ(hosts, ranks == 1 ? 0 : ranks);
    };
    if (!open_mpi().path.empty())
        for (const std::size_t ranks : {1, 2, 4}) expect_same(open_mpi(), ranks);
    if (!mpich().path.empty()) expect_same(mpich(), 3);
}

TEST_F(RanksCommand, AllTilesAreThoseOfOneProcess) {
    const RankWords command{"surface", "--cell", "tanh", "--size", "700x600", "-o", "a.dzi"};
    const TemporaryFolder alone;
    ASSERT_EQ(test::gradscape(command, alone.path()).status, 0);
    const auto expect_same = [&](const Launcher& launcher, std::size_t ranks) {
        SCOPED_TRACE(launcher.name + " " + std::to_string(ranks));
        const TemporaryFolder together;
        const ProgramResult run =
            test::run_program(joined(launcher.words(ranks), command), together.path());
        ASSERT_EQ(run.status, 0) << run.err;
        expect_equal_folders(alone, together);
    };
    if (!open_mpi().path.empty())
        for (const std::size_t ranks : {1, 2, 4}) expect_same(open_mpi(), ranks);
    if (!mpich().path.empty()) expect_same(mpich(), 3);
}

TEST_F(RanksCommand, AShardMayBeRenderedBySeveral) {
    const RankWords outputs{"a.png", "a.npy"};
    const RankWords command =
        joined({"surface", "--cell", "tanh", "--size", "310x250", "-o"}, outputs);
    const TemporaryFolder alone, together;
    ASSERT_EQ(test::gradscape(command, alone.path()).status, 0);
    for (const auto& [shard, launcher, ranks] :
         {std::tuple{"2/2", launchers().front(), 3}, {"1/2", launchers().back(), 2}}) {
        const ProgramResult run =
            test::run_program(joined(launcher.words(static_cast<std::size_t>(ranks)), command,
                                     RankWords{"--shard", shard}),
                              together.path());
        ASSERT_EQ(run.status, 0) << run.err;
        EXPECT_THAT(run.out, HasSubstr("rows "));
    }
    const ProgramResult merged =
        test::gradscape(joined({"merge", "--remove"}, outputs), together.path());
    ASSERT_EQ(merged.status, 0) << merged.err;
    expect_equal_folders(alone, together);
}

TEST_F(RanksCommand, TilesAndFiguresBesideThemAreThoseOfOneProcess) {
    const RankWords command{"surface", "--cell", "tanh",     "--size", "700",       "-o",
                            "a.npy",   "a.dzi",  "--figure", "f.png",  "--contours"};
    const RankWords outputs{"a.npy", "a.dzi", "a_files/10/1_0.png", "a_files/9/0_0.png", "f.png"};
    const TemporaryFolder alone, together;
    ASSERT_EQ(test::gradscape(command, alone.path()).status, 0);
    const ProgramResult run =
        test::run_program(joined(launchers().front().words(3), command), together.path());
    ASSERT_EQ(run.status, 0) << run.err;
    expect_equal_files(together, alone, outputs);
}

/// Renders by ranks of which some are killed, and again by other numbers and the other MPI, until
/// all is done. Returns how many were killed.
int kill_at_random(const std::vector<Launcher>& launchers, const RankWords& render,
                   const TemporaryFolder& together, const TemporaryFolder& alone,
                   const std::string& output, unsigned seed) {
    std::mt19937 random(seed);
    int kills = 0, rounds = 0;
    for (bool done = false; !done && rounds < 30; ++rounds) {
        const Launcher& launcher = launchers[static_cast<std::size_t>(rounds) % launchers.size()];
        const std::size_t ranks = 2 + random() % 3;
        StartedProgram run(joined(launcher.words(ranks), render, RankWords{"--resume"}),
                           together.path());
        if (kills < 4) {
            wait_for_rows(together, run);
            const pid_t killed = process_of(together, random() % ranks);
            if (killed > 0 && ::kill(killed, SIGKILL) == 0) ++kills;
        }
        const ProgramResult result = run.wait();
        done = result.status == 0;
        // A rank may be killed when all is written, which the launcher's status does not tell.
        if (fs::exists(together / output)) {
            EXPECT_TRUE(read_all(together / output) == read_all(alone / output)) << result.err;
        } else {
            EXPECT_FALSE(done) << result.err;
        }
    }
    EXPECT_LT(rounds, 30);
    return kills;
}

TEST_F(RanksCommand, KillsAtRandomAndOtherNumbersLeaveTheBytesOfOneProcess) {
    const TemporaryFolder alone, together;
    ASSERT_EQ(test::gradscape(render_of_seconds(), alone.path()).status, 0);
    EXPECT_GT(kill_at_random(launchers(), render_of_seconds(), together, alone, "a.png", 7), 0);
    expect_equal_files(together, alone, outputs_of_seconds());
    EXPECT_EQ(together.entries(), outputs_of_seconds().size()) << "a part is left";
}

TEST_F(RanksCommand, KillsAtRandomLeaveTheTilesOfOneProcess) {
    const TemporaryFolder alone, together;
    const RankWords render = joined(tall_work_of_seconds, RankWords{"a.dzi", "--overview", "mean"});
    ASSERT_EQ(test::gradscape(render, alone.path()).status, 0);
    EXPECT_GT(kill_at_random(launchers(), render, together, alone, "a.dzi", 11), 0);
    expect_equal_folders(alone, together);
}

TEST_F(RanksCommand, WhereTheLauncherLetsTheOthersLiveTheyEnd) {
    if (open_mpi().path.empty()) GTEST_SKIP() << "no Open MPI, which has --enable-recovery";
    const TemporaryFolder alone, together;
    ASSERT_EQ(test::gradscape(render_of_seconds(), alone.path()).status, 0);
    StartedProgram run(joined(open_mpi().words(3, {"--enable-recovery"}), render_of_seconds()),
                       together.path());
    wait_for_rows(together, run);
    const pid_t killed = process_of(together, 2);
    ASSERT_GT(killed, 0);
    ::kill(killed, SIGKILL);
    const ProgramResult result = run.wait();
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("gradscape: rank 2 on "));
    EXPECT_THAT(result.err, HasSubstr("all is written nevertheless"));
    expect_equal_files(together, alone, outputs_of_seconds());
}

/// A rank that hangs is as slow as one can be.
void expect_done_without_rank_1(const Launcher& launcher, std::size_t ranks,
                                const RankWords& render, const RankWords& outputs) {
    SCOPED_TRACE(launcher.name);
    const TemporaryFolder alone, together;
    ASSERT_EQ(test::gradscape(render, alone.path()).status, 0);
    StartedProgram run(joined(launcher.words(ranks), render), together.path());
    wait_for_rows(together, run);
    const pid_t stopped = process_of(together, 1);
    ASSERT_GT(stopped, 0);
    ::kill(stopped, SIGSTOP);
    const ProgramResult result = run.wait();
    ::kill(stopped, SIGKILL);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("rank 1 on "));
    EXPECT_THAT(result.err, HasSubstr("is slow or lost; what it has not answered in "));
    expect_equal_files(together, alone, outputs);
}

TEST_F(RanksCommand, WhatAHangingRankHasIsDoneByOthers) {
    for (const Launcher& launcher : launchers())
        expect_done_without_rank_1(launcher, 3, render_of_seconds(), outputs_of_seconds());
}

/// Nobody but rank 0 is left.
TEST_F(RanksCommand, WhatTheOnlyOtherRankHasIsDoneByRankZero) {
    const RankWords outputs{"a.png", "a.npy"};
    RankWords work = work_of_seconds;  // half of it, since one rank does nearly all
    std::ranges::replace(work, "400", "200");
    for (const Launcher& launcher : launchers())
        expect_done_without_rank_1(launcher, 2, joined(work, outputs), outputs);
}

TEST_F(RanksCommand, CtrlCEndsAllAndKeepsWhatIsDone) {
    const TemporaryFolder alone;
    ASSERT_EQ(test::gradscape(render_of_seconds(), alone.path()).status, 0);
    for (const Launcher& launcher : launchers()) {
        SCOPED_TRACE(launcher.name);
        const TemporaryFolder together;
        // Open MPI tells its ranks of it a second later, when many cores may have done all.
        const RankWords at_once = launcher.name == "openmpi"
                                      ? RankWords{"--mca", "odls_base_sigkill_timeout", "0"}
                                      : RankWords{};
        StartedProgram run(joined(launcher.words(3, at_once), render_of_seconds()),
                           together.path());
        wait_for_rows(together, run);
        run.send(SIGINT);
        const ProgramResult result = run.wait();
        EXPECT_NE(result.status, 0);
        EXPECT_FALSE(fs::exists(together / "a.png"));
        EXPECT_TRUE(fs::exists(together / "a.png.part.journal")) << result.err;
        const ProgramResult resumed = test::run_program(
            joined(launcher.words(2), render_of_seconds(), RankWords{"--resume"}), together.path());
        EXPECT_EQ(resumed.status, 0) << resumed.err;
        expect_equal_files(together, alone, outputs_of_seconds());
    }
}

TEST_F(RanksCommand, AnErrorOfAnyRankIsSaidOnce) {
    const TemporaryFolder folder;
    test::gradscape({"data", "-o", "a.csv", "--sequences", "5"}, folder.path());
    test::gradscape({"data", "-o", "b.csv", "--sequences", "6"}, folder.path());
    const RankWords render{"surface", "--cell", "tanh",  "--size", "900",
                           "--quiet", "-o",     "a.png", "--data"};
    const auto expect_error = [&](const RankWords& words, const std::string& text) {
        const ProgramResult run = test::run_program(words, folder.path());
        EXPECT_EQ(run.status, 2) << run.err;
        EXPECT_EQ(own_lines(run.err), 1u) << run.err;
        EXPECT_THAT(run.err, HasSubstr("gradscape: error: " + text));
        EXPECT_FALSE(fs::exists(folder / "a.png"));
    };
    for (const Launcher& launcher : launchers()) {
        SCOPED_TRACE(launcher.name);
        // So long that rank 0 hears of the error while it is at work, on many cores, too.
        const auto rank_1_with = [&](const std::string& data) {
            RankWords longer = joined(work_of_seconds, RankWords{"a.png", "--quiet", "--data"});
            std::ranges::replace(longer, "400", "100000");
            // mpirun's own word for it, `:`, ends Open MPI 5.0.7 by a segmentation fault.
            RankWords words = launcher.words(2);
            words.insert(words.end() - 1,
                         {"/bin/sh", "-c",
                          "[ \"${OMPI_COMM_WORLD_RANK:-$PMI_RANK}\" != 0 ] && exec \"$@\" " + data +
                              "; exec \"$@\" a.csv",
                          "-"});
            return joined(words, longer);
        };
        expect_error(joined(launcher.words(3), render, RankWords{"none.csv"}), "none.csv: ");
        expect_error(joined(launcher.words(3), RankWords{"surface", "--feild"}),
                     "--feild: no such");
        expect_error(joined(launcher.words(2), RankWords{"train"}),
                     "train: is done by one process");
        expect_error(rank_1_with("none.csv"), "rank 1 on ");
        expect_error(rank_1_with("b.csv"), "rank 1 on ");
        const ProgramResult version =
            test::run_program(joined(launcher.words(3), RankWords{"--version"}), folder.path());
        EXPECT_EQ(version.out, "gradscape " GRADSCAPE_VERSION "\n");
    }
}

TEST_F(RanksCommand, TheOtherMpisLauncherIsNoticed) {
    if (open_mpi().path.empty() || mpich().path.empty()) GTEST_SKIP() << "one MPI alone";
    const TemporaryFolder folder;
    RankWords words = open_mpi().words(2);
    words.insert(words.begin() + 1, "GRADSCAPE_MPI=mpich");
    const ProgramResult run =
        test::run_program(joined(words, RankWords{"surface", "--size", "9"}), folder.path());
    EXPECT_NE(run.status, 0);
    EXPECT_EQ(own_lines(run.err), 1u) << run.err;
    EXPECT_THAT(run.err, HasSubstr("MPICH knows of 1 of the 2 processes"));
    EXPECT_EQ(folder.entries(), 0u);
}

TEST_F(RanksCommand, BindingToOneCoreIsNoticed) {
    if (open_mpi().path.empty()) GTEST_SKIP() << "no Open MPI, which binds";
    if (available_threads() < 2) GTEST_SKIP() << "this machine has one CPU for us";
    const TemporaryFolder folder;
    RankWords bound = open_mpi().words(1), free = bound;
    std::ranges::replace(bound, "none", "hwthread");
    const RankWords render{"surface", "--size", "9", "-o", "a.npy"};
    EXPECT_THAT(test::run_program(joined(bound, render), folder.path()).err,
                HasSubstr("since the launcher binds them: `mpirun --bind-to none`"));
    EXPECT_THAT(test::run_program(joined(free, render), folder.path()).err,
                Not(HasSubstr("binds")));
    EXPECT_THAT(test::run_program(joined(bound, render, RankWords{"--quiet"}), folder.path()).err,
                Not(HasSubstr("binds")));
}

/// The lines of docs/cluster.md, with less work.
TEST_F(RanksCommand, TheDocumentedCommandsRun) {
    if (open_mpi().path.empty()) GTEST_SKIP() << "the documented mpirun is Open MPI's";
    const TemporaryFolder folder;
    fs::create_symlink(built_program(), folder / "gradscape");
    fs::create_symlink(open_mpi().path, folder / "mpirun");
    std::ifstream text(GRADSCAPE_SOURCE_DIR "/docs/cluster.md");
    int commands = 0;
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with("    mpirun ")) continue;
        const std::string smaller =
            std::regex_replace(line, std::regex("--size 1000"), "--size 48 --iterations 2");
        const ProgramResult run = test::run_program(
            {"/usr/bin/env", "PATH=" + folder.path() + ":/usr/bin:/bin", "OMPI_ALLOW_RUN_AS_ROOT=1",
             "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
             "OMPI_MCA_rmaps_base_oversubscribe=1",  // of Open MPI 4, and of 5:
             "PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe", "/bin/sh", "-c", smaller},
            folder.path());
        EXPECT_EQ(run.status, 0) << line << run.err;
        EXPECT_TRUE(fs::exists(folder / "map.png")) << line;
        ++commands;
    }
    EXPECT_GE(commands, 2);
}

/// Three hosts with real TCP between them, as far as one machine has them.
TEST_F(RanksCommand, ThreeHostsOverTcpMakeTheSameAndTwoDoWithoutTheThird) {
    if (open_mpi().path.empty()) GTEST_SKIP() << "no Open MPI";
    if (geteuid() != 0) GTEST_SKIP() << "only root makes network namespaces";
    if (!open_mpi().is_open_mpi_4()) GTEST_SKIP() << "the script has the options of Open MPI 4";
    const TemporaryFolder folder;
    const std::string render =
        "surface --field train-steps --cell tanh --size 100x200 --threads 1 -o";
    ASSERT_EQ(
        test::run_program({"/bin/sh", "-c", "\"$0\" " + render + " alone.npy", built_program()},
                          folder.path())
            .status,
        0);
    const ProgramResult run = test::run_program(
        {"/usr/bin/env", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
         "MPIRUN=" + open_mpi().path, "PROGRAM=" + built_program(), "RENDER=" + render, "/bin/bash",
         GRADSCAPE_SOURCE_DIR "/tests/cluster/three_hosts.sh"},
        folder.path());
    if (run.status == 77) GTEST_SKIP() << "no network namespaces here (a container, perhaps)";
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(read_all(folder / "whole.npy") == read_all(folder / "alone.npy"));
    EXPECT_TRUE(read_all(folder / "cut.npy") == read_all(folder / "alone.npy"));
    EXPECT_THAT(run.err, HasSubstr("rank 2 on host-3 is slow or lost"));
}

/// Start-up: what is not needed is not loaded.
TEST(RanksModule, AProcessThatIsAloneLoadsNoMpiAndNoHdf5) {
    const TemporaryFolder folder;
    const ProgramResult run = test::run_program(
        {"/usr/bin/env", "LD_DEBUG=files", built_program(), "surface", "--size", "9"},
        folder.path());
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.err, HasSubstr("libc.so"));
    EXPECT_THAT(run.err, Not(AnyOf(HasSubstr("libmpi"), HasSubstr("gradscape-openmpi"),
                                   HasSubstr("gradscape-mpich"))));
    EXPECT_THAT(run.err, Not(AnyOf(HasSubstr("libhdf5"), HasSubstr("gradscape-hdf5"))))
        << "which .nc and .h5 alone need";
}

}  // namespace
}  // namespace gradscape::cli
