// SPDX-License-Identifier: MIT
#include "tools/explore/target.hpp"

#include <gtest/gtest.h>

#include "gradscape/error.hpp"

namespace gradscape::explore {
namespace {

TEST(Target, IsTokenPathAndQuery) {
    auto target = parse_target("/abc/api/view?x=1.5&name=a%2Fb+c&flag");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->token, "abc");
    EXPECT_EQ(target->path, "api/view");
    EXPECT_EQ(target->query.take_number("x"), 1.5);
    EXPECT_EQ(target->query.take("name"), "a/b c");
    EXPECT_EQ(target->query.take("flag"), "");
    EXPECT_EQ(target->query.take("x"), std::nullopt);
    EXPECT_TRUE(target->query.left().empty());
    EXPECT_EQ(parse_target("/abc/")->path, "");
    // Names are compared as they are: nothing is decoded, nothing is resolved.
    EXPECT_EQ(parse_target("/abc/../%2e%2e//etc")->path, "../%2e%2e//etc");
}

TEST(Target, IsRefusedWithoutToken) {
    for (const char* text : {"", "/", "/abc", "abc/", "*", "http://x/"})
        EXPECT_FALSE(parse_target(text)) << text;
}

TEST(Query, RefusesWhatIsMalformed) {
    for (const char* text : {"a=%", "a=%2", "a=%zz", "%", "a=1&a=2", "=&="})
        EXPECT_THROW(Query{text}, InputError) << text;
    std::string many;
    for (int i = 0; i < 65; ++i) many += "n" + std::to_string(i) + "=1&";
    EXPECT_THROW(Query{many}, InputError);
}

TEST(Query, RefusesNumbersOutOfRange) {
    Query query("a=nan&b=1e999&c=x&d=&e=7&f=7.0&g=99999999999999999999");
    for (const char* name : {"a", "b", "c", "d", "missing"})
        EXPECT_THROW(query.take_number(name), InputError) << name;
    EXPECT_THROW(query.take_integer("e", 0, 6), InputError);
    EXPECT_THROW(query.take_integer("f", 0, 9), InputError);
    EXPECT_THROW(query.take_integer("g", 0, 9), InputError);
    EXPECT_EQ(query.take_integer("h", 0, 9, 3), 3);
}

}  // namespace
}  // namespace gradscape::explore
