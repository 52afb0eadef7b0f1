// Pictures in tiles, through the real binary: each level against `surface` of its own grid.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "gradscape/tiles.hpp"
#include "tests/cli/refusal.hpp"
#include "tests/io/png_reader.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::gradscape;
using test::parse_png;
using test::PngPicture;
using test::read_all;
using test::StartedProgram;
using test::TemporaryFolder;
using ::testing::HasSubstr;

const Grid grid{{-3, 3, 1301}, {-2, 2, 1100}};

std::vector<std::string> words(std::vector<std::string> first,
                               const std::vector<std::string>& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

std::string tile_path(const std::string& files, std::size_t level, std::size_t col,
                      std::size_t row) {
    return fmt::format("{}/{}/{}_{}.png", files, level, col, row);
}

/// A level's tiles put together.
PngPicture level_picture(const std::string& files, std::size_t level, std::size_t width,
                         std::size_t height) {
    PngPicture whole;
    whole.width = width, whole.height = height;
    whole.indices.resize(width * height);
    for (std::size_t top = 0; top < height; top += tile_size)
        for (std::size_t left = 0; left < width; left += tile_size) {
            const PngPicture tile =
                parse_png(read_all(tile_path(files, level, left / tile_size, top / tile_size)));
            EXPECT_EQ(tile.width, std::min(tile_size, width - left));
            EXPECT_EQ(tile.height, std::min(tile_size, height - top));
            whole.palette = tile.palette;
            for (std::size_t y = 0; y < tile.height; ++y)
                std::copy_n(
                    tile.indices.begin() + static_cast<std::ptrdiff_t>(y * tile.width), tile.width,
                    whole.indices.begin() + static_cast<std::ptrdiff_t>((top + y) * width + left));
        }
    return whole;
}

std::vector<std::string> options_of(const Grid& view, const std::vector<std::string>& model) {
    return words({"surface", fmt::format("--wx={}:{}", view.wx.lo, view.wx.hi),
                  fmt::format("--wrec={}:{}", view.wrec.lo, view.wrec.hi), "--size",
                  fmt::format("{}x{}", view.cols(), view.rows()), "--quiet"},
                 model);
}

void expect_every_level(const Grid& finest, const std::vector<std::string>& model) {
    SCOPED_TRACE(::testing::PrintToString(model));
    const TemporaryFolder folder;
    const auto run = gradscape(words(options_of(finest, model), {"-o", "map.dzi"}), folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(folder.entries(), 3u);
    const std::size_t levels = level_count(finest);
    for (std::size_t level = 0; level < levels; ++level) {
        const Grid view = level_grid(finest, level);
        if (view.cols() < 2 || view.rows() < 2) break;  // no ranges to give
        const auto alone =
            gradscape(words(options_of(view, model), {"-o", "level.png"}), folder.path());
        ASSERT_EQ(alone.status, 0) << alone.err;
        const PngPicture expected = parse_png(read_all(folder / "level.png"));
        const PngPicture found =
            level_picture(folder / "map_files", levels - 1 - level, view.cols(), view.rows());
        EXPECT_EQ(found.palette, expected.palette);
        ASSERT_TRUE(found.indices == expected.indices) << "level " << level;
    }
    EXPECT_TRUE(fs::exists(tile_path(folder / "map_files", 0, 0, 0)));
    EXPECT_FALSE(fs::exists(fmt::format("{}/{}", folder / "map_files", levels)));
}

TEST(TilesCommand, EveryLevelIsThatOfItsOwnGrid) {
    // With ranges, since colours by values follow from the grid that is shown first.
    expect_every_level(grid, {});  // runs of colour
    expect_every_level({{-3, 3, 90}, {-3, 3, 700}},
                       {"--cell", "tanh", "--length", "3", "--range", "1:20"});
    expect_every_level({{-3, 3, 530}, {-3, 3, 40}},
                       {"--field", "train-steps", "--iterations", "3", "--length", "3"});
    // Colours of a device.
    expect_every_level({{-3, 3, 20}, {-3, 3, 530}}, {"--backend", "emulated", "--length", "2",
                                                     "--sequences", "3", "--range", "1:1e3"});
}

TEST(TilesCommand, LevelsLieAtTheCentresOfTheirPixels) {
    const Grid one = level_grid({{0, 8, 9}, {-1, 1, 2}}, 1);
    EXPECT_EQ(one, (Grid{{0.5, 8.5, 5}, {0, 0, 1}}));
    EXPECT_EQ(level_grid({{0, 8, 9}, {-1, 1, 2}}, 2).wx, (Axis{1.5, 9.5, 3}));
    EXPECT_EQ(level_count({{0, 8, 9}, {-1, 1, 2}}), 5u);
    EXPECT_EQ(level_count({{0, 0, 1}, {0, 0, 1}}), 1u);
    EXPECT_EQ(level_count({{0, 1, 512}, {0, 1, 1024}}), 11u);
}

TEST(TilesCommand, SaysWhatItIsAndWhatMadeIt) {
    const TemporaryFolder folder;
    const auto run =
        gradscape({"surface", "--size", "600x40", "-o", "a<b.dzi", "--seed", "5", "--json", "j"},
                  folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("loss: min "));
    EXPECT_THAT(read_all(folder / "a<b.dzi"),
                HasSubstr("Format=\"png\" Overlap=\"0\" TileSize=\"512\">\n"
                          "  <Size Width=\"600\" Height=\"40\"/>"));
    const auto parameters = nlohmann::json::parse(read_all(folder / "a<b_files/gradscape.json"));
    EXPECT_EQ(parameters["data"]["seed"], 5);
    EXPECT_EQ(parameters["overview"], "evaluated");
    const std::string page = read_all(folder / "a<b.html");
    EXPECT_THAT(page, HasSubstr("\"folder\":\"a\\u003cb_files\""));  // no tag in the script
    EXPECT_THAT(page, HasSubstr("\"seed\":5"));
    EXPECT_THAT(page,
                HasSubstr("\"bar\":{\"title\":\"mean squared loss + 1\",\"colors\":[\"#46075a"));
    EXPECT_THAT(page, HasSubstr("\"above\":[\"#ffffff\",\"> 1e+08\"]"));
    EXPECT_EQ(page.find("http"), std::string::npos) << "it needs no network";
    const auto facts = nlohmann::json::parse(read_all(folder / "j"));
    // The statistics are those of the finest level.
    ASSERT_EQ(
        gradscape({"surface", "--size", "600x40", "-o", "a.png", "--seed", "5", "--json", "k"},
                  folder.path())
            .status,
        0);
    EXPECT_EQ(facts["statistics"], nlohmann::json::parse(read_all(folder / "k"))["statistics"]);
}

TEST(TilesCommand, EqualTilesAreOneFile) {
    const TemporaryFolder folder;
    ASSERT_EQ(gradscape({"surface", "--size", "2048", "--wx", "50:60", "--wrec", "50:60", "--range",
                         "1:1e8", "-o", "a.dzi", "--quiet"},
                        folder.path())
                  .status,
              0);
    struct stat one {
    }, other{};
    ASSERT_EQ(stat(tile_path(folder / "a_files", 11, 0, 0).c_str(), &one), 0);
    ASSERT_EQ(stat(tile_path(folder / "a_files", 11, 3, 3).c_str(), &other), 0);
    EXPECT_EQ(one.st_ino, other.st_ino);
    EXPECT_EQ(one.st_nlink, 16u + 4u + 1u);  // of levels 11, 10, 9
    for (const std::string kind : {"mode", "mean"}) {
        ASSERT_EQ(gradscape({"surface", "--size", "2048", "--wx", "50:60", "--wrec", "50:60",
                             "--range", "1:1e8", "-o", "a.dzi", "--quiet", "--overview", kind},
                            folder.path())
                      .status,
                  0);
        ASSERT_EQ(stat(tile_path(folder / "a_files", 10, 1, 1).c_str(), &one), 0);
        EXPECT_EQ(one.st_nlink, kind == "mode" ? 21u : 4u + 1u) << "the mean is in RGB";
    }
}

TEST(TilesCommand, ALinkLeadsToTheTilesToo) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "far");
    fs::create_symlink("far/b.dzi", folder / "a.dzi");
    for (int time = 0; time < 2; ++time) {
        const auto run = gradscape({"surface", "--size", "30", "-o", "a.dzi"}, folder.path());
        ASSERT_EQ(run.status, 0) << run.err;
        EXPECT_THAT(run.out, ::testing::HasSubstr("far/b.html shows in a browser"));
        EXPECT_EQ(folder.entries(), 2u);
        for (const char* name : {"b.dzi", "b.html", "b_files/gradscape.json"})
            EXPECT_TRUE(fs::exists(folder / (std::string("far/") + name))) << name;
    }
}

