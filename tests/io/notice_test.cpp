// SPDX-License-Identifier: MIT
#include "gradscape/internal/notice.hpp"

#include <gtest/gtest.h>

#include "gradscape/error.hpp"

namespace gradscape::io {
namespace {

TEST(Notice, W1WhatIsNoTextIsEscaped) {
    EXPECT_EQ(printable("w_x ≤ 3, größer, 数, 🙂"), "w_x ≤ 3, größer, 数, 🙂");
    EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
    EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable("\x1b[31m\x7f"), "\\x1b[31m\\x7f");
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");  // CSI as one character
    EXPECT_EQ(printable("\x86"), "\\x86");
    for (const std::string wrong :
         {"\xc3", "\xc0\xaf", "\xe2\x82", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
        const std::string clean = printable(wrong + "x");
        EXPECT_EQ(clean.size(), 4 * wrong.size() + 1) << clean;
        EXPECT_EQ(printable(clean), clean);
    }
}

TEST(Notice, W1ErrorsAreWholeBeyondANul) {
    EXPECT_STREQ(InputError(std::string("d.csv:2: '\0' is no number", 25)).what(),
                 "d.csv:2: '\\x00' is no number");
    EXPECT_STREQ(RunError("two\nlines").what(), "two\\nlines");
}

}  // namespace
}  // namespace gradscape::io
