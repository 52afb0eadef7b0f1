// That the kernels which measure a device do their work; how fast means nothing when emulated.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "gradscape/evaluate.hpp"
#include "gradscape/internal/device_limits.hpp"
#include "kernels/launch.hpp"

namespace gradscape::kernels {
namespace {

TEST(EmulatedLimits, AreMeasuredByRightResults) {
    for (const std::size_t bytes : {std::size_t{100} << 10, std::size_t{1000003}}) {
        const DeviceLimits limits = emulated_kernels.limits({bytes, 2, 3});
        for (double rate : {limits.store, limits.read, limits.to_device, limits.from_device,
                            limits.flop_f32, limits.flop_f64})
            EXPECT_GT(rate, 0);
    }
}

TEST(DeviceLimits, AreThereWhereADeviceIs) {
    const auto is_here = [](const Evaluator& e) { return e.name == "cuda" && e.missing().empty(); };
    EXPECT_EQ(device_limits().has_value(), std::ranges::any_of(evaluators(), is_here));
}

}  // namespace
}  // namespace gradscape::kernels
