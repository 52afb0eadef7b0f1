// The gradient over time of the fast evaluators: the reference's, and the same bits from the cpu
// and the emulated kernel.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradscape/loaded_model.hpp"
#include "kernels/emulation/guarded_memory.hpp"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/kernels/device_memory_limit.hpp"
#include "tests/kernels/execution_as.hpp"
#include "tests/random_model.hpp"

namespace gradscape {
namespace {

using emulation::ExecutionAs;
using emulation::ThreadOrder;

std::vector<Trace> traces(const char* evaluator, const Model& model,
                          std::span<const Weights> points) {
    return find_evaluator(evaluator).load(model)->traces(points);
}

/// More than a block of them, with zeros and explosions.
std::vector<Weights> points() {
    std::vector<Weights> all{{0, 0}, {1, 0}, {0, 1}, {-0.0, -1.5}, {3, 3}};
    for (int i = 0; i < 140; ++i) all.push_back({-2 + 0.03 * i, 1.9 - 0.025 * i});
    return all;
}

void expect_same_bits(const std::vector<Trace>& a, const std::vector<Trace>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t p = 0; p < a.size(); ++p) {
        EXPECT_EQ(a[p].at, b[p].at);
        EXPECT_EQ(a[p].total_weight, b[p].total_weight);
        ASSERT_EQ(a[p].sums, b[p].sums) << "point " << p;
        ASSERT_EQ(a[p].log10_sums, b[p].log10_sums) << "point " << p;
    }
}

TEST(EmulatedTraces, HaveTheBitsOfTheCpu) {
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (const std::size_t length : {1u, 10u, 700u}) {
            const Model model = random_model(3, length > 100 ? 2 : 5, length, activation);
            const auto cpu = traces("cpu", model, points());
            for (ThreadOrder order : {ThreadOrder::forward, ThreadOrder::shuffled}) {
                const ExecutionAs how(order);
                expect_same_bits(cpu, traces("emulated", model, points()));
            }
        }
}

TEST(EmulatedTraces, GoBySmallerPiecesWhereMemoryIsShort) {
    const Model model = random_model(3, 4, 20, Activation::tanh);
    const auto cpu = traces("cpu", model, points());
    const emulation::DeviceMemoryLimit limit(40000);
    expect_same_bits(cpu, traces("emulated", model, points()));
}

TEST(CpuTraces, AgreeWithTheReference) {
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (const std::size_t length : {1u, 10u, 1500u}) {
            const Model model = random_model(4, 3, length, activation);
            const auto truth = traces("reference", model, points());
            const auto cpu = traces("cpu", model, points());
            for (std::size_t p = 0; p < cpu.size(); ++p) {
                const double largest =
                    std::abs(*std::ranges::max_element(truth[p].sums, {}, [](double g) {
                        return std::isfinite(g) ? std::abs(g) : 0;
                    }));
                for (std::size_t k = 0; k <= length; ++k) {
                    const double expected = truth[p].sums[k], value = cpu[p].sums[k];
                    if (std::isinf(expected))
                        ASSERT_EQ(value, expected) << p << ' ' << k;
                    else
                        ASSERT_NEAR(value, expected,
                                    1e-11 * std::max(std::abs(expected), std::min(largest, 1.0)))
                            << name_of(activation) << " point " << p << " k " << k;
                }
            }
        }
}

}  // namespace
}  // namespace gradscape
