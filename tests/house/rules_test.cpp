// Rules of the house that a compiler does not see, read from its texts.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/temporary_folder.hpp"

namespace gradscape::house {
namespace {

namespace fs = std::filesystem;

const fs::path source_folder = GRADSCAPE_SOURCE_DIR;

std::vector<std::string> files_below(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(source_folder / folder))
        if (entry.is_regular_file()) files.push_back(entry.path().string());
    return files;
}

std::vector<std::string> lines_of(const std::string& path) {
    std::istringstream text(test::read_all(path));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

std::string place_of(const std::string& path, std::size_t line, const std::string& text) {
    return path + ":" + std::to_string(line + 1) + ": " + text;
}

/// `FILE:LINE: TEXT` of each line below a folder that the pattern is found in.
std::vector<std::string> lines_with(const std::string& folder, const std::string& pattern,
                                    const std::string& except = "") {
    const std::regex wanted(pattern);
    std::vector<std::string> found;
    for (const std::string& path : files_below(folder)) {
        if (!except.empty() && path.ends_with(except)) continue;
        const auto lines = lines_of(path);
        for (std::size_t number = 0; number < lines.size(); ++number)
            if (std::regex_search(lines[number], wanted))
                found.push_back(place_of(path, number, lines[number]));
    }
    return found;
}

const std::vector<std::string> none;

/// Our own files that a file includes, directly or not, itself among them.
std::set<std::string> included_by(const std::string& file) {
    static const std::regex include("^ *# *include \"([^\"]+)\"");
    std::set<std::string> all;
    std::vector<std::string> open{file};
    while (!open.empty()) {
        const std::string path = open.back();
        open.pop_back();
        if (!all.insert(path).second) continue;
        std::smatch found;
        for (const std::string& line : lines_of(path))
            if (std::regex_search(line, found, include))
                for (const auto& root : {source_folder, source_folder / "include"})
                    if (const fs::path other = root / found[1].str(); fs::exists(other))
                        open.push_back(other.string());
    }
    return all;
}

TEST(House, LibrarySpeaksNoCommandLine) {
    for (const char* folder : {"include", "host"})
        EXPECT_EQ(lines_with(folder, R"("[^"]*--[a-z])"), none);
}

/// But for notice(), which is there for its fronts, and which the library itself does not know.
TEST(House, LibraryPrintsNothing) {
    const std::string printing =
        R"(std::c(err|out)|(^|[^/a-z_])std(err|out)\b|\bf?printf\b|fmt::print|fputs)";
    const std::string notice = "void notice(std::string_view text) { fmt::print(stderr, ";
    std::size_t notices = 0;
    for (const char* folder : {"include", "host", "kernels"}) {
        auto prints = lines_with(folder, printing);
        notices += std::erase_if(prints, [&](const std::string& line) {
            return line.find("host/io/notice.cpp:") != std::string::npos &&
                   line.find(": " + notice) != std::string::npos;
        });
        EXPECT_EQ(prints, none);
        EXPECT_EQ(lines_with(folder, R"(internal/notice\.hpp)", "host/io/notice.cpp"), none);
        auto declared = lines_with(folder, R"(\bvoid notice\(|gradscape::notice\b)");
        std::erase_if(declared, [](const std::string& line) {
            return line.find("/notice.") != std::string::npos;
        });
        EXPECT_EQ(declared, none);
    }
    EXPECT_EQ(notices, 1u);
}

TEST(House, ReferenceIncludesNothingOfTheSharedMathematics) {
    const auto shared_in = [](const std::string& file) {
        static const std::regex shared("^(include/gradscape/core|kernels|host/evaluate/cpu)/");
        std::vector<std::string> found;
        for (const fs::path included : included_by(file)) {
            const std::string path = included.lexically_relative(source_folder).string();
            if (std::regex_search(path, shared)) found.push_back(path);
        }
        return found;
    };
    for (const std::string& file : files_below("host/reference"))
        EXPECT_EQ(shared_in(file), none) << file;
    // What a file includes through others is seen.
    EXPECT_NE(shared_in((source_folder / "host/evaluate/prepared_model.hpp").string()), none);
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

/// Sinks stand in several rooms, beside what may evaluate: their classes are looked at, and their
/// functions that are defined elsewhere. By their form, both end with the first `}` of a line.
TEST(House, SinksEvaluateNothing) {
    const std::string evaluating = "Evaluator|LoadedModel|StripFiller|ColorFiller";
    EXPECT_EQ(lines_with("host/io", evaluating), none);
    const std::regex sink(R"(^class (\w+).*: public .*Sink(?:Of)?\b|^\w.*\b(\w+Sink)::~?\w+\()");
    const std::regex evaluates(evaluating);
    std::vector<std::string> found;
    std::set<std::string> sinks;
    for (const char* folder : {"include", "host", "tools"})
        for (const std::string& path : files_below(folder)) {
            const auto lines = lines_of(path);
            bool inside = false;
            for (std::size_t number = 0; number < lines.size(); ++number) {
                const std::string& line = lines[number];
                if (std::smatch name; !inside && std::regex_search(line, name, sink)) {
                    inside = true;
                    sinks.insert(name[1].matched ? name[1] : name[2]);
                }
                if (inside && std::regex_search(line, evaluates))
                    found.push_back(place_of(path, number, line));
                if (line.starts_with('}') || (line.ends_with('}') && !line.starts_with(' ')))
                    inside = false;
            }
        }
    EXPECT_EQ(found, none);
    for (const char* known :
         {"CsvSink", "FinestLevelSink", "IndexImageSink", "MaximaPanelSink", "StatisticsSink"})
        EXPECT_TRUE(sinks.contains(known)) << known;
}

}  // namespace
}  // namespace gradscape::house
