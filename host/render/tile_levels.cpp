// SPDX-License-Identifier: MIT
#include "host/render/tile_levels.hpp"

#include <utility>
#include <vector>

#include "host/common/aligned_memory.hpp"
#include "host/common/lazy.hpp"

namespace gradscape::rendering {
namespace {

using io::TilePlace;
using io::TilePlan;

/// The rows of a band that are not empty.
Strip strip_of(const TilePlace& place, const Strip& band, std::size_t row_bytes) {
    Strip strip = band;
    strip.first_row = place.first_row;
    strip.rows = place.rows;
    for (void*& data : strip.data)
        if (data) data = static_cast<std::byte*>(data) + place.offset * row_bytes;
    return strip;
}

struct LevelBuffers : Source::Buffers {
    common::AlignedMemory values;
    StripColors colors;
    std::unique_ptr<StripStatistics> statistics;
};

/// What both kinds share: a filler for each level, made when its first strip is filled.
template <class Filler>
class LevelsSource : public Source {
public:
    LevelsSource(const LoadedModel& model, const View& view, const TilePlan& plan)
        : Source(all_levels(view.grid, plan)),
          plan_(plan),
          model_(model),
          view_(view),
          fillers_(plan.levels().size()) {}

protected:
    template <class Make>
    const Filler& filler(std::size_t level, Make make) const {
        return fillers_[level].get([&] {
            View view = view_;
            view.grid = level_grid(view_.grid, level);
            return make(view);
        });
    }
    std::size_t row_bytes(std::size_t level) const {
        return plan_.levels()[level].cols * size_of(view_.precision);
    }
    Field field() const { return *view_.fields.begin(); }

    const TilePlan& plan_;
    const LoadedModel& model_;
    const View view_;

private:
    std::vector<common::Lazy<Filler>> fillers_;
};

class LevelValues : public LevelsSource<StripFiller> {
public:
    using LevelsSource::LevelsSource;

    std::size_t strip_bytes(std::size_t rows, StatisticsUse use) const override {
        return rows * row_bytes(0) + (use == StatisticsUse::none ? 0 : sizeof(StripStatistics));
    }
    std::unique_ptr<Buffers> make_buffers(std::size_t rows, StatisticsUse use) const override {
        auto buffers = std::make_unique<LevelBuffers>();
        buffers->values = common::make_aligned(rows * row_bytes(0));
        if (use == StatisticsUse::none) return buffers;
        buffers->statistics = std::make_unique<StripStatistics>();
        buffers->statistics->histogram = use == StatisticsUse::histogram;
        return buffers;
    }
    void open(Strip& strip, Buffers& buffers) const override {
        auto& own = static_cast<LevelBuffers&>(buffers);
        strip.data[field()] = own.values.get();
        strip.statistics = own.statistics.get();
        if (strip.statistics) strip.statistics->known = {};
    }
    void fill(const Strip& rows, Buffers&) const override {
        const TilePlace place = plan_.place(rows.first_row, rows.rows);
        if (place.rows == 0) return;
        const auto make = [this](const View& view) { return model_.values(view); };
        filler(place.level, make)(strip_of(place, rows, row_bytes(place.level)));
    }
    bool is_divisible() const override { return model_.preferred_strip_cells() == 0; }
};

class LevelColors : public LevelsSource<ColorFiller> {
public:
    LevelColors(const LoadedModel& model, const View& view, const ColorMap& map,
                const TilePlan& plan, ColorShape shape)
        : LevelsSource(model, view, plan), map_(map), shape_(shape) {}

