// The data: N sequences of length T with targets and multiplicities.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "gradscape/atomic_file.hpp"

namespace gradscape {

/// N sequences x_i of length T, target t_i, weight m_i > 0. Plain values, C order.
struct Sequences {
    std::size_t count = 0;        ///< N
    std::size_t length = 0;       ///< T
    std::vector<double> inputs;   ///< N × T; x_i,k (k = 1…T) is inputs[i * length + k - 1]
    std::vector<double> targets;  ///< N
    std::vector<double> weights;  ///< N; multiplicities, all 1 unless merged or given

    std::span<const double> inputs_of(std::size_t i) const {
        return {inputs.data() + i * length, length};
    }
    /// M = Σ m_i, summed in order.
    double total_weight() const;

    bool operator==(const Sequences&) const = default;
};

/// Training and test part of one draw of the generator.
struct CountingData {
    Sequences train, test;
};

/// numpy's `np.random.seed(seed)`, then `np.around(np.random.rand(T))` per row: N training rows,
/// then N_test test rows, bit for bit; target = number of ones. Lengths and counts ≥ 1 (N_test ≥
/// 0).
CountingData make_counting_data(std::uint32_t seed, std::size_t count, std::size_t length,
                                std::size_t test_count);

/// Identical (inputs, target) rows become one with the sum of their weights, in order of first
/// appearance. Loss and gradients are unchanged up to rounding.
Sequences merge_identical(const Sequences& sequences);

/// How many sequences merge_identical would leave; takes no copy.
std::size_t count_distinct(const Sequences& sequences);

/// CSV with the columns x1,…,xT and, if there are any, target and weight, in any order; without
/// `target` the row sum. Fields are separated by commas, semicolons or tabs and may be quoted;
/// blank lines and those that begin with # are passed over. InputError that names file:line, what
/// is there and what would be right; MemoryError where the sequences need more than so many bytes.
Sequences read_sequences_csv(const std::string& path,
                             std::size_t allowed = std::numeric_limits<std::size_t>::max());

/// The same format, doubles shortest-round-trip; `weight` only where one differs from 1. Atomic.
void write_sequences_csv(AtomicFile file, const Sequences& sequences);

}  // namespace gradscape
