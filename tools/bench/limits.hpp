// What the machine can do at most, measured in the process that times the cases, with the threads
// that they use. Each is the best of several tries: a limit that was disturbed would flatter.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gradscape/device_limits.hpp"

namespace gradscape::bench {

struct Limits {
    double store = 0, read = 0;         ///< bytes/s of memory, by memset and by summing
    double flop_f32 = 0, flop_f64 = 0;  ///< flop/s of multiply-adds
    DeviceLimits device = {};           ///< of a GPU; zeros where there is none
};

/// Which of them bounds a case. `link`: bytes that a GPU sends to the host.
enum class LimitKind : std::uint8_t {
    none,
    store,
    read,
    flop_f32,
    flop_f64,
    link,
    device_f32,
    device_f64
};
bool is_memory(LimitKind kind);  ///< else flop/s

std::string_view name_of(LimitKind kind);
double value_of(const Limits& limits, LimitKind kind);

/// `bytes`: of the memory that is written and read; well beyond the caches.
Limits measure_limits(unsigned threads, std::size_t bytes = std::size_t{512} << 20);

/// The larger of each: of two measurements, the less disturbed one.
Limits larger(const Limits& a, const Limits& b);

}  // namespace gradscape::bench
