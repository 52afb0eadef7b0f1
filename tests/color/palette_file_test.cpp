// SPDX-License-Identifier: MIT
#include "gradscape/palette_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gradscape/error.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::color {
namespace {

class PaletteFile : public ::testing::Test {
protected:
    std::vector<Rgb> read(const std::string& text) const {
        std::ofstream(folder_ / "p.csv") << text;
        return read_palette(folder_ / "p.csv");
    }
    void expect_refused(const std::string& text, const std::string& part) const {
        try {
            read(text);
            ADD_FAILURE() << "taken: " << text;
        } catch (const InputError& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr(part)) << text;
        }
    }
    test::TemporaryFolder folder_;
};

const std::vector<Rgb> three{rgb(0xff0000), rgb(0x00ff80), rgb(0x0000ff)};

TEST_F(PaletteFile, TakesTheUsualForms) {
    EXPECT_EQ(read("#ff0000\n#00ff80\n#0000ff\n"), three);
    EXPECT_EQ(read("ff0000\r\n\r\n00FF80\r\n0000ff"), three);
    EXPECT_EQ(read("# mine\nr,g,b\n255,0,0\n0,255,128\n0,0,255\n"), three);
    EXPECT_EQ(read("1 0 0\n0 1 0.5\n0 0 1\n"), three);
    EXPECT_EQ(read("1;0;0\n0;1;0.502\n0;0;1\n"), three);
    EXPECT_EQ(read("\"red\",\"green\",\"blue\"\n255\t0\t0\n0\t255\t128\n0\t0\t255\n"), three);
}

TEST_F(PaletteFile, NamesTheLineThatIsWrong) {
    expect_refused("#ff0000\n#00ff0\n", "p.csv:2: is no colour");
    expect_refused("1,2,3\n1,2,300\n", "p.csv:2");
    expect_refused("1,2,3\n1,2\n", "p.csv:2");
    expect_refused("1,2,3\n1,2,3,4\n", "p.csv:2");
    expect_refused("1,2,3\nred\n", "p.csv:2");
    expect_refused("#ff0000\n", "at least two colours");
    expect_refused("", "at least two colours");
    std::string many;
    for (int i = 0; i < 257; ++i) many += "#000000\n";
    expect_refused(many, "p.csv:257: a palette has 256 colours at most");
    EXPECT_THROW(read_palette(folder_ / "none.csv"), InputError);
}

TEST(PaletteThrough, GoesThroughItsColours) {
    const PaletteColors palette = palette_through(three);
    EXPECT_EQ(palette.front(), three[0]);
    EXPECT_EQ(palette.back(), three[2]);
    EXPECT_NEAR(palette[127].g, 255, 2);
    EXPECT_EQ(palette_through(std::span(colors_of(Palette::magma))), colors_of(Palette::magma));
}

}  // namespace
}  // namespace gradscape::color
