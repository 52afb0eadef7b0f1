// What the machine can do at most, measured in the process that times the cases, with the threads
// that they use. Each is the best of several tries: a limit that was disturbed would flatter.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gradscape/internal/device_limits.hpp"

namespace gradscape::bench {

struct Limits {
    double store = 0, read = 0;         ///< bytes/s of memory, by writing and by summing
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

/// Well beyond the caches.
inline constexpr std::size_t limit_bytes = std::size_t{512} << 20;

/// `bytes`: of the memory that is written and read.
Limits measure_limits(unsigned threads, std::size_t bytes = limit_bytes);

/// The limits with one of them measured anew: a machine that others share is not always as fast, so
/// a case is held against what was possible beside it. A GPU's are left as they are.
Limits with_measured(Limits limits, LimitKind kind, unsigned threads,
                     std::size_t bytes = limit_bytes);

/// The larger of each: of two measurements, the less disturbed one.
Limits larger(const Limits& a, const Limits& b);

}  // namespace gradscape::bench
