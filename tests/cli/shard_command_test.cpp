// Renders in shards, merged again, through the real binary: the bytes and the facts are those of a
// render that was not divided, whatever happened in between.
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "gradscape/system_info.hpp"
#include "tests/cli/refusal.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::expect_refusal;
using test::gradscape;
using test::ProgramResult;
using test::read_all;
using test::StartedProgram;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using Words = std::vector<std::string>;

/// Whose shards can be merged.
const Words& all_kinds() {
    static const Words kinds = [] {
        Words names{"a.png", "a.npy", "a.npz", "a.csv", "a.vti"};
        if (missing(Module::hdf5).empty()) names.insert(names.end(), {"a.nc", "a.h5"});
        return names;
    }();
    return kinds;
}

Words operator+(Words first, const Words& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::string shard_text(std::size_t index, std::size_t count) {
    return std::to_string(index) + '/' + std::to_string(count);
}

std::string part_of(const std::string& output, std::size_t index, std::size_t count) {
    return output + ".part." + std::to_string(index) + "-of-" + std::to_string(count);
}

std::string bytes_of(const TemporaryFolder& folder, const Words& output_files) {
    std::string bytes;
    for (const std::string& output : output_files) bytes += read_all(folder / output);
    return bytes;
}

void expect_success(const TemporaryFolder& folder, const Words& words) {
    const ProgramResult run = gradscape(words, folder.path());
    EXPECT_EQ(run.status, 0) << ::testing::PrintToString(words) << '\n' << run.err;
}

void render_shards(const TemporaryFolder& folder, const Words& surface, std::size_t count) {
    // In an order that is none of the rows', as schedulers start them.
    for (std::size_t step = 0, index = 0; step < count; ++step) {
        index = (index + 5) % count;  // counts that 5 divides would leave some out
        expect_success(folder, surface + Words{"--shard", shard_text(index + 1, count)});
    }
}

struct Undivided {
    std::string bytes, facts, text;
};

Undivided undivided(const Words& surface, const Words& output_files) {
    const TemporaryFolder folder;
    const ProgramResult run = gradscape(surface + Words{"--json", "facts"}, folder.path());
    EXPECT_EQ(run.status, 0) << run.err;
    return {bytes_of(folder, output_files), read_all(folder / "facts"), run.out};
}

/// A merge chooses no colours, and so says nothing of how they were chosen.
std::string without_choice(std::string text) {
    const std::size_t line = text.find("colours from ");
    return line == std::string::npos ? text : text.erase(line, text.find('\n', line) + 1 - line);
}

/// In shards, and merged.
void expect_the_same(const Words& surface, const Words& output_files,
                     std::initializer_list<std::size_t> counts) {
    const Undivided whole = undivided(surface, output_files);
    for (const std::size_t count : counts) {
        SCOPED_TRACE(::testing::PrintToString(surface) + " in " + std::to_string(count));
        const TemporaryFolder folder;
        render_shards(folder, surface, count);
        for (const std::string& output : output_files) EXPECT_FALSE(fs::exists(folder / output));
        const ProgramResult run =
            gradscape(Words{"merge", "--json", "facts"} + output_files, folder.path());
        ASSERT_EQ(run.status, 0) << run.err;
        EXPECT_TRUE(bytes_of(folder, output_files) == whole.bytes);
        EXPECT_EQ(read_all(folder / "facts"), whole.facts);
        EXPECT_EQ(run.out, without_choice(whole.text));
    }
}

TEST(ShardCommand, AnyNumberGivesTheBytesOfAnUndividedRender) {
    expect_the_same(Words{"surface", "--cell", "tanh", "--size", "96x133", "-o"} + all_kinds(),
                    all_kinds(), {1, 2, 3, 7, 64});
}

TEST(ShardCommand, SixtyFourAllHaveBandsWhereThereAreManyRows) {
    const Words output_files{"a.png", "a.npy"};
    expect_the_same({"surface", "--size", "65536x64", "-o", "a.png", "a.npy"}, output_files, {64});
}

/// All that a `.dzi` leads to: its pages and tiles by their names.
std::string bytes_of_tiles(const TemporaryFolder& folder) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
        if (entry.is_regular_file() && entry.path().filename() != "facts")
            paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::string bytes;
    for (const fs::path& path : paths)
        bytes += fs::relative(path, folder.path()).string() + '\n' + read_all(path.string());
    return bytes;
}

