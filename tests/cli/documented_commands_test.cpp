// Every command line of README.md, CONTRIBUTING.md and docs/*.md, read from the text: those of
// gradscape are run in one folder a document, in their order, with smaller sizes; the others are
// known by name and listed with the reason why they are not run here.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

#include "gradscape/system_info.hpp"
#include "gradscape/train.hpp"
#include "tests/cli/refusal.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::gradscape;
using test::read_all;
using test::TemporaryFolder;

/// The lines of indented blocks, those that end with a backslash joined, comments and `$` left out.
std::vector<std::string> block_lines(const std::string& markdown) {
    std::vector<std::string> lines;
    std::istringstream text(markdown);
    bool continued = false;
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with("    ")) {
            continued = false;
            continue;
        }
        line = std::regex_replace(line, std::regex("^ *(\\$ )?|  +#.*$| *$"), "");
        if (continued)
            lines.back() += " " + line;
        else
            lines.push_back(line);
        continued = lines.back().ends_with('\\');
        if (continued) lines.back() = std::regex_replace(lines.back(), std::regex(" *\\\\$"), "");
    }
    return lines;
}

std::vector<fs::path> documents() {
    const fs::path root(GRADSCAPE_SOURCE_DIR);
    std::vector<fs::path> paths{root / "README.md", root / "CONTRIBUTING.md"};
    for (const auto& entry : fs::directory_iterator(root / "docs"))
        if (entry.path().extension() == ".md") paths.push_back(entry.path());
    std::sort(paths.begin() + 2, paths.end());
    return paths;
}

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    return {std::istream_iterator<std::string>(stream), {}};
}

/// Smaller work for the same options: what is documented, and what is run instead of it.
const std::pair<const char*, const char*> substitutions[]{
    {"--size (32768|8192|4096|1000|1024|512)", "--size 48"},
    {"--size [0-9]{3}\\b", "--size 20"},
    {"--sequences 1000000", "--sequences 1000"},
    {"--length 10000", "--length 300"},
    {"--range 0:3600", "--range 0:110"},
    {"--length 200", "--length 20"},
    // A figure is evaluated at its own resolution.
    {"--field (train-[a-z]+)(?!.*--iterations)", "--field $1 --iterations 2"},
    {"^gradscape (compare|surface)(?!.*--size)(?!.*--like)", "gradscape $1 --size 48"},
};

/// What is not run here, and why.
const std::pair<const char*, const char*> not_run[]{
    {"tools/(run|test)\\.sh\\b.*", "installs packages and builds the whole tree"},
    {"tools/check-distributions\\.sh\\b.*", "makes whole systems"},
    {"tools/gpu-check\\.sh\\b.*", "needs a GPU"},
    {"tools/bench/report\\.sh\\b.*", "takes minutes and peers from the network"},
    {"tools/[a-z./-]+\\.sh\\b.*", "a tool of its own, which takes minutes"},
    {"gradscape-bench .*", "measures for minutes; BenchCommand runs its smoke suite"},
    {"(sudo )?(cmake|ctest|cpack|cd|dpkg|apt-get|apt) .*", "configures, builds, tests or installs"},
    {"gradscape .*--backend cuda.*", "needs a GPU"},
    {"gradscape explore.*", "serves until it is interrupted"},
    {"mpirun .*", "needs MPI; RanksCommand runs them"},
};

const char* why_not_run(const std::string& line) {
    for (const auto& [pattern, reason] : not_run)
        if (std::regex_match(line, std::regex(pattern))) return reason;
    static const bool has_hdf5 = missing(Module::hdf5).empty();
    if (!has_hdf5 && line.find(".nc") != std::string::npos) return "needs libhdf5";
    return nullptr;
}

bool is_command(const std::string& line) {
    static const std::regex first_word(
        "(\\./)?(gradscape|gradscape-bench|sudo|cmake|ctest|cpack|mpirun|dpkg|apt|apt-get|cd|man|"
        "source|tools/\\S+\\.sh)( .*)?");
    return std::regex_match(line, first_word) && line.find("  ") == std::string::npos;
}

/// The files that the commands read are those that docs/formats.md shows: a block, or its start.
void write_example(const std::string& first_line, const fs::path& path) {
    std::istringstream text(read_all(GRADSCAPE_SOURCE_DIR "/docs/formats.md"));
    std::string line;
    while (std::getline(text, line) && line != "    " + first_line) continue;
    ASSERT_TRUE(text) << first_line;
    std::ofstream file(path);
    do file << line.substr(4) << '\n';
    while (std::getline(text, line) && line.starts_with("    "));
}

class Documented : public ::testing::Test {
protected:
    void SetUp() override {
        if (test::slowdown > 1) GTEST_SKIP() << "commands as other tests run them, only larger";
    }

    void run_all(const fs::path& document) {
        write_example("x1,x2,x3,target,weight", folder_ / "mine.csv");
        write_example("[surface]", folder_ / "zoom.toml");
        write_example("[[train]]", folder_ / "sweep.toml");
        for (std::string line : block_lines(read_all(document.string()))) {
            if (!is_command(line)) continue;
            SCOPED_TRACE(document.filename().string() + ": " + line);
            if (const char* reason = why_not_run(line)) {
                std::cout << "not run: " << line << " (" << reason << ")\n";
                continue;
            }
            for (const auto& [documented, smaller] : substitutions)
                line = std::regex_replace(line, std::regex(documented), smaller);
            auto words = words_of(line);
            ASSERT_EQ(words.front(), "gradscape") << "neither run nor known: add it to the table";
            words.erase(words.begin());
            const auto result = gradscape(words, folder_.path());
            EXPECT_EQ(result.status, 0) << line << '\n' << result.err;
            ++run_;
        }
    }

    TemporaryFolder folder_;
    int run_ = 0;
};

TEST_F(Documented, W10CommandsOfTheReadmeWork) {
    run_all(documents().front());
    EXPECT_GE(run_, 15);
    // The training example: into the ravine that counts, start and end in the picture.
    const auto path = read_trajectory_csv(folder_ / "path.csv");
    for (const Weights& at : {path.front(), path.back()}) {
        EXPECT_LT(std::abs(at.wx), 3);
        EXPECT_LT(std::abs(at.wrec), 3);
    }
    EXPECT_NEAR(path.back().wx, 1, 0.01);
    EXPECT_NEAR(path.back().wrec, 1, 0.01);
}

TEST_F(Documented, W10CommandsOfTheDocumentsWork) {
    const auto all = documents();
    for (const auto& document : std::vector<fs::path>(all.begin() + 1, all.end()))
        run_all(document);
    EXPECT_GE(run_, 3);
}

TEST(DocumentedCommands, W10AreFoundInTheText) {
    EXPECT_EQ(
        block_lines("Text\n\n    gradscape info   # what is there\n    a \\\n      b\ntext\n"),
        (std::vector<std::string>{"gradscape info", "a b"}));
    EXPECT_TRUE(is_command("gradscape data -o x.csv"));
    EXPECT_FALSE(is_command("host                data, evaluators"));
    EXPECT_TRUE(why_not_run("sudo cmake --install build/release"));
    EXPECT_FALSE(why_not_run("gradscape info"));
}

}  // namespace
}  // namespace gradscape::cli
