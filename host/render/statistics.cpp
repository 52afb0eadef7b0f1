// SPDX-License-Identifier: MIT
#include "gradscape/statistics.hpp"

#include <cmath>

#include "gradscape/color_filler.hpp"
#include "gradscape/core/cell_statistics.hpp"
#include "host/io/part_file.hpp"
#include "host/io/statistics_record.hpp"

namespace gradscape::rendering {
namespace {

template <class Real>
FieldStatistics of_strip(const Strip& strip, Field field, std::size_t cols, bool histogram) {
    const std::span<const Real> values(strip.field<Real>(field), strip.rows * cols);
    const std::uint64_t first = std::uint64_t{strip.first_row} * cols;
    return in_grid(statistics_of(values, histogram),
                   [first](std::uint64_t cell) { return first + cell; });
}

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

void FieldStatistics::merge(const FieldStatistics& other) {
    positive_infinite += other.positive_infinite;
    if (other.negative_infinite > 0 &&
        (negative_infinite == 0 || other.negative_infinite_cell < negative_infinite_cell))
        negative_infinite_cell = other.negative_infinite_cell;
    negative_infinite += other.negative_infinite;
    nan += other.nan;
    for (std::size_t bin = 0; bin < OctaveHistogram::bins; ++bin)
        histogram.counts[bin] += other.histogram.counts[bin];
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

StatisticsSink::StatisticsSink(const View& view, bool histogram)
    : cols_(view.grid.cols()),
      fields_(view.fields),
      precision_(view.precision),
      histogram_(histogram) {}

void StatisticsSink::encode_strip(const Strip& strip, bool first, StatisticsPiece& piece) const {
    for (Field field : fields_) {
        FieldStatistics& found = piece.fields[field];
        if (first) found = {};
        if (strip.statistics && strip.statistics->known.has(field))
            found.merge(strip.statistics->of[field]);
        else if (!strip.data[field])
            found.merge(strip.colors->statistics);
        else
            found.merge(with_real(precision_, [&](auto real) {
                return rendering::of_strip<decltype(real)>(strip, field, cols_, histogram_);
            }));
    }
}

void StatisticsSink::commit_strip(StatisticsPiece& piece) {
    for (Field field : fields_) totals_[field].merge(piece.fields[field]);
}

std::string StatisticsSink::pack_strip(const Strip& /*strip*/, const StatisticsPiece& piece) const {
    io::ByteWriter packed;
    for (Field field : fields_) io::put(packed, piece.fields[field], histogram_);
    return packed.bytes();
}

void StatisticsSink::unpack_strip(const Strip& /*place*/, std::string_view bytes,
                                  StatisticsPiece& piece) const {
    piece.fields = read(bytes);
}

SinkState StatisticsSink::save() {
    io::ByteWriter state;
    for (Field field : fields_) io::put(state, totals_[field], histogram_);
    return {state.bytes(), {}, 0};
}

void StatisticsSink::restore(std::string_view state, std::uint64_t /*rows_done*/) {
    totals_ = read(state);
}

void StatisticsSink::join(const io::ShardPart& part) {
    const FieldArray<FieldStatistics> found = read(part.state);
    for (Field field : fields_) totals_[field].merge(found[field]);
}

FieldArray<FieldStatistics> StatisticsSink::read(std::string_view state) const {
    FieldArray<FieldStatistics> found;
    io::ByteReader reader(state);
    for (Field field : fields_) found[field] = io::get_statistics(reader, histogram_);
    reader.expect_end();
    return found;
}

}  // namespace gradscape
