// What the options say stands where it belongs in the figure's pixels.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <png.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "gradscape/palette.hpp"
#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;

constexpr Rgb lime = rgb(0x00ff00), orange = rgb(0xff8000), violet = rgb(0x8000ff);
constexpr Rgb star_red = rgb(0xff3b30), valley_orange = rgb(0xffa040);

class FigurePixels {
public:
    explicit FigurePixels(const std::string& path) {
        png_image image{};
        image.version = PNG_IMAGE_VERSION;
        EXPECT_NE(png_image_begin_read_from_file(&image, path.c_str()), 0) << path;
        image.format = PNG_FORMAT_RGB;
        width_ = image.width;
        pixels_.resize(PNG_IMAGE_SIZE(image));
        EXPECT_NE(png_image_finish_read(&image, nullptr, pixels_.data(), 0, nullptr), 0);
    }
    /// The first pixels of this colour from the top that touch each other, their mean.
    std::pair<double, double> middle_of(Rgb color) const {
        double x = 0, y = 0, count = 0, top = -1;
        for (std::size_t i = 0; 3 * i < pixels_.size(); ++i) {
            if (Rgb{pixels_[3 * i], pixels_[3 * i + 1], pixels_[3 * i + 2]} != color) continue;
            const double row = static_cast<double>(i / width_);
            if (top < 0) top = row;
            if (row > top + 40) break;  // the legend's
            x += static_cast<double>(i % width_), y += row, ++count;
        }
        EXPECT_GT(count, 0);
        return {x / count, y / count};
    }

    const std::vector<std::uint8_t>& all() const { return pixels_; }

private:
    std::size_t width_ = 0;
    std::vector<std::uint8_t> pixels_;
};

/// Two marks tell the scale; the third, the star and the valley are then where they must be.
TEST(FigureCommand, TMarksPathAndValleyStandAtTheirWeights) {
    const TemporaryFolder folder;
    std::ofstream(folder / "path.csv") << "iteration,w_x,w_rec\n0,-1.5,0\n1,2,0\n2,2.5,-1.5\n";
    const auto run =
        gradscape({"surface", "--figure", "f.png", "--mark", "-2,-2,#ff8000", "-1,2,#8000ff",
                   "2,-1,#00ff00", "--trajectory", "path.csv", "--quiet"},
                  folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    const FigurePixels figure(folder / "f.png");
    const auto [x0, y0] = figure.middle_of(orange);
    const auto [x1, y1] = figure.middle_of(violet);
    const double across = x1 - x0, up = (y1 - y0) / 4;  // of one unit
    EXPECT_GT(across, 50);
    EXPECT_LT(up, -50);
    const auto [x, y] = figure.middle_of(lime);
    EXPECT_NEAR(x, x0 + 4 * across, 1.5);
    EXPECT_NEAR(y, y0 + 1 * up, 1.5);
    const auto [star_x, star_y] = figure.middle_of(star_red);
    EXPECT_NEAR(star_x, x0 + 4.5 * across, 1.5);
    EXPECT_NEAR(star_y, y0 + 0.5 * up, 1.5);
}

/// One sequence of two ones with target 1: w* = 1 / (1 + w_rec), 1/3 at 2 and 1/1.5 at 0.5.
TEST(FigureCommand, TTheValleyHasItsBestWeights) {
    const TemporaryFolder folder;
    std::ofstream(folder / "d.csv") << "x1,x2,target\n1,1,1\n";
    const auto run =
        gradscape({"surface", "--data", "d.csv", "--wx", "0:2", "--wrec", "0.5:2", "--figure",
                   "f.png", "--valley", "--mark", "0,0.5,#ff8000", "2,2,#8000ff", "--quiet"},
                  folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    const FigurePixels figure(folder / "f.png");
    const auto [x0, y0] = figure.middle_of(orange);
    const auto [x1, y1] = figure.middle_of(violet);
    // The line's upper end, which is the first of its colour from the top.
    const auto [x, y] = figure.middle_of(valley_orange);
    EXPECT_NEAR(x, x0 + (x1 - x0) * 0.5 / (1 + 1.95), 5);
    EXPECT_LT(y, y1 + 45);
    EXPECT_GT(y0, y1 + 100);
}

/// A sequence with weight 3 is three sequences: in the loss, and in the title.
TEST(FigureCommand, TheTitleCountsSequencesByTheirWeight) {
    const TemporaryFolder folder;
    for (const char* name : {"weighted", "repeated"})  // the title has the file's name
        std::filesystem::create_directory(folder / name);
    std::ofstream(folder / "weighted/d.csv") << "x1,x2,target,weight\n1,0,1,3\n";
    std::ofstream(folder / "repeated/d.csv") << "x1,x2,target\n1,0,1\n1,0,1\n1,0,1\n";
    const auto pixels = [&](const std::string& data) {
        const auto run = gradscape(
            {"surface", "--data", data, "--figure", data + ".png", "--quiet"}, folder.path());
        EXPECT_EQ(run.status, 0) << run.err;
        return FigurePixels(folder / (data + ".png")).all();
    };
    EXPECT_TRUE(pixels("weighted/d.csv") == pixels("repeated/d.csv"));
}

/// Where no count is reached there is a code below 0, and no slope down to it.
TEST(FigureCommand, ContoursOfCountsEndWhereThereIsNone) {
    if (test::slowdown > 1) GTEST_SKIP() << "minutes of training";
    const TemporaryFolder folder;
    const auto run = gradscape({"surface", "--field", "train-steps", "--optimizer", "irprop-plus",
                                "--contours", "--wx=-0.9:-0.3", "--wrec=-0.9:-0.3", "--size", "30",
                                "--quiet", "--figure", folder / "a.svg"});
    ASSERT_EQ(run.status, 0) << run.err;
    const std::string svg = test::read_all(folder / "a.svg");
    const auto count = [&svg](std::string_view text) {
        std::size_t found = 0;
        for (std::size_t at = svg.find(text); at != std::string::npos; at = svg.find(text, at + 1))
            ++found;
        return found;
    };
    for (const char* of_the_bar : {">0</", ">100</", ">200</"}) EXPECT_EQ(count(of_the_bar), 1u);
    EXPECT_GT(count(">300</"), 1u);
}

}  // namespace
}  // namespace gradscape::cli
