// Minima and maxima by integer keys (which order as the values do, and vectorise), non-finite cells
// counted only in strips that have any.
// SPDX-License-Identifier: MIT
#include "gradscape/statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "host/ordered_key.hpp"

namespace gradscape {
namespace {

struct StatisticsPiece : Piece {
    std::array<FieldStatistics, field_count> fields;
};

template <class Real>
bool all_finite(std::span<const Real> values) {
    OrderedKey<Real> largest = 0;
    for (Real value : values) largest = std::max(largest, magnitude_key(value));
    return largest < magnitude_key(std::numeric_limits<Real>::infinity());
}

template <class Real>
void count_non_finite(std::span<const Real> values, FieldStatistics& statistics) {
    for (Real value : values) {
        if (std::isnan(value))
            ++statistics.nan;
        else if (std::isinf(value))
            ++(value > 0 ? statistics.positive_infinite : statistics.negative_infinite);
    }
}

/// `+ 0` turns −0 into 0: they are equal, so the first of them is the minimum.
template <class Real>
OrderedKey<Real> key_of(Real value) {
    return ordered_key(value + Real(0));
}

template <class Real>
void find_extremes(std::span<const Real> values, bool finite, std::uint64_t first_cell,
                   FieldStatistics& statistics) {
    using Key = OrderedKey<Real>;
    constexpr Key lowest = std::numeric_limits<Key>::min(),
                  highest = std::numeric_limits<Key>::max();
    Key min = highest, max = lowest;
    if (finite) {
        for (Real value : values)
            min = std::min(min, key_of(value)), max = std::max(max, key_of(value));
    } else {
        for (Real value : values) {
            if (!std::isfinite(value)) continue;
            min = std::min(min, key_of(value)), max = std::max(max, key_of(value));
        }
    }
    if (min > max) return;
    const auto cell_of = [&](Key key) {
        const auto at = std::find_if(values.begin(), values.end(),
                                     [key](Real value) { return key_of(value) == key; });
        return first_cell + static_cast<std::uint64_t>(at - values.begin());
    };
    statistics.min = static_cast<double>(from_ordered_key<Real>(min));
    statistics.max = static_cast<double>(from_ordered_key<Real>(max));
    statistics.min_cell = cell_of(min);
    statistics.max_cell = cell_of(max);
}

template <class Real>
FieldStatistics statistics_of(std::span<const Real> values, std::uint64_t first_cell) {
    FieldStatistics statistics;
    const bool finite = all_finite(values);
    if (!finite) count_non_finite(values, statistics);
    find_extremes(values, finite, first_cell, statistics);
    return statistics;
}

}  // namespace

void FieldStatistics::merge(const FieldStatistics& other) {
    positive_infinite += other.positive_infinite;
    negative_infinite += other.negative_infinite;
    nan += other.nan;
    if (std::isnan(other.min)) return;
    const bool first = std::isnan(min);
    if (first || other.min < min || (other.min == min && other.min_cell < min_cell)) {
        min = other.min;
        min_cell = other.min_cell;
    }
    if (first || other.max > max || (other.max == max && other.max_cell < max_cell)) {
        max = other.max;
        max_cell = other.max_cell;
    }
}

StatisticsSink::StatisticsSink(const SurfaceRequest& request)
    : cols_(request.grid.cols()), fields_(request.fields), precision_(request.precision) {}

std::unique_ptr<Piece> StatisticsSink::make_piece() const {
    return std::make_unique<StatisticsPiece>();
}

std::size_t StatisticsSink::piece_bytes(std::size_t) const { return sizeof(StatisticsPiece); }

void StatisticsSink::encode(const Strip& strip, Piece& piece) const {
    auto& result = static_cast<StatisticsPiece&>(piece).fields;
    const std::size_t cells = strip.rows * cols_;
    const std::uint64_t first_cell = std::uint64_t{strip.first_row} * cols_;
    for (std::size_t f = 0; f < field_count; ++f) {
        const auto field = static_cast<Field>(f);
        if (!fields_.has(field)) continue;
        result[f] = precision_ == Precision::f32
                        ? statistics_of<float>({strip.field<float>(field), cells}, first_cell)
                        : statistics_of<double>({strip.field<double>(field), cells}, first_cell);
    }
}

void StatisticsSink::commit(Piece& piece) {
    const auto& fields = static_cast<StatisticsPiece&>(piece).fields;
    for (std::size_t f = 0; f < field_count; ++f) totals_[f].merge(fields[f]);
}

}  // namespace gradscape
