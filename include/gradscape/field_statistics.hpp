// What the values of a field are like: extremes and where, the non-finite cells by class, and a
// histogram by powers of two. All of it is the same in any order and grouping of the cells.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace gradscape {

/// Finite values by sign and octave of the magnitude; the outermost octaves hold what is beyond,
/// and 0 has a bin of its own. Bins ascend with the values.
struct OctaveHistogram {
    static constexpr int lowest = -128, highest = 127;  ///< exponents e: 2^e ≤ |value| < 2^(e+1)
    static constexpr std::size_t octaves = highest - lowest + 1, zero_bin = octaves,
                                 bins = 2 * octaves + 1;

    std::array<std::uint64_t, bins> counts{};

    static constexpr std::size_t bin_of(double value) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        if (bits << 1 == 0) return zero_bin;
        int octave = static_cast<int>(bits >> 52 & 0x7ff) - 1023;  // of subnormals: below lowest
        octave = octave < lowest ? lowest : octave > highest ? highest : octave;
        const auto steps = static_cast<std::size_t>(octave - lowest) + 1;
        return bits >> 63 ? zero_bin - steps : zero_bin + steps;
    }
};

/// Of one field. Cells are row-major indices, row 0 = lowest w_rec.
struct FieldStatistics {
    double min = std::numeric_limits<double>::quiet_NaN();  ///< of the finite cells; NaN: none is
    double max = std::numeric_limits<double>::quiet_NaN();
    std::uint64_t min_cell = 0, max_cell = 0;  ///< where; the lowest index among equal cells
    std::uint64_t positive_infinite = 0, negative_infinite = 0, nan = 0;
    std::uint64_t negative_infinite_cell = 0;  ///< the first of them, where there are any
    OctaveHistogram histogram;                 ///< only where it was asked for

    std::uint64_t non_finite() const { return positive_infinite + negative_infinite + nan; }
    /// The same for both parts together, in any order and grouping.
    void merge(const FieldStatistics& other);
};

}  // namespace gradscape
