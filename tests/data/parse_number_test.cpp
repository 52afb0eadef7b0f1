// SPDX-License-Identifier: MIT
#include "gradscape/internal/parse_number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace gradscape::data {
namespace {

TEST(ParseFinite, TakesWholeNumbersOnly) {
    EXPECT_EQ(parse_finite("-1.5"), -1.5);
    EXPECT_EQ(parse_finite(" +2e3\t"), 2000);
    EXPECT_EQ(parse_finite(".5"), 0.5);
    for (const char* text : {"", " ", "1x", "x1", "1 2", "--1", "+-1", "1e", "0x10", "1,5"})
        EXPECT_EQ(parse_finite(text), std::nullopt) << text;
}

TEST(ParseFinite, RefusesWhatIsNotFinite) {
    for (const char* text : {"nan", "NaN", "inf", "-inf", "infinity", "1e999"})
        EXPECT_EQ(parse_finite(text), std::nullopt) << text;
}

TEST(ParseFinite, N20TakesWhatIsTooSmallForDoubleAsZero) {
    const std::string zeros(400, '0');
    for (const std::string& text :
         {std::string("1e-400"), std::string("-1e-400"), std::string("0.001E-390"),
          "0." + zeros + "1", "123" + zeros + "e-900", std::string("1e-99999999999999999999999")})
        EXPECT_EQ(parse_finite(text), 0) << text;
    EXPECT_TRUE(std::signbit(*parse_finite("-1e-400")));
    EXPECT_EQ(parse_finite("1e-310"), 1e-310);
    EXPECT_EQ(parse_finite("0e999"), 0);
    for (const std::string& text : {std::string("1e400"), "1" + zeros, "-0.001e+390" + zeros,
                                    "0." + zeros + "1e900", std::string("1e-400x")})
        EXPECT_EQ(parse_finite(text), std::nullopt) << text;
}

TEST(ParseWhole, TakesDigitsWithinTheRange) {
    EXPECT_EQ(parse_whole("0"), 0u);
    EXPECT_EQ(parse_whole("18446744073709551615"), ~std::uint64_t{0});
    for (const char* text : {"", "-1", "+1", "1.0", "18446744073709551616", "1e3", " 1"})
        EXPECT_EQ(parse_whole(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gradscape::data
