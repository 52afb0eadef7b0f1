// A field's statistics in the journal of a render; the histogram, by far the largest part, only
// where it was asked for.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/field_statistics.hpp"
#include "host/io/byte_record.hpp"

namespace gradscape::io {

inline void put(ByteWriter& out, const FieldStatistics& statistics, bool histogram) {
    out.put(statistics.min).put(statistics.max).put(statistics.min_cell).put(statistics.max_cell);
    out.put(statistics.positive_infinite).put(statistics.negative_infinite).put(statistics.nan);
    out.put(statistics.negative_infinite_cell);
    if (histogram) out.put(statistics.histogram.counts);
}

inline FieldStatistics get_statistics(ByteReader& in, bool histogram) {
    FieldStatistics statistics;
    for (double* value : {&statistics.min, &statistics.max}) *value = in.get<double>();
    for (std::uint64_t* count :
         {&statistics.min_cell, &statistics.max_cell, &statistics.positive_infinite,
          &statistics.negative_infinite, &statistics.nan, &statistics.negative_infinite_cell})
        *count = in.get<std::uint64_t>();
    if (histogram) statistics.histogram.counts = in.get<decltype(OctaveHistogram::counts)>();
    return statistics;
}

}  // namespace gradscape::io
