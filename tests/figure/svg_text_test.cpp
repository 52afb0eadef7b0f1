// Texts of an SVG figure are texts.
// SPDX-License-Identifier: MIT
#include "host/figure/svg_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "host/figure/output.hpp"
#include "host/figure/text.hpp"
#include "tests/figure/layout.hpp"
#include "tests/run_program.hpp"

namespace gradscape::figure {
namespace {

using testing::HasSubstr;
using testing::Not;

HeatmapFigure figure() {
    HeatmapPanel panel;
    panel.grid = {{-3, 3, 2}, {-3, 3, 2}};
    panel.indices = {1, 2, 3, 4};
    panel.marks = {{1, 1, rgb(0xff0000), "a < b & c"}};
    panel.marks[0].note = escape_markup(panel.marks[0].note);
    return {{panel}, {}, "loss + 1", {}, "Loss: linear cell"};
}

std::string content_of(const std::string& svg) {
    return std::regex_replace(svg, std::regex("<[^>]*>"), "");
}

TEST(SvgText, QuotesDoNotEndAnAttribute) {
    HeatmapFigure quoted = figure();
    quoted.title = "say \"hi\"";
    const std::string svg = encode(compose(quoted), FileFormat::svg, {});
    EXPECT_THAT(svg, HasSubstr("aria-label=\"say &quot;hi&quot;\""));
    EXPECT_THAT(content_of(svg), HasSubstr("say \"hi\""));
}

TEST(SvgText, IsFoundByASearch) {
    const std::string svg = encode(compose(figure()), FileFormat::svg, {});
    EXPECT_THAT(svg, HasSubstr("aria-label=\"w_rec\""));
    for (const char* words :
         {"w_rec", "w_x", "loss + 1", "Loss: linear cell", "10^8", "a &lt; b &amp; c"})
        EXPECT_THAT(content_of(svg), HasSubstr(words));
    EXPECT_THAT(svg, HasSubstr("<title>Loss: linear cell</title>"));
    EXPECT_THAT(svg, Not(HasSubstr("glyph")));
}

TEST(SvgText, AsManyAsTheSceneHas) {
    const Scene scene = compose(figure());
    const std::string svg = svg_texts(scene);
    std::size_t texts = 0;
    for (std::size_t at = 0; (at = svg.find("<text ", at)) != std::string::npos; ++at) ++texts;
    EXPECT_EQ(texts, items_of<Text>(scene).size());
    std::size_t open = 0, closed = 0;
    for (std::size_t at = 0; (at = svg.find("<tspan", at)) != std::string::npos; ++at) ++open;
    for (std::size_t at = 0; (at = svg.find("</tspan>", at)) != std::string::npos; ++at) ++closed;
    EXPECT_EQ(open, closed);
}

TEST(SvgText, LowersAndRaisesAndComesBack) {
    Scene scene{100, 20};
    scene.add(place_text("<i>w</i><sub>x</sub> = 10<sup>3</sup>!", 10, {5, 15}, Align::start,
                         Level::baseline));
    const std::string svg = svg_texts(scene);
    double down = 0;
    const std::regex shift("dy=\"([-0-9.]+)\"");
    for (std::sregex_iterator i(svg.begin(), svg.end(), shift), end; i != end; ++i)
        down += std::stod((*i)[1]);
    EXPECT_NEAR(down, 0, 1e-4);
    EXPECT_THAT(content_of(svg), HasSubstr("w_x = 10^3!"));
}

TEST(PlainText, HasNoElements) {
    EXPECT_EQ(plain_text("<i>w</i><sub>rec</sub> &lt; 10<sup>−2</sup>"), "w_rec < 10^−2");
    EXPECT_EQ(plain_text(""), "");
}

TEST(PdfText, IsSelectable) {
    const test::TemporaryFolder folder;
    write_figure(folder / "f.pdf", figure());
    if (std::system("command -v pdftotext >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "pdftotext is not installed";
    const auto result =
        test::run_program({"/bin/sh", "-c", "pdftotext '" + (folder / "f.pdf") + "' -"});
    EXPECT_THAT(result.out, HasSubstr("Loss: linear cell"));
    EXPECT_THAT(result.out, HasSubstr("loss + 1"));
    EXPECT_THAT(result.out, HasSubstr("rec"));
}

}  // namespace
}  // namespace gradscape::figure
