// SPDX-License-Identifier: MIT
#pragma once

namespace gradscape::test {

/// How many times longer than in Release a cell takes in this build, roughly. What a test needs to
/// last, or has in plenty, is divided by it.
#if defined(__SANITIZE_THREAD__)
inline constexpr int slowdown = 200;
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr int slowdown = 100;
#else
inline constexpr int slowdown = 1;
#endif

}  // namespace gradscape::test