void expect_the_same_tiles(Words surface, std::initializer_list<std::size_t> counts) {
    surface = Words{"surface", "-o", "a.dzi", "--size", "1100x1700"} + surface;
    const TemporaryFolder whole;
    const Words facts{"--json", "facts"};
    const ProgramResult undivided_run = gradscape(surface + facts, whole.path());
    ASSERT_EQ(undivided_run.status, 0) << undivided_run.err;
    for (const std::size_t count : counts) {
        SCOPED_TRACE(::testing::PrintToString(surface) + " in " + std::to_string(count));
        const TemporaryFolder folder;
        render_shards(folder, surface, count);
        EXPECT_FALSE(fs::exists(folder / "a_files"));
        EXPECT_FALSE(fs::exists(folder / "a.html"));
        const ProgramResult run =
            gradscape(Words{"merge", "a.dzi", "--remove"} + facts, folder.path());
        ASSERT_EQ(run.status, 0) << run.err;
        EXPECT_TRUE(bytes_of_tiles(folder) == bytes_of_tiles(whole));
        EXPECT_EQ(read_all(folder / "facts"), read_all(whole / "facts"));
        EXPECT_EQ(run.out, without_choice(undivided_run.out));
    }
}

TEST(ShardCommand, TilesAreThoseOfAnUndividedRender) {
    if (test::slowdown > 1)
        expect_the_same_tiles({}, {3});
    else
        expect_the_same_tiles({}, {1, 2, 3, 7, 64});
    expect_the_same_tiles({"--field", "grad-wx", "--overview", "mode"}, {2, 7});
    expect_the_same_tiles({"--cell", "tanh", "--sequences", "1", "--overview", "mean"}, {3});
}

TEST(ShardCommand, ShardsOfTilesAreVerifiedAndGoOn) {
    const TemporaryFolder folder;
    const Words surface{"surface", "--size", "1100x1700", "-o", "a.dzi"};
    const auto expect_fault = [&](const char* fault) {
        const ProgramResult run = gradscape({"merge", "a.dzi"}, folder.path());
        EXPECT_EQ(run.status, 2);
        EXPECT_THAT(run.err, HasSubstr(fault));
    };
    expect_refusal(folder, surface + Words{"a.png", "--shard", "1/2"}, "on tiles beside");
    expect_success(folder, surface + Words{"--shard", "1/2"});
    expect_fault("shard 2: missing");
    expect_success(folder, surface + Words{"--shard", "2/2", "--json", "facts"});
    EXPECT_THAT(read_all(folder / "facts"), HasSubstr("\"tile_rows\": "));
    const ProgramResult again =
        gradscape(surface + Words{"--shard", "2/2", "--resume"}, folder.path());
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("is done already"));
    {
        std::fstream part(folder / part_of("a.dzi", 2, 2), std::ios::in | std::ios::out);
        part.seekp(100);
        part << "damage";
    }
    expect_fault("shard 2: damaged");
    EXPECT_FALSE(fs::exists(folder / "a_files"));
}

TEST(ShardCommand, PicturesOfEveryStyleAndRouteAreTheSame) {
    const Words picture{"a.png"};
    const auto same = [&](const Words& options, const std::string& size = "150x90") {
        expect_the_same(Words{"surface", "--size", size, "-o", "a.png"} + options, picture, {3});
    };
    same({});  // runs of colour, which never were values
    same({"--wx", "0.9:1.1", "--wrec", "0.9:1.1"});
    same({"--style", "smooth", "--palette", "magma"});
    same({"--field", "grad-norm", "--scale", "symlog"});
    same({"--field", "log10-loss", "--precision", "f64"});
    same({"--cell", "sigmoid", "--field", "grad-wrec", "--levels", "7"});
    same({"--cell", "tanh", "--scale", "rank", "--palette", "coolwarm_r"});
    same({"--palette", "#000000,#ff8800,#ffffff", "--field", "curvature-min"});
    same({"--backend", "reference"}, "40x40");
    same({"--backend", "emulated", "--cell", "relu"}, "40x40");
}

