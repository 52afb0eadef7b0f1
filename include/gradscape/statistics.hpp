// What a surface holds: extremes and where, the non-finite cells by class, a histogram.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/strips.hpp"

namespace gradscape {

/// Of a strip.
struct StatisticsPiece : Piece {
    FieldArray<FieldStatistics> fields;
};

/// Gathers the statistics of all fields of a view, or, where strips have colours alone, of its
/// only field.
class StatisticsSink : public DurableSinkOf<StatisticsPiece> {
public:
    explicit StatisticsSink(const View& view, bool histogram = false);

    /// After run_strips; the field must be one of the view's.
    const FieldStatistics& of(Field field) const { return totals_[field]; }

    StatisticsUse statistics_use() const override {
        return histogram_ ? StatisticsUse::histogram : StatisticsUse::extremes;
    }
    std::size_t piece_bytes(std::size_t) const override { return sizeof(StatisticsPiece); }
    SinkState save() override;
    void restore(std::string_view state, std::uint64_t rows_done) override;
    void join(const io::ShardPart& part) override;

protected:
    void encode_strip(const Strip& strip, bool first, StatisticsPiece& piece) const override;
    void commit_strip(StatisticsPiece& piece) override;
    std::string pack_strip(const Strip& strip, const StatisticsPiece& piece) const override;
    void unpack_strip(const Strip& place, std::string_view bytes,
                      StatisticsPiece& piece) const override;

private:
    FieldArray<FieldStatistics> read(std::string_view state) const;

    std::size_t cols_;
    FieldSet fields_;
    Precision precision_;
    bool histogram_;
    FieldArray<FieldStatistics> totals_;
};

}  // namespace gradscape
