// Statistics of cells, one after the other, as a thread gathers them; merging is the same in any
// order, since ties go to the lower cell.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "gradscape/core/platform.hpp"
#include "gradscape/field_statistics.hpp"

namespace gradscape {

template <class Real>
struct CellStatistics {
    Real min = static_cast<Real>(HUGE_VAL),
         max = -static_cast<Real>(HUGE_VAL);  ///< none: min > max
    unsigned min_cell = 0, max_cell = 0;
    unsigned positive_infinite = 0, negative_infinite = 0, nan = 0;
    unsigned negative_infinite_cell = 0;  ///< the first of them, where there are any

    /// Cells in ascending order.
    GRADSCAPE_HD void add(Real value, unsigned cell) {
        if (value - value == 0) {
            value += 0;  // −0 and 0 are one value
            if (value < min) min = value, min_cell = cell;
            if (value > max) max = value, max_cell = cell;
        } else if (value != value) {
            ++nan;
        } else if (value > 0) {
            ++positive_infinite;
        } else if (negative_infinite++ == 0) {
            negative_infinite_cell = cell;
        }
    }
    GRADSCAPE_HD void merge(const CellStatistics& o) {
        if (o.min < min || (o.min == min && o.min_cell < min_cell))
            min = o.min, min_cell = o.min_cell;
        if (o.max > max || (o.max == max && o.max_cell < max_cell))
            max = o.max, max_cell = o.max_cell;
        if (o.negative_infinite > 0 &&
            (negative_infinite == 0 || o.negative_infinite_cell < negative_infinite_cell))
            negative_infinite_cell = o.negative_infinite_cell;
        positive_infinite += o.positive_infinite;
        negative_infinite += o.negative_infinite;
        nan += o.nan;
    }
};

/// Of CellStatistics, or what else has members of the same names and meanings.
template <class Found>
FieldStatistics field_statistics(const Found& found) {
    FieldStatistics all;
    all.positive_infinite = found.positive_infinite;
    all.negative_infinite = found.negative_infinite;
    all.nan = found.nan;
    all.negative_infinite_cell = found.negative_infinite_cell;
    if (found.min > found.max) return all;
    all.min = static_cast<double>(found.min) + 0.0;  // no −0
    all.max = static_cast<double>(found.max) + 0.0;
    all.min_cell = found.min_cell;
    all.max_cell = found.max_cell;
    return all;
}

/// Of a part's cells; `place(cell)` is where one lies in the grid.
template <class Place>
FieldStatistics in_grid(FieldStatistics part, Place place) {
    for (std::uint64_t* cell : {&part.min_cell, &part.max_cell, &part.negative_infinite_cell})
        *cell = place(*cell);
    return part;
}

/// Of values in memory, numbered from 0, by the calling thread.
template <class Real>
FieldStatistics statistics_of(std::span<const Real> values, bool histogram = false) {
    constexpr std::size_t most = std::size_t{1} << 16;  // CellStatistics has no room for all
    FieldStatistics all;
    for (std::size_t first = 0; first < values.size(); first += most) {
        CellStatistics<Real> found;
        const auto part = values.subspan(first, std::min(most, values.size() - first));
        for (std::size_t i = 0; i < part.size(); ++i) found.add(part[i], static_cast<unsigned>(i));
        all.merge(
            in_grid(field_statistics(found), [first](std::uint64_t cell) { return first + cell; }));
    }
    if (histogram)
        for (const Real value : values)
            if (std::isfinite(value)) ++all.histogram.counts[OctaveHistogram::bin_of(value)];
    return all;
}

}  // namespace gradscape
