// The evaluators that share one text of the mathematics, held against the cpu evaluator by
// `gradscape compare` itself: 0 ulp. On `cuda` the same cases are GPU tests.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

#include "gradscape/evaluate.hpp"
#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using Options = std::vector<std::string>;

class SameBits : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        const auto same = [](const Evaluator& e) { return e.name == GetParam(); };
        const auto evaluator = std::ranges::find_if(evaluators(), same);
        ASSERT_NE(evaluator, evaluators().end());
        const std::string missing = evaluator->missing();
        if (missing.empty()) return;
        if (std::getenv("GRADSCAPE_REQUIRE_GPU")) FAIL() << "no CUDA device: " << missing;
        GTEST_SKIP() << "no CUDA device: " << missing;
    }

    /// `arithmetic`: METHOD:PRECISION
    void expect_same_bits(const std::string& arithmetic, const Options& options) const {
        Options arguments{"compare", "--a", "cpu:" + arithmetic, "--b",
                          GetParam() + ":" + arithmetic};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto run = gradscape(arguments);
        EXPECT_EQ(run.status, 0) << ::testing::PrintToString(arguments) << run.out << run.err;
        EXPECT_THAT(run.out, ::testing::HasSubstr("tolerance: same bits"));
    }
};

struct CellAndArithmetic {
    const char *cell, *arithmetic;
};
constexpr CellAndArithmetic arithmetics[] = {
    {"linear", "rows:f32"},  {"linear", "rows:f64"}, {"linear", "bptt:f32"}, {"linear", "bptt:f64"},
    {"tanh", "bptt:f32"},    {"tanh", "bptt:f64"},   {"relu", "bptt:f32"},   {"relu", "bptt:f64"},
    {"sigmoid", "bptt:f32"}, {"sigmoid", "bptt:f64"}};

/// Three cases an arithmetic; over all of them every pair of size, length and count occurs, but for
/// the ones that would take an emulated device long: they have three cells. (All of them for every
/// arithmetic: tests/kernels/surface_test.cpp.)
TEST_P(SameBits, ForEverySizeLengthAndCount) {
    const struct {
        const char* text;
        std::size_t cells;
    } sizes[] = {{"67x33", 67 * 33}, {"1x257", 257}, {"1x1", 1}};
    constexpr std::size_t many = test::slowdown == 1 ? 1000 : 60;
    constexpr std::size_t lengths[] = {1, 7, 10, 33, many}, counts[] = {1, 20, many};
    constexpr int repeats = test::slowdown == 1 ? 3 : 1;
    std::size_t turn = 0;
    for (const auto& [cell, arithmetic] : arithmetics)
        for (int repeat = 0; repeat < repeats; ++repeat, ++turn) {
            const auto& [size, cells] = sizes[turn % 3];
            const std::size_t length = lengths[turn % 5], count = counts[turn / 5 % 3];
            const bool costly =
                cells * length * count > 1'000'000 / test::slowdown && GetParam() == "emulated";
            expect_same_bits(arithmetic,
                             {"--cell", cell, "--length", std::to_string(length), "--sequences",
                              std::to_string(count), "--size", costly ? "3x1" : size});
        }
}

TEST_P(SameBits, ForRealData) {
    const TemporaryFolder folder;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(-1, 1);
    {
        std::ofstream csv(folder / "real.csv");
        for (int k = 1; k <= 13; ++k) csv << 'x' << k << ',';
        csv << "target,weight\n";
        for (int i = 0; i < 9; ++i) {
            for (int k = 0; k < 14; ++k) csv << uniform(random) << ',';
            csv << 2 + uniform(random) << '\n';
        }
    }
    for (const auto& [cell, arithmetic] : arithmetics)
        expect_same_bits(arithmetic, {"--cell", cell, "--data", folder / "real.csv", "--size",
                                      test::slowdown == 1 ? "37x11" : "7x3"});
}

TEST_P(SameBits, OnAWholePicture) {
    const char* size = test::slowdown == 1 ? "512" : "40";
    expect_same_bits("rows:f32", {"--size", size});
    expect_same_bits("bptt:f64",
                     {"--size", size, "--sequences", "1", "--length", "7", "--cell", "relu"});
}

TEST_P(SameBits, OfTrainingFromEveryCell) {
    for (const char* optimizer : {"rprop", "irprop-plus", "adam"})
        expect_same_bits("bptt:f64", {"--fields", "train-loss,train-steps", "--optimizer",
                                      optimizer, "--iterations", "30", "--size", "37x5"});
}

std::vector<std::string> have(const std::string& name) {
    for (const Evaluator& evaluator : evaluators())
        if (evaluator.name == name) return {name};
    return {};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SameBits);
INSTANTIATE_TEST_SUITE_P(Emulated, SameBits, ::testing::ValuesIn(have("emulated")));
INSTANTIATE_TEST_SUITE_P(Gpu, SameBits, ::testing::ValuesIn(have("cuda")));

}  // namespace
}  // namespace gradscape::cli