TEST(ShardCommand, TrainingFieldsAndHistogramsAreTheSame) {
    const Words output_files{"a.png", "a.npy"};
    for (const char* field : {"train-loss", "train-steps"})
        expect_the_same({"surface", "--field", field, "--iterations", "30", "--optimizer",
                         "momentum", "--size", "40x50", "-o", "a.png", "a.npy", "--histogram"},
                        output_files, {3});
}

TEST(ShardCommand, DataOfAFileAreKnownByTheirContent) {
    const TemporaryFolder folder;
    std::ofstream(folder / "d.csv") << "x1,x2,target\n0,1,1\n1,1,2\n";
    const Words surface{"surface", "--data", "d.csv", "--size", "60", "-o", "a.png", "b.npy"};
    expect_success(folder, surface);
    const std::string whole = bytes_of(folder, {"a.png", "b.npy"});
    expect_success(folder, surface + Words{"--shard", "1/2"});
    std::ofstream(folder / "d.csv") << "x1,x2,target\n0,1,1\n1,1,3\n";
    expect_success(folder, surface + Words{"--shard", "2/2"});
    const ProgramResult run = gradscape({"merge", "a.png", "b.npy"}, folder.path());
    EXPECT_EQ(run.status, 2);
    EXPECT_THAT(run.err, HasSubstr("foreign: rendered with data.content = "));
    std::ofstream(folder / "d.csv") << "x1,x2,target\n0,1,1\n1,1,2\n";
    expect_success(folder, surface + Words{"--shard", "2/2"});
    fs::remove(folder / "d.csv");  // merging evaluates nothing
    expect_success(folder, {"merge", "b.npy", "a.png"});
    EXPECT_TRUE(bytes_of(folder, {"a.png", "b.npy"}) == whole);
}

/// Long by the cost of a cell.
Words slow_surface(const Words& more = {}) {
    return Words{"surface",   "--cell", "tanh",   "--length", std::to_string(600 / test::slowdown),
                 "--threads", "1",      "--size", "160",      "--quiet"} +
           more + Words{"-o"} + all_kinds();
}

/// Renders a shard that is killed and goes on until it is done. How often it was killed.
int kill_at_random(const TemporaryFolder& folder, const Words& shard, std::mt19937& random,
                   int most) {
    for (int kills = 0;; ++kills) {
        StartedProgram program(Words{GRADSCAPE_BINARY} + shard, folder.path());
        std::this_thread::sleep_for(
            std::chrono::milliseconds(random() % (kills < most ? 60 : 600)));
        program.send(SIGKILL);
        const ProgramResult run = program.wait();
        if (run.status == 0) return kills;
        EXPECT_EQ(run.status, 128 + SIGKILL) << run.err;
    }
}

TEST(ShardCommand, KillsAtRandomLeaveTheBytesOfAnUndividedRender) {
    const Undivided whole = undivided(slow_surface(), all_kinds());
    std::mt19937 random(7);
    constexpr std::size_t count = 3;
    for (int round = 0; round < 5; ++round) {
        const TemporaryFolder folder;
        int kills = 0;
        for (std::size_t index = 1; index <= count; ++index)
            kills += kill_at_random(
                folder, slow_surface({"--resume", "--shard", shard_text(index, count)}), random, 4);
        EXPECT_GT(kills, 0);
        for (const std::string& output : all_kinds()) ASSERT_FALSE(fs::exists(folder / output));
        expect_success(folder, Words{"merge", "--json", "facts", "--remove"} + all_kinds());
        EXPECT_TRUE(bytes_of(folder, all_kinds()) == whole.bytes) << round;
        EXPECT_EQ(read_all(folder / "facts"), whole.facts);
        EXPECT_EQ(folder.entries(), all_kinds().size() + 1);
    }
}

