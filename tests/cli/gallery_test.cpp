// The gallery's script and text: every picture is made, under the name that is shown.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::read_all;

const std::string source_root = GRADSCAPE_SOURCE_DIR;

TEST(Gallery, TheScriptMakesEveryPictureOfTheText) {
    if (test::slowdown > 1) GTEST_SKIP() << "commands as other tests run them, only larger";
    const test::TemporaryFolder folder;
    const auto run = test::run_program(
        {source_root + "/tools/gallery.sh", GRADSCAPE_BINARY, folder / "made", "24"});
    ASSERT_EQ(run.status, 0) << run.err;
    std::set<std::string> made, shown;
    for (const auto& entry : fs::directory_iterator(folder / "made")) {
        EXPECT_TRUE(read_all(entry.path().string()).starts_with("\x89PNG"));
        made.insert(entry.path().filename().string());
    }
    const std::string text = read_all(source_root + "/docs/gallery.md");
    const std::regex picture(R"(\]\(images/gallery/([a-z-]+\.png)\))");
    for (std::sregex_iterator i(text.begin(), text.end(), picture), end; i != end; ++i) {
        shown.insert((*i)[1]);
        EXPECT_TRUE(fs::exists(source_root + "/docs/images/gallery/" + (*i)[1].str())) << (*i)[1];
    }
    EXPECT_EQ(made, shown);
    EXPECT_GE(shown.size(), 12u);
}

TEST(Gallery, TheScriptNamesACommandThatFails) {
    const test::TemporaryFolder folder;
    const auto run =
        test::run_program({source_root + "/tools/gallery.sh", "/bin/false", folder / "made", "24"});
    EXPECT_NE(run.status, 0);
    EXPECT_THAT(run.err, ::testing::HasSubstr("gallery.sh: failed: gradscape surface"));
}

}  // namespace
}  // namespace gradscape::cli
