// What a GPU does at most, measured by kernels that do nothing else.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

namespace gradscape {

/// bytes/s of its memory and of the link to the host (pinned memory), flop/s of multiply-adds.
struct DeviceLimits {
    double store = 0, read = 0, to_device = 0, from_device = 0;
    double flop_f32 = 0, flop_f64 = 0;
};

/// Of the first CUDA device; none where the evaluator `cuda` cannot run. RunError where a kernel
/// gives a wrong result.
std::optional<DeviceLimits> device_limits();

}  // namespace gradscape
