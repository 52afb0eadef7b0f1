// What tests divide by, so that they take seconds under sanitizers too.
// SPDX-License-Identifier: MIT
#pragma once

#include "kernels/emulation/sanitizers.hpp"

namespace gradscape::test {

/// How many times longer than in Release a cell takes in this build, roughly. What a test needs to
/// last, or has in plenty, is divided by it.
inline constexpr int slowdown = emulation::thread_sanitizer    ? 200
                                : emulation::address_sanitizer ? 100
                                                               : 1;

}  // namespace gradscape::test
