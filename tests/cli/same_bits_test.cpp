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

struct Backend {
    std::string evaluator;
    std::string machine = {};  ///< GRADSCAPE_EMULATION

    friend void PrintTo(const Backend& backend, std::ostream* to) {
        *to << backend.evaluator << ' ' << backend.machine;
    }
};

class SameBits : public ::testing::TestWithParam<Backend> {
protected:
    void SetUp() override {
        if (!GetParam().machine.empty())
            setenv("GRADSCAPE_EMULATION", GetParam().machine.c_str(), 1);
        const auto same = [](const Evaluator& e) { return e.name == GetParam().evaluator; };
        const auto evaluator = std::ranges::find_if(evaluators(), same);
        ASSERT_NE(evaluator, evaluators().end());
        const std::string missing = evaluator->missing();
        if (missing.empty()) return;
        if (std::getenv("GRADSCAPE_REQUIRE_GPU")) FAIL() << "no CUDA device: " << missing;
        GTEST_SKIP() << "no CUDA device: " << missing;
    }

    void TearDown() override {
        if (!GetParam().machine.empty()) unsetenv("GRADSCAPE_EMULATION");
    }

    /// What the sizes of grids and data are divided by.
    static std::size_t slowdown() {
        return GetParam().machine.empty() ? test::slowdown : std::max(test::slowdown, 50);
    }

    /// `arithmetic`: METHOD:PRECISION
    void expect_same_bits(const std::string& arithmetic, const Options& options) const {
        Options arguments{"compare", "--a", "cpu:" + arithmetic, "--b",
                          GetParam().evaluator + ":" + arithmetic};
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
    const std::size_t many = slowdown() == 1 ? 1000 : 60;
    const std::size_t lengths[] = {1, 7, 10, 33, many}, counts[] = {1, 20, many};
    const int repeats = slowdown() == 1 ? 3 : 1;
    std::size_t turn = 0;
    for (const auto& [cell, arithmetic] : arithmetics)
        for (int repeat = 0; repeat < repeats; ++repeat, ++turn) {
            const auto& [size, cells] = sizes[turn % 3];
            const std::size_t length = lengths[turn % 5], count = counts[turn / 5 % 3];
            const bool costly = cells * length * count > 1'000'000 / slowdown() &&
                                GetParam().evaluator == "emulated";
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
                                      slowdown() == 1 ? "37x11" : "7x3"});
}

TEST_P(SameBits, OnAWholePicture) {
    const char* size = slowdown() == 1 ? "512" : "40";
    expect_same_bits("rows:f32", {"--size", size});
    expect_same_bits("bptt:f64",
                     {"--size", size, "--sequences", "1", "--length", "7", "--cell", "relu"});
}

TEST_P(SameBits, OfTrainingFromEveryCell) {
    const char* size = slowdown() == 1 ? "37x5" : "9x2";
    for (const char* optimizer : {"rprop", "irprop-plus", "adam"})
        expect_same_bits("bptt:f64", {"--fields", "train-loss,train-steps", "--optimizer",
                                      optimizer, "--iterations", "30", "--size", size});
}

/// With one step dL/dw_x has zeros of either sign: a pack filled with −0 keeps its sign.
TEST_P(SameBits, OfZerosToo) {
    for (const char* arithmetic : {"rows:f32", "rows:f64", "bptt:f32"})
        expect_same_bits(arithmetic, {"--length", "1", "--sequences", "1", "--size", "37x19"});
}

std::vector<Backend> have(const std::string& name) {
    for (const Evaluator& evaluator : evaluators())
        if (evaluator.name == name) return {{name}};
    return {};
}

TEST(GpuBackend, AutoIsForWhatTheCpuHasNotDoneFirst) {
    if (have("cuda").empty() || !find_evaluator("auto").name.starts_with("cuda"))
        GTEST_SKIP() << "no CUDA device";
    for (const auto& [cell, backend] : {std::pair{"linear", "cpu"}, {"tanh", "cuda"}}) {
        const TemporaryFolder folder;
        const auto run =
            gradscape({"surface", "--cell", cell, "--size", "8", "-o", folder / "x.npy"});
        EXPECT_THAT(run.out + run.err, ::testing::HasSubstr(std::string("backend ") + backend));
    }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SameBits);
INSTANTIATE_TEST_SUITE_P(Emulated, SameBits, ::testing::ValuesIn(have("emulated")));
INSTANTIATE_TEST_SUITE_P(Gpu, SameBits, ::testing::ValuesIn(have("cuda")));
INSTANTIATE_TEST_SUITE_P(EmulatedMachines, SameBits,
                         ::testing::Values(Backend{"emulated", "devices=2,deferred,shuffled"},
                                           Backend{"emulated", "devices=3,deferred,seed=4"}));

}  // namespace
}  // namespace gradscape::cli
