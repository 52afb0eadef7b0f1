// SPDX-License-Identifier: MIT
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
