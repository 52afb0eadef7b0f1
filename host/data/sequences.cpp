// Sums over the data, and merging by an open-addressing table of row numbers, keyed by the rows
// themselves: one pass, and no copy of a row before it is known to be new.
// SPDX-License-Identifier: MIT
#include "gradscape/sequences.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "gradscape/stop.hpp"

namespace gradscape::data {
namespace {

std::uint64_t hash_row(std::span<const double> inputs, double target) {
    const auto mix = [](std::uint64_t hash, double value) {
        // + 0.0 turns −0.0 into 0.0, which are equal and must hash equally.
        const auto word = std::bit_cast<std::uint64_t>(value + 0.0) * 0x9e3779b97f4a7c15;
        return (std::rotl(hash ^ word ^ (word >> 32), 27)) * 0xd6e8feb86659fd93;
    };
    std::uint64_t hash = mix(0, target);
    for (double input : inputs) hash = mix(hash, input);
    return hash ^ (hash >> 29);
}

class RowTable {
public:
    explicit RowTable(std::size_t rows) : slots_(std::bit_ceil(2 * rows + 2), empty) {}

    /// The slot of a row equal to (inputs, target) in `rows`, or the empty one where it belongs.
    std::uint64_t& find(const Sequences& rows, std::span<const double> inputs, double target) {
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t at = hash_row(inputs, target) & mask;; at = (at + 1) & mask)
            if (slots_[at] == empty || equal(rows, slots_[at], inputs, target)) return slots_[at];
    }

    static constexpr std::uint64_t empty = ~std::uint64_t{0};

private:
    static bool equal(const Sequences& rows, std::uint64_t row, std::span<const double> inputs,
                      double target) {
        return rows.targets[row] == target && std::ranges::equal(rows.inputs_of(row), inputs);
    }

    std::vector<std::uint64_t> slots_;
};

}  // namespace
}  // namespace gradscape::data

namespace gradscape {

double Sequences::total_weight() const {
    double total = 0;
    for (double weight : weights) total += weight;
    return total;
}

std::size_t count_distinct(const Sequences& sequences) {
    std::size_t distinct = 0;
    data::RowTable table(sequences.count);
    StopCheck check(256);
    for (std::size_t i = 0; i < sequences.count; ++i) {
        check();
        std::uint64_t& row = table.find(sequences, sequences.inputs_of(i), sequences.targets[i]);
        if (row == data::RowTable::empty) row = i, ++distinct;
    }
    return distinct;
}

Sequences merge_identical(const Sequences& sequences) {
    Sequences merged{0, sequences.length, {}, {}, {}};
    data::RowTable table(sequences.count);
    StopCheck check(256);
    for (std::size_t i = 0; i < sequences.count; ++i) {
        check();
        const auto inputs = sequences.inputs_of(i);
        std::uint64_t& row = table.find(merged, inputs, sequences.targets[i]);
        if (row != data::RowTable::empty) {
            merged.weights[row] += sequences.weights[i];
            continue;
        }
        row = merged.count++;
        merged.inputs.insert(merged.inputs.end(), inputs.begin(), inputs.end());
        merged.targets.push_back(sequences.targets[i]);
        merged.weights.push_back(sequences.weights[i]);
    }
    return merged;
}

}  // namespace gradscape