    std::size_t strip_bytes(std::size_t rows, StatisticsUse) const override {
        if (shape_ == ColorShape::indices) return rows * plan_.cols();
        return block_rows() * (plan_.cols() + 1) * (sizeof(ColorRun) + sizeof(double));
    }
    std::unique_ptr<Buffers> make_buffers(std::size_t, StatisticsUse) const override {
        return std::make_unique<LevelBuffers>();
    }
    void open(Strip& strip, Buffers& buffers) const override {
        strip.colors = &static_cast<LevelBuffers&>(buffers).colors;
    }
    void fill(const Strip& rows, Buffers& buffers) const override {
        const TilePlace place = plan_.place(rows.first_row, rows.rows);
        if (place.rows == 0) return;
        const auto make = [this](const View& view) { return model_.colors(view, field(), map_); };
        filler(place.level, make)
            .fill({place.first_row, place.rows, {}}, static_cast<LevelBuffers&>(buffers).colors);
    }
    /// Of a multiple of which all rows of tiles are.
    std::size_t block_rows() const override { return shape_ == ColorShape::runs ? 8 : 0; }

private:
    const ColorMap& map_;
    ColorShape shape_;
};

struct FinestPiece : Piece {
    std::unique_ptr<Piece> inner;
    bool is_finest = false;
};

class FinestLevelSink : public DurableSinkOf<FinestPiece> {
public:
    FinestLevelSink(StatisticsSink& sink, const TilePlan& plan, std::size_t value_bytes)
        : sink_(sink), plan_(plan), row_bytes_(plan.cols() * value_bytes) {}

    std::unique_ptr<Piece> make_piece() const override {
        auto piece = std::make_unique<FinestPiece>();
        piece->inner = sink_.make_piece();
        return piece;
    }
    std::size_t piece_bytes(std::size_t rows) const override {
        return sizeof(FinestPiece) + sink_.piece_bytes(rows);
    }
    std::size_t packed_bytes(std::size_t rows) const override { return sink_.packed_bytes(rows); }
    StatisticsUse statistics_use() const override { return sink_.statistics_use(); }
    void join(const io::ShardPart& part) override { sink_.join(part); }
    SinkState save() override { return sink_.save(); }
    void restore(std::string_view state, std::uint64_t rows_done) override {
        sink_.restore(state, rows_done);
    }

protected:
    std::string pack_strip(const Strip& strip, const FinestPiece& piece) const override {
        return piece.is_finest ? sink_.pack(strip, *piece.inner) : std::string();
    }
    void unpack_strip(const Strip& place, std::string_view bytes,
                      FinestPiece& piece) const override {
        piece.is_finest = plan_.place(place.first_row, place.rows).level == 0;
        if (piece.is_finest) sink_.unpack(place, bytes, *piece.inner);
    }
    void encode_strip(const Strip& strip, bool first, FinestPiece& piece) const override {
        const TilePlace place = plan_.place(strip.first_row, strip.rows);
        piece.is_finest = place.level == 0;
        if (piece.is_finest && place.rows > 0)
            sink_.encode(strip_of(place, strip, row_bytes_), first, *piece.inner);
    }
    void commit_strip(FinestPiece& piece) override {
        if (piece.is_finest) sink_.commit(*piece.inner);
    }

private:
    StatisticsSink& sink_;
    const TilePlan& plan_;
    std::size_t row_bytes_;
};

}  // namespace

Grid all_levels(Grid grid, const io::TilePlan& plan) {
    grid.wrec.size = plan.rows();
    return grid;
}

std::unique_ptr<Source> tile_levels_source(const LoadedModel& model, const View& view,
                                           const ColorMap& map, const io::TilePlan& plan,
                                           bool colors) {
    if (!colors) return std::make_unique<LevelValues>(model, view, plan);
    const ColorShape shape = model.colors(view, *view.fields.begin(), map).shape;
    return std::make_unique<LevelColors>(model, view, map, plan, shape);
}

std::unique_ptr<Sink> finest_level_sink(StatisticsSink& sink, const io::TilePlan& plan,
                                        std::size_t value_bytes) {
    return std::make_unique<FinestLevelSink>(sink, plan, value_bytes);
}

}  // namespace gradscape::rendering