/// What a folder holds, by path; a link is as good as a copy.
std::map<std::string, std::string> files_of(const TemporaryFolder& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
        if (entry.is_regular_file())
            files[fs::relative(entry.path(), folder.path()).string()] =
                read_all(entry.path().string());
    return files;
}

std::vector<std::string> slow_tiles(const std::vector<std::string>& more = {}) {
    return words(
        {"surface", "--cell", "tanh", "--length", std::to_string(std::max(40 / test::slowdown, 1)),
         "--size", "300x1300", "--quiet", "-o", "a.dzi", "b.npy"},
        more);
}

TEST(TilesCommand, KillsAtRandomLeaveTheFilesOfAnUndisturbedRun) {
    const TemporaryFolder whole, folder;
    ASSERT_EQ(gradscape(slow_tiles(), whole.path()).status, 0);
    const auto expected = files_of(whole);
    std::mt19937 random(1);
    int finished = 0;
    for (int kills = 0; kills < 20;) {
        auto arguments = slow_tiles({"--resume"});
        arguments.insert(arguments.begin(), GRADSCAPE_BINARY);
        StartedProgram program(arguments, folder.path());
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
        program.send(SIGKILL);
        const auto result = program.wait();
        if (result.status != 0) {
            ASSERT_EQ(result.status, 128 + SIGKILL) << result.err;
            ++kills;
            EXPECT_TRUE(fs::exists(folder / "a_files") || !fs::exists(folder / "a.dzi"));
            if (kills < 20) continue;
            const auto last = gradscape(slow_tiles({"--resume"}), folder.path());
            ASSERT_EQ(last.status, 0) << last.err;
        }
        ++finished;
        ASSERT_TRUE(files_of(folder) == expected) << kills;
        EXPECT_EQ(folder.entries(), 4u);
        for (const auto& entry : fs::directory_iterator(folder.path())) fs::remove_all(entry);
    }
    EXPECT_GT(finished, 0);
}

