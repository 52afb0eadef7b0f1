// Colours that follow from a picture's own values, through the real binary.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "gradscape/color_fit.hpp"
#include "gradscape/index_image.hpp"
#include "tests/io/png_reader.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using nlohmann::json;
using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

class SurfaceColors : public ::testing::Test {
protected:
    void SetUp() override {
        std::ofstream file(folder_ / "real.csv");
        file << "x1,x2,x3,x4,x5,x6,target\n";
        for (int i = 0; i < 24; ++i) {
            double sum = 0;
            for (int k = 0; k < 6; ++k) {
                const double x = std::sin(7.3 * i + 2.1 * k * k) * 1.7;
                file << x << ',';
                sum += x;
            }
            file << 0.2 * sum + 0.1 * std::cos(11.0 * i) << '\n';
        }
    }
    test::ProgramResult surface(std::vector<std::string> options) const {
        options.insert(options.begin(), {"surface", "--quiet", "--backend", "cpu"});
        return gradscape(std::move(options), folder_.path());
    }
    test::PngPicture drawn(std::vector<std::string> options) const {
        options.insert(options.end(), {"-o", "x.png", "--json", "x.json"});
        const auto result = surface(std::move(options));
        EXPECT_EQ(result.status, 0) << result.err;
        return test::parse_png(bytes("x.png"));
    }
    std::string bytes(const std::string& name) const { return read_all(folder_ / name); }
    json colors() const { return json::parse(bytes("x.json")).at("colors"); }

    TemporaryFolder folder_;
};

TEST_F(SurfaceColors, TheArticlesDataAndCellKeepTheArticlesRange) {
    drawn({"--size", "20"});
    EXPECT_EQ(colors()["range"], (json{0.6309573444801932, 1e8}));
    drawn({"--size", "20", "--seed", "9"});
    EXPECT_EQ(colors()["range"], (json{0.6309573444801932, 1e8}));
    for (const std::vector<std::string>& options : {std::vector<std::string>{"--cell", "tanh"},
                                                    {"--length", "11"},
                                                    {"--sequences", "21"},
                                                    {"--data", "real.csv"},
                                                    {"--range", "auto"}}) {
        std::vector<std::string> all = options;
        all.insert(all.end(), {"--size", "20"});
        drawn(all);
        EXPECT_NE(colors()["range"], (json{0.6309573444801932, 1e8})) << options[0];
    }
}

TEST_F(SurfaceColors, AreTheSameForAnyThreadsAndAnySize) {
    const std::vector<std::string> tanh{"--cell",      "tanh", "--field", "grad-wrec",
                                        "--sequences", "6",    "--size",  "100"};
    std::vector<std::string> one = tanh, three = tanh;
    one.insert(one.end(), {"--threads", "1"});
    three.insert(three.end(), {"--threads", "3"});
    drawn(one);
    const std::string first = bytes("x.png");
    drawn(three);
    EXPECT_TRUE(bytes("x.png") == first);
    const json range = colors()["range"];
    std::vector<std::string> larger = tanh;
    larger.back() = "131";  // both have more points than the sample
    drawn(larger);
    EXPECT_EQ(colors()["range"], range);
}

/// tests/color/default_pictures_test.cpp looks at the default pictures of all cells and fields
/// without the program; this is its picture.
TEST_F(SurfaceColors, AreTheLibrarysOfThePicturesValues) {
    const test::PngPicture picture =
        drawn({"--data", "real.csv", "--cell", "tanh", "--field", "grad-wx", "--size", "33"});
    const auto model =
        find_evaluator("cpu").load({read_sequences_csv((folder_ / "real.csv")), Activation::tanh});
    View view;
    view.grid = {{-3, 3, 33}, {-3, 3, 33}};
    const ColorMap map = fitted_color_map(default_color_spec(Field::grad_wx), Field::grad_wx,
                                          sample_values(*model, view, Field::grad_wx));
    std::vector<std::uint8_t> indices = index_image(*model, view, Field::grad_wx, map);
    for (std::size_t row = 0; row < 33 / 2; ++row)  // a picture begins at the top
        std::swap_ranges(indices.begin() + static_cast<std::ptrdiff_t>(row * 33),
                         indices.begin() + static_cast<std::ptrdiff_t>((row + 1) * 33),
                         indices.begin() + static_cast<std::ptrdiff_t>((32 - row) * 33));
    EXPECT_EQ(picture.indices, indices);
}

