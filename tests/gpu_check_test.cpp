// tools/gpu-check.sh on machines without a GPU: that it says so, and, with stand-ins for the GPU's
// tools and a binary that takes the cpu for cuda, that every step is run and its failure reported.
// What only a real GPU can show, this cannot.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/run_program.hpp"

namespace gradscape {
namespace {

using test::read_all;
using test::run_program;
using test::TemporaryFolder;
using ::testing::HasSubstr;

void write_script(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "#!/bin/bash\n" << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

/// A machine with one GPU, and a build for it.
class GpuCheck : public ::testing::Test {
protected:
    GpuCheck() {
        write_script(folder_ / "bin/nvidia-smi", "echo 'NVIDIA Test GPU, 580.1, 81559 MiB, 9.0'\n");
        write_script(
            folder_ / "bin/compute-sanitizer",
            "echo sanitized $2 >>" + (folder_ / "calls") +
                "\nwhile [[ $1 == -* ]]; do shift 2; done\n[[ -x $1 && $2 == compare ]]\n");
        write_script(folder_ / "bin/ncu",
                     "while [[ $1 != */gradscape ]]; do shift; done\n\"$@\" >&2 || exit\n"
                     "echo '==PROF== Connected'\n"
                     "echo '\"ID\",\"Kernel Name\",\"dram__throughput.avg.pct_of_peak_sustained_"
                     "elapsed\",\"gpu__time_duration.sum\",\"launch__grid_size\",\"sm__throughput."
                     "avg.pct_of_peak_"
                     "sustained_elapsed\"'\n"
                     "echo '\"\",\"\",\"%\",\"ns\",\"\",\"%\"'\n"
                     "echo '\"0\",\"cells_kernel<float, 3>(A, "
                     "B)\",\"91.5\",\"12,500\",\"1,024\",\"40.25\"'\n");
        // The real program with the cpu in the place of the GPU, and surfaces of six cells.
        write_script(folder_ / "build/gradscape",
                     "a=()\nfor x in \"$@\"; do x=${x/#cuda/cpu}; "
                     "[[ $x =~ ^[0-9]+(x[0-9]+)?$ && ${a[-1]} == --size ]] && x=3x2; a+=(\"$x\"); "
                     "done\nexec '" GRADSCAPE_BINARY "' \"${a[@]}\"\n");
        write_script(folder_ / "build/gradscape_tests",
                     "[[ $1 == '--gtest_filter=Gpu/*:GpuQuotient.*:GpuBackend.*' && "
                     "$GRADSCAPE_REQUIRE_GPU == 1 ]]\n");
        write_script(folder_ / "build/gradscape-bench", "echo '{\"rows\": []}' >\"$2\"\n");
    }

    test::ProgramResult check(const std::string& path) const {
        return run_program({"/usr/bin/env", "PATH=" + path,
                            GRADSCAPE_SOURCE_DIR "/tools/gpu-check.sh", folder_ / "build",
                            folder_ / "report"});
    }
    test::ProgramResult check() const { return check(folder_ / "bin" + ":/usr/bin:/bin"); }
    nlohmann::json report() const {
        return nlohmann::json::parse(read_all(folder_ / "report/nvidia-test-gpu.json"));
    }

    TemporaryFolder folder_;
};

TEST_F(GpuCheck, SaysThatThereIsNoGpu) {
    std::filesystem::remove(folder_ / "bin/nvidia-smi");
    const auto run = check();
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("gpu-check.sh: error: no GPU here: "));
    write_script(folder_ / "bin/nvidia-smi", "echo 'No devices were found'; exit 6\n");
    EXPECT_EQ(check().status, 1);
    EXPECT_THAT(check().err, HasSubstr("no GPU here: No devices were found"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "report"));
}

TEST_F(GpuCheck, RunsEveryStepAndWritesBothReports) {
    const auto run = check();
    EXPECT_EQ(run.status, 0) << run.out << run.err;
    const auto facts = report();
    EXPECT_EQ(facts["failures"], 0);
    ASSERT_EQ(facts["steps"].size(), 10u);
    for (const auto& step : facts["steps"]) EXPECT_EQ(step["result"], "passed") << step;
    EXPECT_EQ(facts["kernels"][0]["kernel"], "cells_kernel<float, 3>(A, B)");
    EXPECT_EQ(facts["kernels"][0]["dram_percent"], 91.5);
    EXPECT_EQ(facts["kernels"][0]["microseconds"], 12.5);
    EXPECT_EQ(facts["kernels"][0]["blocks"], 1024);
    EXPECT_EQ(facts["comparisons"]["cpu-tanh-bptt-f64-real"]["a"], "cpu:bptt:f64");
    EXPECT_EQ(facts["comparisons"]["cpu-tanh-bptt-f64-real"]["beyond"], 0);
    EXPECT_EQ(facts["comparisons"]["reference-relu-bptt-f32"]["b"], "reference:bptt:f64");
    EXPECT_TRUE(facts["benchmark"].is_object());
    const std::string text = read_all(folder_ / "report/nvidia-test-gpu.md");
    EXPECT_THAT(text, HasSubstr("| compute-sanitizer racecheck | passed |"));
    EXPECT_THAT(text, HasSubstr("| `cells_kernel<float, 3>(A, B)` | 40.2 | 91.5 | 12.5 | 1024 |"));
    for (const char* tool : {"memcheck", "racecheck", "initcheck", "synccheck"})
        EXPECT_THAT(read_all(folder_ / "calls"), HasSubstr(std::string("sanitized ") + tool));
}

TEST_F(GpuCheck, FailsWithAnyStepButReportsAll) {
    write_script(folder_ / "bin/compute-sanitizer",
                 "[[ $2 != racecheck ]] || { echo '1 \"hazard\" found'; exit 9; }\n");
    write_script(folder_ / "build/gradscape_tests", "echo '1 FAILED TEST'; exit 1\n");
    write_script(folder_ / "bin/ncu", "echo 'ERR_NVGPUCTRPERM'; exit 1\n");
    std::filesystem::remove(folder_ / "build/gradscape-bench");
    write_script(folder_ / "build/gradscape", "echo 'gradscape 9.9'\n");
    const auto run = check();
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("2 of 10 steps failed"));
    const auto facts = report();
    EXPECT_EQ(facts["failures"], 2);
    const auto result = [&](std::size_t step) { return facts["steps"][step]["result"]; };
    EXPECT_EQ(result(1), "failed");
    EXPECT_EQ(facts["steps"][1]["note"], "1 FAILED TEST");
    EXPECT_EQ(result(4), "passed");
    EXPECT_EQ(result(5), "failed");
    EXPECT_EQ(facts["steps"][5]["note"], "1 \"hazard\" found");
    EXPECT_EQ(result(8), "not run");
    EXPECT_EQ(result(9), "not run");
    EXPECT_EQ(facts["steps"][9]["note"], "ERR_NVGPUCTRPERM");
    EXPECT_TRUE(facts["benchmark"].is_null());
}

TEST_F(GpuCheck, SaysWhatIsWrongWithABuild) {
    std::filesystem::remove(folder_ / "build/gradscape_tests");
    EXPECT_EQ(check().status, 1);
    EXPECT_THAT(check().err, HasSubstr("gradscape_tests: not there"));
    std::filesystem::remove_all(folder_ / "build");
    EXPECT_THAT(check().err, HasSubstr("no such build folder"));
}

}  // namespace
}  // namespace gradscape