TEST(TilesCommand, AnInterruptKeepsWhatIsDoneAndNothingUnderAFinalName) {
    const TemporaryFolder folder;
    const std::vector<std::string> arguments{
        GRADSCAPE_BINARY, "surface",
        "--cell",         "tanh",
        "--size",         "300x40000",
        "--sequences",    std::to_string(std::max(20 / test::slowdown, 1)),
        "--threads",      "1",
        "--quiet",        "-o",
        "a.dzi"};
    StartedProgram program(arguments, folder.path());
    std::error_code none;
    // Its head, which is written in two parts, a record, and the begin of the next.
    std::uintmax_t size = 0;
    for (int growths = 0; growths < 4;) {
        ASSERT_FALSE(program.has_ended());
        const std::uintmax_t now = fs::file_size(folder / "a.dzi.part.journal", none);
        if (!none && now > size) ++growths, size = now;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    program.send(SIGINT);
    const auto result = program.wait();
    EXPECT_EQ(result.status, 130);
    EXPECT_THAT(result.err, HasSubstr("'a.dzi.part' keeps "));
    for (const char* name : {"a.dzi", "a.html", "a_files"})
        EXPECT_FALSE(fs::exists(folder / name)) << name;
}

TEST(TilesCommand, ReplacesItsOwnTilesAndNobodyElses) {
    const TemporaryFolder folder;
    const std::vector<std::string> render{"surface", "--size", "600", "-o", "a.dzi", "--quiet"};
    ASSERT_EQ(gradscape(render, folder.path()).status, 0);
    ASSERT_EQ(
        gradscape({"surface", "--size", "30", "-o", "a.dzi", "--quiet"}, folder.path()).status, 0);
    EXPECT_FALSE(fs::exists(folder / "a_files/10"));  // nothing of those before
    EXPECT_EQ(folder.entries(), 3u);

    std::ofstream(folder / "a_files/notes.txt") << "somebody's notes";
    test::expect_refusal(folder, render, "'a_files/notes.txt' is in the way");
    fs::remove(folder / "a_files/notes.txt");
    fs::remove(folder / "a_files/gradscape.json");
    test::expect_refusal(folder, render, "'a_files' is in the way");
    fs::remove_all(folder / "a_files");
    std::ofstream(folder / "a_files") << "a file";
    test::expect_refusal(folder, render, "'a_files' is in the way");
    fs::remove(folder / "a_files");
    std::ofstream(folder / "a.html") << "somebody's page";
    test::expect_refusal(folder, render, "'a.html' is in the way");
    EXPECT_EQ(read_all(folder / "a.html"), "somebody's page");
}

TEST(TilesCommand, RefusesWhatIsNoPlaceForManyFiles) {
    const TemporaryFolder folder;
    test::expect_refusal(folder, {"surface", "--size", "8", "--kind", "dzi", "-o", "-"},
                         "tiles are many files");
    test::expect_refusal(folder, {"surface", "--size", "8", "-o", "a.dzi", "a.html.png", "a.html"},
                         "a.html");
    test::expect_refusal(folder, {"surface", "--size", "8", "-o", "a.png", "--overview", "mean"},
                         "--overview");
    test::expect_refusal(
        folder, {"surface", "--size", "600000", "-o", "a.dzi", "--max-memory", "16M", "--quiet"},
        "memory");
}

/// The pixels of an RGB PNG, filter "none".
std::string rgb_pixels(const std::string& bytes) {
    const std::size_t width = test::big_endian_at(bytes, 16),
                      height = test::big_endian_at(bytes, 20);
    EXPECT_EQ(bytes[25], 2);  // RGB
    const std::size_t at = bytes.find("IDAT");
    const std::string raw = test::inflate_all(
        bytes.substr(at + 4, test::big_endian_at(bytes, at - 4)), height * (3 * width + 1));
    std::string pixels;
    for (std::size_t y = 0; y < height; ++y)
        pixels += raw.substr(y * (3 * width + 1) + 1, 3 * width);
    return pixels;
}

TEST(TilesCommand, OverviewsOfTheTilesBelow) {
    const TemporaryFolder folder;
    for (const std::string kind : {"mean", "mode"})
        ASSERT_EQ(
            gradscape({"surface", "--size", "1031x517", "--field", "train-steps", "--iterations",
                       "4", "--length", "2", "--overview", kind, "-o", kind + ".dzi", "--quiet"},
                      folder.path())
                .status,
            0);
    const PngPicture finest = level_picture(folder / "mode_files", 11, 1031, 517);
    EXPECT_TRUE(level_picture(folder / "mean_files", 11, 1031, 517).indices == finest.indices);
    const PngPicture half = level_picture(folder / "mode_files", 10, 516, 259);
    EXPECT_EQ(half.palette, finest.palette);
    const std::string left = rgb_pixels(read_all(tile_path(folder / "mean_files", 10, 0, 0)));
    for (std::size_t y = 0; y < 259; ++y)
        for (std::size_t x = 0; x < 516; ++x) {
            std::map<int, int> votes;
            double light = 0;
            int count = 0;
            for (std::size_t row = 2 * y; row < std::min<std::size_t>(2 * y + 2, 517); ++row)
                for (std::size_t col = 2 * x; col < std::min<std::size_t>(2 * x + 2, 1031); ++col) {
                    const int index = finest.indices[row * 1031 + col];
                    ++votes[index], ++count;
                    const double part = finest.palette[static_cast<std::size_t>(index)].g / 255.0;
                    light += part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
                }
            int most = 0;
            for (const auto& [index, number] : votes) most = std::max(most, number);
            ASSERT_EQ(votes[half.indices[y * 516 + x]], most) << x << ' ' << y;
            if (x >= 512 || y >= 259) continue;
            light /= count;
            const double shown =
                light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
            ASSERT_NEAR(static_cast<std::uint8_t>(left[3 * (y * 512 + x) + 1]), 255 * shown, 0.51)
                << x << ' ' << y;
        }
    EXPECT_TRUE(fs::exists(tile_path(folder / "mean_files", 0, 0, 0)));
}

}  // namespace
}  // namespace gradscape::cli