TEST_F(SurfaceColors, LikeMakesThemAgain) {
    std::ofstream(folder_ / "p.csv") << "#102030\n#80ff00\n#ffffee\n";
    const std::vector<std::string> cases[] = {
        {"--cell", "tanh"},
        {"--cell", "tanh", "--field", "grad-wx"},
        {"--cell", "relu", "--field", "grad-wrec", "--style", "smooth"},
        {"--data", "real.csv", "--scale", "rank"},
        {"--scale", "rank", "--style", "smooth", "--cell", "sigmoid"},
        {"--scale", "rank", "--range", "5:500", "--levels", "7"},
        {"--palette", "p.csv", "--cell", "tanh"},
        {"--palette", "#000000,#ff0000,#ffff00"},
        {"--palette", "magma_r", "--range", "auto"},
        {"--scale", "symlog:0.01", "--range", "-3:30"},
    };
    for (auto options : cases) {
        const std::string what = fmt::format("{}", fmt::join(options, " "));
        options.insert(options.end(), {"--size", "40x30"});
        drawn(options);
        const std::string first = bytes("x.png");
        const auto again = surface({"--like", "x.png", "-o", "y.png"});
        ASSERT_EQ(again.status, 0) << what << again.err;
        EXPECT_TRUE(bytes("y.png") == first) << what;
    }
}

/// From near the article's range has one colour for all; whatever the style, the size and the
/// evaluator the range is another one there, which is said, and is that of --range auto.
TEST_F(SurfaceColors, TheArticlesRangeIsLeftWhereItShowsNothing) {
    const std::vector<std::string> near{"--wx", "0.9:1.1", "--wrec", "0.9:1.1"};
    const auto drawn_near = [&](std::vector<std::string> options) {
        options.insert(options.end(), near.begin(), near.end());
        return drawn(options);
    };
    const test::PngPicture picture = drawn_near({"--size", "64"});
    std::set<std::uint8_t> used(picture.indices.begin(), picture.indices.end());
    EXPECT_GE(used.size(), 15u);
    const json range = colors()["range"];
    EXPECT_NE(range, (json{0.6309573444801932, 1e8}));
    const std::string first = bytes("x.png");
    drawn_near({"--size", "64", "--range", "auto"});
    EXPECT_TRUE(bytes("x.png") == first);
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--size", "300x200"},
          {"--size", "97", "--style", "smooth", "--palette", "magma"},
          {"--size", "128", "--levels", "5", "--method", "bptt"}}) {
        drawn_near(options);
        EXPECT_EQ(colors()["range"], range);
    }
    // A picture that is made of it keeps its colours.
    drawn({"--size", "64"});
    ASSERT_EQ(
        surface({"--like", "x.png", "--crop", "0.9:1.1,0.9:1.1", "-o", "y.png", "--json", "x.json"})
            .status,
        0);
    EXPECT_EQ(colors()["range"], (json{0.6309573444801932, 1e8}));
    const auto said = gradscape({"surface", "--backend", "cpu", "--size", "64", "-o", "x.png",
                                 "--wx=0.9:1.1", "--wrec=0.9:1.1"},
                                folder_.path());
    EXPECT_THAT(said.out, HasSubstr("by the picture's own values"));
    const auto whole =
        gradscape({"surface", "--backend", "cpu", "--size", "64", "-o", "x.png"}, folder_.path());
    EXPECT_THAT(whole.out, ::testing::Not(HasSubstr("by the picture's own values")));
}

TEST_F(SurfaceColors, LikeFitsAnewWhereTheRangeWouldNot) {
    drawn({"--size", "40x30"});
    ASSERT_EQ(surface({"--like", "x.png", "--cell", "tanh", "-o", "y.png"}).status, 0);
    const std::string like = bytes("y.png");
    ASSERT_EQ(surface({"--size", "40x30", "--cell", "tanh", "-o", "z.png"}).status, 0);
    EXPECT_TRUE(bytes("z.png") == like);
}