TEST(ShardCommand, KillsAtRandomLeaveTheTilesOfAnUndividedRender) {
    const Words surface{"surface",
                        "--cell",
                        "tanh",
                        "--length",
                        std::to_string(std::max(80 / test::slowdown, 1)),
                        "--size",
                        "300x1300",
                        "-o",
                        "a.dzi",
                        "--quiet",
                        "--threads",
                        "1"};
    const TemporaryFolder whole, folder;
    expect_success(whole, surface);
    std::mt19937 random(13);
    int kills = 0;
    for (const std::size_t index : {1, 2})
        kills += kill_at_random(
            folder, surface + Words{"--resume", "--shard", shard_text(index, 2)}, random, 4);
    EXPECT_GT(kills, 0);
    expect_success(folder, {"merge", "--remove", "a.dzi"});
    EXPECT_TRUE(bytes_of_tiles(folder) == bytes_of_tiles(whole));
}

TEST(ShardCommand, AMergeBeforeAllIsRenderedSaysWhatToWaitFor) {
    const TemporaryFolder folder;
    StartedProgram program(Words{GRADSCAPE_BINARY} + slow_surface({"--shard", "1/1"}),
                           folder.path());
    const std::string journal = folder / (part_of("a.png", 1, 1) + ".journal");
    std::error_code none;
    // Its parameters come after it is locked.
    while ((!fs::exists(journal, none) || fs::file_size(journal, none) == 0) &&
           !program.has_ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    program.send(SIGSTOP);  // so that it does not end meanwhile
    expect_refusal(folder, Words{"merge"} + all_kinds(),
                   "'a.png.part.1-of-1.journal' is in use: another gradscape is writing");
    fs::rename(journal, folder / "elsewhere");
    fs::create_symlink("elsewhere", journal);
    expect_refusal(folder, Words{"merge"} + all_kinds(),
                   "cannot read 'a.png.part.1-of-1.journal': ", 1);
}

TEST(ShardCommand, CtrlCLeavesAShardThatIsUnfinishedAndCanBeResumed) {
    const Undivided whole = undivided(slow_surface(), all_kinds());
    const TemporaryFolder folder;
    StartedProgram program(Words{GRADSCAPE_BINARY} + slow_surface({"--shard", "1/2"}),
                           folder.path());
    const std::string journal = folder / (part_of("a.png", 1, 2) + ".journal");
    std::error_code none;
    const auto size = [&] { return fs::exists(journal, none) ? fs::file_size(journal, none) : 0; };
    while (size() < 1500 && !program.has_ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    program.send(SIGINT);
    const ProgramResult run = program.wait();
    EXPECT_EQ(run.status, 130);
    EXPECT_THAT(run.err, HasSubstr("'a.png.part.1-of-2' keeps "));
    EXPECT_THAT(run.err, HasSubstr("the same command with --resume"));

    const ProgramResult early = gradscape(Words{"merge"} + all_kinds(), folder.path());
    EXPECT_EQ(early.status, 2);
    EXPECT_THAT(early.err, HasSubstr("gradscape: shard 1: unfinished, with "));
    EXPECT_THAT(early.err, HasSubstr("gradscape: shard 2: missing\n"));
    EXPECT_THAT(early.err, HasSubstr("render --shard I/2 again for I = 1,2 (--array=1,2)"));

    for (const char* shard : {"1/2", "2/2"})
        expect_success(folder, slow_surface({"--resume", "--shard", shard}));
    expect_success(folder, Words{"merge"} + all_kinds());
    EXPECT_TRUE(bytes_of(folder, all_kinds()) == whole.bytes);
}

TEST(ShardCommand, AShardThatIsDoneIsNotDoneAgain) {
    const TemporaryFolder folder;
    const Words shard = slow_surface({"--resume", "--shard", "2/2"});
    expect_success(folder, shard);
    const std::string part = folder / part_of("a.npy", 2, 2);
    const auto written = fs::last_write_time(part);
    expect_success(folder, shard);
    EXPECT_EQ(fs::last_write_time(part), written);
}

TEST(ShardCommand, AShardTellsItsRowsAndFiles) {
    const TemporaryFolder folder;
    const ProgramResult run = gradscape(
        {"surface", "--size", "64x64", "--shard", "1/2", "-o", "a.npy", "--json", "facts"},
        folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("shard 1 of 2: rows 32 to 63 of 64\n"));
    EXPECT_THAT(run.out, HasSubstr("wrote a.npy.part.1-of-2\n"));
    EXPECT_THAT(read_all(folder / "facts"), HasSubstr("\"first_row\": 32"));
    const ProgramResult none =
        gradscape({"surface", "--size", "8x8", "--shard", "9/9", "-o", "b.npy"}, folder.path());
    ASSERT_EQ(none.status, 0) << none.err;
    const ProgramResult empty =
        gradscape({"surface", "--size", "8x8", "--shard", "1/9", "-o", "b.npy"}, folder.path());
    EXPECT_THAT(empty.out + none.out, HasSubstr("no rows, since there are more shards than bands"));
}

TEST(ShardCommand, AShardTellsWhereItsPartsReallyAre) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "far");
    fs::create_symlink("far/b.npy", folder / "link.npy");
    const std::string longest = std::string(240, 'x') + ".npy";
    const ProgramResult run = gradscape({"surface", "--size", "64x64", "--shard", "1/2", "-o",
                                         "link.npy", longest, "--json", "facts"},
                                        folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    const std::string facts = read_all(folder / "facts");
    const std::string cut = longest.substr(0, 191) + "-f09df35d";  // zlib.crc32 of the name
    for (const std::string& output : {std::string("far/b.npy"), cut}) {
        const std::string part = part_of(output, 1, 2);
        EXPECT_TRUE(fs::exists(folder / part));
        EXPECT_THAT(run.out, HasSubstr("wrote " + part + '\n'));
        EXPECT_THAT(facts, HasSubstr('"' + part + '"'));
    }
}

TEST(ShardCommand, WhatIsNoShardIsRefused) {
    const TemporaryFolder folder;
    for (const char* wrong : {"3", "0/3", "4/3", "1/0", "x/3", "-1/3", "1/100000"})
        expect_refusal(folder, {"surface", "--shard", wrong, "-o", "a.png"}, "--shard");
    expect_refusal(folder, {"surface", "--shard", "1/2", "-o", "-", "--kind", "npy"},
                   "cannot render a shard: '-' is no file");
    expect_refusal(folder,
                   {"surface", "--shard", "1/2", "-o", "a.png", "/dev/null", "--kind", "png"},
                   "cannot render a shard: '/dev/null' is no file");
    expect_refusal(folder, {"surface", "--shard", "1/2", "-o", "a.png", "--figure", "b.png"},
                   "--shard: has no effect on a --figure, which is drawn at once");
    expect_refusal(folder, {"surface", "--shard", "1/2", "-o", "a.png", "a.dzi"},
                   "--shard: has no effect on tiles beside other files");
    expect_refusal(folder, {"surface", "--shard", "1/2", "-o", "a.png", "a.DZI"},
                   "shards of tiles have no other files");
}

/// A name of the usual limit of 255 bytes has no room for a suffix.
TEST(ShardCommand, PartsOfLongNamesStayApart) {
    const TemporaryFolder folder;
    const std::string name(240, 'a');
    for (const char* end : {"1.png", "2.png", "1.npy"})
        expect_success(folder, {"surface", "--size", "30x20", "-o", name + end, "--shard", "1/1"});
    EXPECT_EQ(folder.entries(), 2 * 3u);
    for (const char* end : {"1.png", "2.png", "1.npy"})
        expect_success(folder, {"merge", name + end});
    expect_success(folder, {"surface", "--size", "30x20", "-o", name + ".png", name + ".npy"});
}

/// libhdf5 closes at the end of the process what could not be written before.
TEST(ShardCommand, AFileThatIsTooLargeForTheSystemEndsInOneLine) {
    const TemporaryFolder folder;
    for (const std::string& output : all_kinds()) {
        const ProgramResult run = test::run_program(
            {"/bin/sh", "-c",
             "ulimit -f 8; exec '" GRADSCAPE_BINARY "' surface --size 60x50 --quiet -o " + output},
            folder.path());
        if (run.status == 0) continue;  // it is small enough
        EXPECT_EQ(run.status, 1) << output << run.err;
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
        EXPECT_FALSE(fs::exists(folder / output));
    }
}

class MergeRefusals : public ::testing::Test {
protected:
    MergeRefusals() { render_shards(folder_, surface_, 7); }

    static std::string again(const std::string& indices) {
        return "render --shard I/7 again for I = " + indices + " (--array=" + indices + ")";
    }
    /// Of shards that cannot be gone on with.
    void expect_fault(const std::string& fault, const std::string& indices) const {
        const bool one = indices.size() == 1;
        expect_advice(fault, again(indices) + ", after removing FILE.part.I-of-7* of " +
                                 (one ? "shard " : "shards ") + indices);
    }
    /// To the end of the line.
    void expect_advice(const std::string& fault, const std::string& advice) const {
        const auto entries = folder_.entries();
        const ProgramResult run = gradscape({"merge", "a.png", "a.npy"}, folder_.path());
        EXPECT_EQ(run.status, 2);
        EXPECT_EQ(run.out, "");
        EXPECT_THAT(run.err, HasSubstr("gradscape: " + fault));
        EXPECT_THAT(run.err, HasSubstr(" cannot be used; " + advice + "\n"));
        EXPECT_EQ(folder_.entries(), entries);
    }

    void change_byte(const std::string& name, std::uint64_t at) const {
        std::fstream file(folder_ / name, std::ios::binary | std::ios::in | std::ios::out);
        file.seekg(static_cast<std::streamoff>(at));
        const auto byte = static_cast<char>(file.get() ^ 1);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
    }

    TemporaryFolder folder_;
    const Words surface_{"surface", "--cell", "tanh", "--size", "96x133", "-o", "a.png", "a.npy"};
};

TEST_F(MergeRefusals, MissingShardsAreNamedInOneLine) {
    for (const std::size_t index : {2, 4, 5, 6})
        for (const char* output : {"a.png", "a.npy"}) {
            fs::remove(folder_ / part_of(output, index, 7));
            fs::remove(folder_ / (part_of(output, index, 7) + ".journal"));
        }
    expect_advice("shards 2,4-6: missing\n", again("2,4-6"));
}

TEST_F(MergeRefusals, APartWithoutItsOtherIsMissing) {
    fs::remove(folder_ / part_of("a.npy", 3, 7));
    expect_fault("shard 3: missing: there is no 'a.npy.part.3-of-7'\n", "3");
}

TEST_F(MergeRefusals, DamagedPartsAndJournalsAreNamed) {
    change_byte(part_of("a.npy", 1, 7), fs::file_size(folder_ / part_of("a.npy", 1, 7)) - 5);
    expect_fault("shard 1: damaged: 'a.npy.part.1-of-7' between bytes ", "1");
    change_byte(part_of("a.png", 4, 7), 100);
    expect_fault("shard 4: damaged: 'a.png.part.4-of-7' between bytes ", "1,4");
    change_byte(part_of("a.png", 6, 7) + ".journal", 200);
    expect_fault("shard 6: 'a.png.part.6-of-7.journal' is damaged at byte ", "1,4,6");
    fs::resize_file(folder_ / (part_of("a.png", 7, 7) + ".journal"), 5);
    expect_fault("shard 7: damaged: 'a.png.part.7-of-7.journal' has no beginning\n", "1,4,6,7");
}

TEST_F(MergeRefusals, APipeInThePlaceOfAPartIsNotWaitedFor) {
    const std::string part = folder_ / part_of("a.npy", 2, 7);
    fs::remove(part);
    ASSERT_EQ(::mkfifo(part.c_str(), 0600), 0);
    expect_fault("shard 2: damaged: 'a.npy.part.2-of-7' between bytes ", "2");
}

TEST_F(MergeRefusals, ForeignShardsAreNamedWithWhatDiffers) {
    fs::remove(folder_ / (part_of("a.png", 1, 7) + ".journal"));
    for (const char* output : {"a.png", "a.npy"}) fs::remove(folder_ / part_of(output, 1, 7));
    expect_success(folder_, surface_ + Words{"--palette", "magma", "--shard", "1/7"});
    expect_fault(
        "shard 1: foreign: rendered with colors.palette = \"magma\" instead of "
        "\"viridis\"\n",
        "1");
}

TEST_F(MergeRefusals, CopiesUnderAnotherNumberAreNamed) {
    for (const char* suffix : {"", ".journal"})
        for (const char* output : {"a.png", "a.npy"})
            if (fs::exists(folder_ / (part_of(output, 2, 7) + suffix)))
                fs::copy(folder_ / (part_of(output, 2, 7) + suffix),
                         folder_ / (part_of(output, 5, 7) + suffix),
                         fs::copy_options::overwrite_existing);
    expect_fault("shard 5: duplicate: a copy of shard 2 of 7\n", "5");
}

TEST_F(MergeRefusals, AllFilesOfTheRenderAreWanted) {
    expect_refusal(folder_, {"merge", "a.png"}, "the shards are of 'a.npy', too");
    std::ofstream(folder_ / "b.npy") << "other";
    expect_refusal(folder_, {"merge", "a.png", "a.npy", "b.npy"},
                   "the shards beside 'a.png' are not of 'b.npy'");
    expect_refusal(folder_, {"merge", "c.png"}, "beside 'c.png' lies no shard");
    expect_refusal(folder_, {"merge"}, "FILE is required");
    expect_refusal(folder_, {"merge", "a.png", "a.npy", "--json", "a.npy"}, "cannot write 'a.npy'");
    expect_refusal(folder_, {"merge", "a.png", "a.npy", "--json", part_of("a.npy", 3, 7)},
                   "this run reads it");
}

TEST_F(MergeRefusals, TwoDivisionsAskWhichIsWanted) {
    render_shards(folder_, surface_, 3);
    expect_refusal(folder_, {"merge", "a.png", "a.npy"},
                   "beside 'a.png' lie shards of 2 divisions, of 3 and of 7 parts");
    expect_success(folder_, {"merge", "a.png", "a.npy", "--of", "3"});
    const std::string three = bytes_of(folder_, {"a.png", "a.npy"});
    expect_success(folder_, {"merge", "a.png", "a.npy", "--of", "7", "--remove"});
    EXPECT_EQ(bytes_of(folder_, {"a.png", "a.npy"}), three);
    EXPECT_EQ(folder_.entries(), 2 + 3 * 3u);
    expect_refusal(folder_, {"merge", "a.png", "a.npy", "--of", "7"}, ".part.I-of-7'");
}

TEST_F(MergeRefusals, AShardThatIsBeingRenderedIsNotTaken) {
    expect_success(folder_, {"merge", "a.png", "a.npy"});  // all is well
    const std::string journal = folder_ / (part_of("a.png", 2, 7) + ".journal");
    const int descriptor = ::open(journal.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(descriptor, LOCK_EX), 0);
    const std::string in_use = "shard 2: 'a.png.part.2-of-7.journal' is in use";
    expect_advice(in_use, "wait for shard 2");
    const std::string gone = folder_ / (part_of("a.png", 4, 7) + ".journal");
    fs::rename(gone, folder_ / "kept");
    expect_advice(in_use,
                  again("4") + ", after removing FILE.part.I-of-7* of shard 4; wait for shard 2");
    fs::rename(folder_ / "kept", gone);
    ::close(descriptor);
    expect_success(folder_, {"merge", "a.png", "a.npy"});
}

TEST_F(MergeRefusals, WhatCannotBeReadIsNotToBeRenderedAgain) {
    const std::string part = folder_ / part_of("a.npy", 3, 7);
    fs::remove(part);
    fs::create_directory(part);
    expect_advice("shard 3: cannot read 'a.npy.part.3-of-7': Is a directory",
                  "see that shard 3 can be read");
}

TEST_F(MergeRefusals, AFullDiskLeavesTheShardsAndNothingElse) {
    const ProgramResult run = test::run_program(
        {"/bin/sh", "-c", "ulimit -f 8; exec '" GRADSCAPE_BINARY "' merge a.png a.npy"},
        folder_.path());
    EXPECT_EQ(run.status, 1) << run.err;
    EXPECT_THAT(run.err, HasSubstr("File too large"));
    EXPECT_EQ(folder_.entries(), 7 * 3u);
    expect_success(folder_, {"merge", "a.png", "a.npy"});
}

TEST(ShardCommand, AFullDiskLeavesAShardThatGoesOn) {
    const TemporaryFolder folder;
    const Words surface{
        "surface", "--cell",  "tanh",    "--length", std::to_string(400 / test::slowdown),
        "--size",  "200x800", "--style", "smooth",   "-o",
        "a.png"};
    expect_success(folder, surface);
    const std::string whole = read_all(folder / "a.png");
    std::string limited = "ulimit -f 8; exec '" GRADSCAPE_BINARY "'";
    for (const std::string& word : surface + Words{"--shard", "2/2"}) limited += ' ' + word;
    const ProgramResult run = test::run_program({"/bin/sh", "-c", limited}, folder.path());
    EXPECT_EQ(run.status, 1) << run.err;
    EXPECT_THAT(run.err, HasSubstr("File too large"));
    for (const char* shard : {"1/2", "2/2"})
        expect_success(folder, surface + Words{"--resume", "--shard", shard});
    fs::remove(folder / "a.png");
    expect_success(folder, {"merge", "a.png"});
    EXPECT_EQ(read_all(folder / "a.png"), whole);
}

/// Less than the array that it writes.
TEST(ShardCommand, AMergeTakesLittleMemory) {
    const TemporaryFolder folder;
    const Words surface{"surface", "--size", "4096x8192", "-o", "a.npy", "a.png"};  // 128 MiB
    render_shards(folder, surface, 2);
    const ProgramResult run = test::run_program(
        {"/bin/sh", "-c", "ulimit -v 100000; exec '" GRADSCAPE_BINARY "' merge a.npy a.png"},
        folder.path());
    if (test::slowdown > 1) GTEST_SKIP() << "sanitizers reserve more";
    EXPECT_EQ(run.status, 0) << run.err;
}

TEST(ShardCommand, CtrlCEndsAMergeWithNothingLeft) {
    const TemporaryFolder folder;
    const Words output_files{"a.npy", "a.png"};
    const Words surface{"surface", "--size", "4096x2048", "--precision", "f64",
                        "--quiet", "-o",     "a.npy",     "a.png"};
    render_shards(folder, surface, 2);
    int interrupted = 0;
    for (int delay = 1; delay < 400 && interrupted < 3; delay += 5) {
        StartedProgram program(Words{GRADSCAPE_BINARY, "merge"} + output_files, folder.path());
        std::this_thread::sleep_for(std::chrono::milliseconds(delay));
        program.send(SIGINT);
        const ProgramResult run = program.wait();
        if (run.status == 0) break;
        EXPECT_EQ(run.status, 130);
        if (run.err.empty()) continue;  // ended before it caught signals
        ++interrupted;
        EXPECT_EQ(run.err, "gradscape: error: interrupted\n");
        EXPECT_EQ(folder.entries(), 2 * 3u);
    }
    EXPECT_GT(interrupted, 0);
    expect_success(folder, Words{"merge"} + output_files);
}

}  // namespace
}  // namespace gradscape::cli
