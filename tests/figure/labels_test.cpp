// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/error.hpp"
#include "gradscape/figure.hpp"

namespace gradscape::figure {
namespace {

TEST(NumberMarkup, HasTrueMinusSignsAndRaisedPowers) {
    EXPECT_EQ(number_markup(-1.5), "\u22121.5");
    EXPECT_EQ(number_markup(0), "0");
    EXPECT_EQ(number_markup(-0.0), "0");
    EXPECT_EQ(number_markup(36431872, 3), "3.64 \u00d7 10<sup>7</sup>");
    EXPECT_EQ(number_markup(1e8), "10<sup>8</sup>");
    EXPECT_EQ(number_markup(-1e-7), "\u221210<sup>\u22127</sup>");
    EXPECT_EQ(number_markup(-HUGE_VAL), "\u2212\u221e");
    EXPECT_EQ(number_markup(HUGE_VAL), "\u221e");
    EXPECT_EQ(number_markup(1.5e-7), "1.5 \u00d7 10<sup>\u22127</sup>");
    EXPECT_EQ(number_markup(-1e8), "\u221210<sup>8</sup>");
    EXPECT_EQ(number_markup(0.123456), "0.1235");
    EXPECT_EQ(number_markup(0.123456, 2), "0.12");
    EXPECT_EQ(number_markup(std::nan("")), "NaN");
    EXPECT_EQ(weights_markup(1, -0.5), "(1, \u22120.5)");
}

TEST(EscapeMarkup, LeavesNoMarkup) { EXPECT_EQ(escape_markup("a<b>&c"), "a&lt;b&gt;&amp;c"); }

/// XML takes neither, nor does Pango.
TEST(EscapeMarkup, LeavesLettersOnly) {
    EXPECT_EQ(escape_markup("a\x01"
                            "b\nc\x7f"),
              "a b c ");
    EXPECT_EQ(escape_markup("\u00e4\u20ac\U0001f600"), "\u00e4\u20ac\U0001f600");
    const std::string lost = "\ufffd";
    EXPECT_EQ(escape_markup("a\xff"
                            "b"),
              "a" + lost + "b");
    EXPECT_EQ(escape_markup("\xc3"), lost);                                   // cut off
    EXPECT_EQ(escape_markup("\xc0\xaf"), lost + lost);                        // overlong
    EXPECT_EQ(escape_markup("\xed\xa0\x80"), lost + lost + lost);             // half of a pair
    EXPECT_EQ(escape_markup("\xf4\x90\x80\x80"), lost + lost + lost + lost);  // beyond Unicode
}

TEST(ParseColor, KnowsEveryLetterAsItsName) {
    const std::pair<const char*, const char*> all[] = {
        {"b", "blue"},    {"g", "green"},  {"r", "red"},   {"c", "cyan"},
        {"m", "magenta"}, {"y", "yellow"}, {"k", "black"}, {"w", "white"}};
    for (const auto& [letter, name] : all) EXPECT_EQ(parse_color(letter), parse_color(name));
}

TEST(ParseColor, KnowsLettersNamesAndHex) {
    EXPECT_EQ(parse_color("c"), rgb(0x00bfbf));
    EXPECT_EQ(parse_color("orange"), rgb(0xff7f0e));
    EXPECT_EQ(parse_color("#12aBff"), rgb(0x12abff));
    for (const char* bad : {"", "#12345", "#12345g", "#1234567", "mauve", "#-12345"})
        EXPECT_THROW(parse_color(bad), InputError) << bad;
}

}  // namespace
}  // namespace gradscape::figure