TEST_F(SurfaceColors, RankGivesEveryBandAsManyPixels) {
    const test::PngPicture picture =
        drawn({"--cell", "tanh", "--scale", "rank", "--levels", "11", "--size", "90"});
    std::vector<double> counts(picture.palette.size());
    for (std::uint8_t index : picture.indices) ++counts[index];
    EXPECT_EQ(counts[0], 0);
    for (std::size_t band = 1; band <= 10; ++band)
        EXPECT_NEAR(counts[band] / static_cast<double>(picture.indices.size()), 0.1, 0.02) << band;
    EXPECT_EQ(colors()["ranked_levels"].size(), 11u);
}

TEST_F(SurfaceColors, WhatMakesNoSenseIsRefused) {
    const std::pair<std::vector<std::string>, const char*> wrong[] = {
        {{"--palette", "none.csv"}, "none.csv"},
        {{"--palette", "#12,#345678"}, "'#12' is no colour"},
        {{"--palette", "#123456"}, "from 2 to 256 colours"},
        {{"--palette", "viridisr"}, "did you mean viridis"},
        {{"--scale", "symlog:0"}, "--scale symlog:0: symlog:X with a number X above 0"},
        {{"--scale", "symlog:x"}, "--scale symlog:x: symlog:X with a number X above 0"},
        {{"--scale", "rank:1,x"}, "--scale rank:1,x: 'x' is no finite number; rank:LEVEL,LEVEL"},
        {{"--scale", "rank:"}, "--scale rank:: '' is no finite number"},
        {{"--scale", "rank:5"}, "--scale rank:5: 1 level; rank:LEVEL,LEVEL"},
        {{"--scale", "rank:3,2"}, "--scale rank:3,2: 2 is not above 3"},
        {{"--scale", "rank:1,9,99", "--range", "1:9"},
         "--range 1:9: the levels of --scale rank:1,9,99 "},
        {{"--scale", "rank:1,9,99", "--levels", "7"},
         "--levels 7: has no effect on --scale rank:1,9,99, which has its own"},
        {{"--scale", "rank:1,9,99", "--style", "smooth"},
         "--style smooth: has no effect on --scale rank:1,9,99"},
        {{"--scale", "rank:1,9,99", "--range", "auto"},
         "--range auto: has no effect on --scale rank:1,9,99, whose levels are the range"},
        {{"--scale", "rank", "--range", "auto"},
         "--range auto: has no effect on --scale rank, which follows from"},
        {{"--scale", "rank", "--range", "1e20:1e30"},
         "--scale rank: all values within --range 1e+20:1e+30 are the same"},
        {{"--style", "smooth", "--levels", "7"}, "--levels: has no effect on --style smooth"},
        {{"--scale", "log:3"}, "--scale log:3: unknown"},
        {{"--range", "automatic"}, "--range automatic: a range LOW:HIGH"},
    };
    for (auto [options, part] : wrong) {
        options.insert(options.end(), {"--size", "8", "-o", "x.png"});
        const auto result = surface(options);
        EXPECT_EQ(result.status, 2) << options[1];
        EXPECT_THAT(result.err, HasSubstr(part));
        EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
    }
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--style=smooth", "--levels=7"},
          {"--scale=rank:1,9,99", "--levels=7"},
          {"--scale=rank:1,9,99", "--range=auto"}}) {
        std::vector<std::string> all{"compare", "--size", "4", "-o", "d.png"};
        all.insert(all.end(), options.begin(), options.end());
        const auto result = gradscape(all, folder_.path());
        EXPECT_EQ(result.status, 2) << options[0];
        EXPECT_THAT(result.err, HasSubstr("has no effect on --s"));
    }
    for (const char* option : {"--range=auto", "--scale=rank"})
        EXPECT_EQ(
            gradscape({"compare", "--size", "4", "-o", "d.png", option}, folder_.path()).status, 2);
    EXPECT_EQ(surface({"--palette", "x.png", "--size", "4", "-o", "x.png"}).status, 2);
}

}  // namespace
}  // namespace gradscape::cli
