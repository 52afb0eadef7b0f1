// The scales of colour bars and axes: monotone maps from values to positions, with their inverses.
// symlog is linear within ±`linear_within` (one unit to each side) and logarithmic beyond. rank is
// of colours alone: how many of a picture's values lie below, for which a ColorMap holds levels of
// their own; between them it is linear.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradscape {

enum class Scale : std::uint8_t { log, linear, symlog, rank };

/// Names as on the command line, indexed by the enumerators.
inline constexpr std::array<std::string_view, 4> scale_names{"log", "linear", "symlog", "rank"};

inline std::string_view name_of(Scale s) { return scale_names[static_cast<std::size_t>(s)]; }

/// A value's position: decades for log and for symlog's outer parts.
inline double to_scale(Scale scale, double value, double linear_within = 1) {
    if (scale == Scale::linear || scale == Scale::rank) return value;
    if (scale == Scale::log) return std::log10(value);
    const double size = std::fabs(value) / linear_within;
    return std::copysign(size <= 1 ? size : 1 + std::log10(size), value);
}

/// The inverse of to_scale.
inline double from_scale(Scale scale, double position, double linear_within = 1) {
    if (scale == Scale::linear || scale == Scale::rank) return position;
    if (scale == Scale::log) return std::pow(10.0, position);
    const double size = std::fabs(position);
    return std::copysign(linear_within * (size <= 1 ? size : std::pow(10.0, size - 1)), position);
}

}  // namespace gradscape
