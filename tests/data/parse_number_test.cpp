// SPDX-License-Identifier: MIT
#include "gradscape/parse_number.hpp"

#include <gtest/gtest.h>

namespace gradscape {
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

TEST(ParseWhole, TakesDigitsWithinTheRange) {
    EXPECT_EQ(parse_whole("0"), 0u);
    EXPECT_EQ(parse_whole("18446744073709551615"), ~std::uint64_t{0});
    for (const char* text : {"", "-1", "+1", "1.0", "18446744073709551616", "1e3", " 1"})
        EXPECT_EQ(parse_whole(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gradscape
