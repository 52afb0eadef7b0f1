// The real gradscape-bench: that it works, not how fast anything is.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/run_program.hpp"

namespace gradscape {
namespace {

using test::TemporaryFolder;
using ::testing::HasSubstr;

test::ProgramResult bench(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), GRADSCAPE_BENCH_BINARY);
    return test::run_program(arguments);
}

TEST(BenchCommand, SmokeSuiteRunsEveryKindOfCase) {
    const TemporaryFolder folder;
    const auto run =
        bench({"--suite", "smoke", "--threads", "2", "--json", folder / "smoke.json", "--roofline",
               folder / "roofline.png", "--benchmark_out=" + folder / "engine.json"});
    ASSERT_EQ(run.status, 0) << run.err << run.out;
    EXPECT_THAT(run.out, HasSubstr("Limits measured here, 2 threads"));
    const auto json = nlohmann::json::parse(test::read_all(folder / "smoke.json"));
    EXPECT_GT(json["limits"]["store_bytes_per_second"], 0);
    EXPECT_GE(json["results"].size(), 8u);
    for (const auto& result : json["results"]) {
        EXPECT_FALSE(result.contains("error")) << result;
        EXPECT_GT(result["cells_per_second"], 0) << result;
        EXPECT_EQ(result["seconds"].size(), 2u) << result;
    }
    EXPECT_EQ(test::read_all(folder / "roofline.png").substr(1, 3), "PNG");
    const auto engine = nlohmann::json::parse(test::read_all(folder / "engine.json"));
    EXPECT_GE(engine["benchmarks"].size(), 2 * json["results"].size());
}

TEST(BenchCommand, HelpHasTheSuitesAndExamples) {
    const auto run = bench({"--help"});
    EXPECT_EQ(run.status, 0);
    for (const char* part : {"evaluate", "train", "encode", "end-to-end", "scaling", "smoke",
                             "Examples:", "--benchmark_filter"})
        EXPECT_THAT(run.out, HasSubstr(part));
}

TEST(BenchCommand, ErrorsAreOneLine) {
    const struct {
        std::vector<std::string> arguments;
        const char* part;
    } cases[] = {{{"--suite", "evaluation"}, "no such suite; there are evaluate train"},
                 {{"--fast"}, "--fast: no such option"},
                 {{"--threads", "many"}, "--threads"},
                 {{"--suite", "smoke", "--roofline", "roofline.gif"}, "roofline.gif"}};
    for (const auto& [arguments, part] : cases) {
        const auto run = bench(arguments);
        EXPECT_EQ(run.status, 2) << part;
        EXPECT_THAT(run.err, HasSubstr(std::string("gradscape: error: "))) << part;
        EXPECT_THAT(run.err, HasSubstr(part));
        EXPECT_EQ(run.err.find('\n'), run.err.size() - 1) << run.err;
    }
}

}  // namespace
}  // namespace gradscape
