// What a surface holds: extremes and where, and the non-finite cells by class.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "gradscape/strips.hpp"

namespace gradscape {

/// Of one field. Cells are row-major indices, row 0 = lowest w_rec.
struct FieldStatistics {
    double min = std::numeric_limits<double>::quiet_NaN();  ///< of the finite cells; NaN: none is
    double max = std::numeric_limits<double>::quiet_NaN();
    std::uint64_t min_cell = 0, max_cell = 0;  ///< where; the lowest index among equal cells
    std::uint64_t positive_infinite = 0, negative_infinite = 0, nan = 0;

    std::uint64_t non_finite() const { return positive_infinite + negative_infinite + nan; }
    /// The same for both parts together, in any order and grouping.
    void merge(const FieldStatistics& other);
};

/// Gathers the statistics of all fields of a request. No file.
class StatisticsSink : public Sink {
public:
    explicit StatisticsSink(const SurfaceRequest& request);

    /// After run_strips; the field must be one of the request's.
    const FieldStatistics& of(Field field) const {
        return totals_[static_cast<std::size_t>(field)];
    }

    std::unique_ptr<Piece> make_piece() const override;
    std::size_t piece_bytes(std::size_t rows) const override;
    void encode(const Strip& strip, Piece& piece) const override;
    void commit(Piece& piece) override;
    void finish() override {}
    std::uint64_t bytes_written() const override { return 0; }

private:
    std::size_t cols_;
    FieldSet fields_;
    Precision precision_;
    std::array<FieldStatistics, field_count> totals_;
};

}  // namespace gradscape
