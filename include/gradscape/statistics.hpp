// What a surface holds: extremes and where, the non-finite cells by class, a histogram.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "gradscape/strips.hpp"

namespace gradscape {

/// Gathers the statistics of all fields of a request. No file.
class StatisticsSink : public Sink {
public:
    explicit StatisticsSink(const SurfaceRequest& request, bool histogram = false);

    /// After run_strips; the field must be one of the request's.
    const FieldStatistics& of(Field field) const {
        return totals_[static_cast<std::size_t>(field)];
    }

    std::unique_ptr<Piece> make_piece() const override;
    StatisticsUse statistics_use() const override {
        return histogram_ ? StatisticsUse::histogram : StatisticsUse::extremes;
    }
    std::size_t piece_bytes(std::size_t rows) const override;
    void encode(const Strip& strip, Piece& piece) const override;
    void commit(Piece& piece) override;
    void finish() override {}
    std::uint64_t bytes_written() const override { return 0; }
    SinkState save() override;
    void restore(std::string_view state) override;

private:
    std::size_t cols_;
    FieldSet fields_;
    Precision precision_;
    bool histogram_;
    std::array<FieldStatistics, field_count> totals_;
};

}  // namespace gradscape
