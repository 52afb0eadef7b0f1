// --backend and info where a backend is missing. On a machine with a GPU there is none missing.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/evaluate.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;

std::string why_no_cuda() {
    for (const Evaluator& evaluator : evaluators())
        if (evaluator.name == "cuda") return evaluator.missing();
    return "not in the table";
}

TEST(BackendOption, CudaIsListedAndRefusedWithTheReason) {
    const std::string why = why_no_cuda();
    if (why.empty()) GTEST_SKIP() << "there is a GPU";
    EXPECT_THAT(gradscape({"info"}).out, HasSubstr("  cuda: not available (" + why + ")\n"));
    const TemporaryFolder folder;
    const auto run =
        gradscape({"surface", "--backend", "cuda", "--size", "4", "-o", folder / "a.npy"});
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.err, "gradscape: error: --backend cuda: not available: " + why + "\n");
}

TEST(BackendOption, AutoTakesTheCpuAndSaysSo) {
    if (why_no_cuda().empty()) GTEST_SKIP() << "there is a GPU";
    const TemporaryFolder folder;
    const auto run = gradscape({"surface", "--size", "4", "-o", folder / "a.npy"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("gradscape: backend cpu\n"));
}

TEST(BackendOption, EmulatedWritesTheFileOfTheCpu) {
    const TemporaryFolder folder;
    for (const char* backend : {"cpu", "emulated"})
        EXPECT_EQ(gradscape({"surface", "--backend", backend, "--method", "bptt", "--size", "19x7",
                             "-o", folder / (std::string(backend) + ".npz")})
                      .status,
                  0);
    EXPECT_EQ(test::read_all(folder / "cpu.npz"), test::read_all(folder / "emulated.npz"));
}

}  // namespace
}  // namespace gradscape::cli
