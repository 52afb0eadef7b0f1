// What is counted of two surfaces of one field, and how parts of it are merged.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cmath>

#include "gradscape/comparison.hpp"

namespace gradscape::compare {
namespace {

/// The larger error; among equal ones the lower cell.
void take_larger(std::optional<ComparedCell>& mine, const std::optional<ComparedCell>& other) {
    if (!other) return;
    if (!mine || other->error > mine->error ||
        (other->error == mine->error && other->cell < mine->cell))
        mine = other;
}

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

std::size_t UlpHistogram::bucket(std::uint64_t ulps) {
    if (ulps < 16) return static_cast<std::size_t>(ulps);
    const int octave = static_cast<int>(std::bit_width(ulps)) - 1;  // 4 … 63
    const std::uint64_t eighth = ulps >> (octave - 3) & 7;
    return static_cast<std::size_t>(16 + (octave - 4) * 8) + static_cast<std::size_t>(eighth);
}

std::uint64_t UlpHistogram::bucket_end(std::size_t bucket) {
    if (bucket < 16) return bucket;
    const std::size_t octave = 4 + (bucket - 16) / 8, eighth = (bucket - 16) % 8;
    const std::uint64_t first = (8 + eighth) << (octave - 3);
    return first + ((std::uint64_t{1} << (octave - 3)) - 1);
}

void UlpHistogram::merge(const UlpHistogram& other) {
    for (std::size_t b = 0; b < counts_.size(); ++b) counts_[b] += other.counts_[b];
}

std::uint64_t UlpHistogram::total() const {
    std::uint64_t total = 0;
    for (std::uint64_t count : counts_) total += count;
    return total;
}

std::uint64_t UlpHistogram::percentile(double q) const {
    const auto wanted = std::max<std::uint64_t>(
        static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(total()))), 1);
    std::uint64_t below = 0;
    for (std::size_t b = 0; b < counts_.size(); ++b)
        if ((below += counts_[b]) >= wanted) return bucket_end(b);
    return 0;
}

std::vector<std::uint64_t> UlpHistogram::octaves() const {
    std::vector<std::uint64_t> octaves;
    for (std::size_t b = 0; b < counts_.size(); ++b) {
        if (counts_[b] == 0) continue;
        const auto octave = static_cast<std::size_t>(std::bit_width(bucket_end(b)));
        octaves.resize(std::max(octaves.size(), octave + 1));
        octaves[octave] += counts_[b];
    }
    return octaves;
}

std::uint64_t FieldComparison::class_mismatches() const {
    std::uint64_t count = 0;
    for (std::size_t a = 0; a < value_class_count; ++a)
        for (std::size_t b = 0; b < value_class_count; ++b)
            if (a != b) count += classes[a][b];
    return count;
}

std::uint64_t FieldComparison::cells() const {
    std::uint64_t count = 0;
    for (const auto& row : classes)
        for (std::uint64_t pairs : row) count += pairs;
    return count;
}

void FieldComparison::merge(const FieldComparison& other) {
    for (std::size_t m = 0; m < largest.size(); ++m)
        compare::take_larger(largest[m], other.largest[m]);
    if (other.first_beyond && (!first_beyond || other.first_beyond->cell < first_beyond->cell))
        first_beyond = other.first_beyond;
    for (std::size_t a = 0; a < value_class_count; ++a)
        for (std::size_t b = 0; b < value_class_count; ++b) classes[a][b] += other.classes[a][b];
    ulps.merge(other.ulps);
    beyond += other.beyond;
    not_judged += other.not_judged;
    one_sided += other.one_sided;
}

}  // namespace gradscape
