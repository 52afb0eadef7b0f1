// Rules of the house that a compiler does not see, read from its texts.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/temporary_folder.hpp"

namespace gradscape::house {
namespace {

namespace fs = std::filesystem;

/// `FILE:LINE: TEXT` of each line below a folder that the pattern is found in.
std::vector<std::string> lines_with(const std::string& folder, const std::string& pattern,
                                    const std::string& except = "") {
    const std::regex wanted(pattern);
    std::vector<std::string> found;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(GRADSCAPE_SOURCE_DIR) / folder)) {
        const std::string path = entry.path().string();
        if (!entry.is_regular_file() || (!except.empty() && path.ends_with(except))) continue;
        std::istringstream lines(test::read_all(path));
        int number = 0;
        for (std::string line; std::getline(lines, line);)
            if (++number; std::regex_search(line, wanted))
                found.push_back(path + ":" + std::to_string(number) + ": " + line);
    }
    return found;
}

const std::vector<std::string> none;

TEST(House, LibrarySpeaksNoCommandLine) {
    for (const char* folder : {"include", "host"})
        EXPECT_EQ(lines_with(folder, R"("[^"]*--[a-z])"), none);
}

TEST(House, LibraryPrintsNothing) {
    for (const char* folder : {"include", "host", "kernels"})
        EXPECT_EQ(lines_with(
                      folder,
                      R"(std::c(err|out)|(^|[^/a-z_])std(err|out)\b|\bf?printf\b|fmt::print|fputs)",
                      "host/io/notice.cpp"),
                  none);
}

TEST(House, ReferenceIncludesNothingOfTheSharedMathematics) {
    EXPECT_EQ(lines_with("host/reference", R"(#include.*(core/|kernels/|evaluate/cpu))"), none);
}

TEST(House, NothingBelowTheToolsKnowsSignals) {
    for (const char* folder : {"include", "host", "kernels"})
        EXPECT_EQ(lines_with(folder, R"(\bsigaction\b|<csignal>|<signal\.h>|std::signal)"), none);
}

/// Whoever installs the library has these headers and a standard library.
TEST(House, PublicHeadersLeanOnNothingElse) {
    const auto is_public = [](const std::string& line) {
        const auto file = line.substr(0, line.find(':'));
        return fs::path(file).parent_path().filename() == "gradscape";
    };
    auto leaning = lines_with(
        "include", R"(#include ("(?!gradscape/[a-z0-9_]+\.hpp)|<[a-z0-9_]*[./]|<(fmt|nlohmann)))");
    std::erase_if(leaning, [&](const std::string& line) { return !is_public(line); });
    EXPECT_EQ(leaning, none);
}

/// A field, an activation or an optimiser is told from the others in its table alone.
TEST(House, TablesTakeThePlaceOfSwitches) {
    for (const char* folder : {"include", "host", "kernels", "tools"})
        EXPECT_EQ(lines_with(folder, R"(case Field::)"), none);
    const auto files_with = [](const char* pattern) {
        std::vector<std::string> files;
        for (const char* folder : {"include", "host", "kernels", "tools"})
            for (const std::string& line : lines_with(folder, pattern)) {
                const auto file = fs::path(line.substr(0, line.find(':'))).filename().string();
                if (files.empty() || files.back() != file) files.push_back(file);
            }
        std::ranges::sort(files);
        return files;
    };
    // The functions of the second text, and what rounding does to them.
    EXPECT_EQ(
        files_with("case Activation::"),
        (std::vector<std::string>{"curvature_error_bound.cpp", "reference.cpp", "rounding.hpp"}));
    EXPECT_EQ(files_with("case Optimizer::"), std::vector<std::string>{"optimizer_step.hpp"});
}

TEST(House, SinksEvaluateNothing) {
    EXPECT_EQ(lines_with("host/io", "Evaluator|LoadedModel|StripFiller|ColorFiller"), none);
}

}  // namespace
}  // namespace gradscape::house
