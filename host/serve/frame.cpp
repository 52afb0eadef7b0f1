// SPDX-License-Identifier: MIT
#include "gradscape/frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "gradscape/context.hpp"
#include "gradscape/stop.hpp"
#include "gradscape/strips.hpp"
#include "host/serve/parallel.hpp"
#include "host/serve/turns.hpp"

namespace gradscape::serve {
namespace {

using Show = std::function<void(const FramePiece&)>;

/// Extremes of what was shown of the frame itself, previews left out.
class Extremes {
public:
    void add(double value) {
        if (!std::isfinite(value)) return void(++non_finite_);
        min_ = std::min(min_, value);
        max_ = std::max(max_, value);
    }
    void add(const Extremes& other) {
        min_ = std::min(min_, other.min_);
        max_ = std::max(max_, other.max_);
        non_finite_ += other.non_finite_;
    }
    void add(const FieldStatistics& statistics) {
        if (statistics.min == statistics.min) add(statistics.min);
        if (statistics.max == statistics.max) add(statistics.max);
        non_finite_ += statistics.non_finite();
    }
    FrameFacts facts(Precision precision) const {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        const bool any = min_ <= max_;
        return {precision, any ? min_ : none, any ? max_ : none, non_finite_};
    }

private:
    double min_ = std::numeric_limits<double>::infinity(), max_ = -min_;
    std::uint64_t non_finite_ = 0;
};

/// Strips from the top down. Runs are solved some bands at a time, so that the memory is that of a
/// few rows, whatever the frame; a device wants more at once.
Extremes show_colors(const ColorFiller& colors, const Grid& grid, const Show& show) {
    constexpr std::size_t run_cells = std::size_t{1} << 18, index_cells = std::size_t{1} << 22;
    const bool runs = colors.shape == ColorShape::runs;
    const std::size_t least = runs ? run_block_rows(grid) : band_rows(grid);
    const std::size_t most = (runs ? run_cells : index_cells) / grid.cols();
    const std::size_t height = std::max(most / least, std::size_t{1}) * least;
    Extremes extremes;
    StripColors strip;
    for (std::size_t end = grid.rows(); end > 0;) {
        check_stop();
        const std::size_t rows = std::min((end - 1) % height + 1, end), first = end - rows;
        colors.fill({first, rows, {}}, strip);
        FramePiece piece{0, static_cast<std::int64_t>(first), grid.cols(), rows, 1, {}, {}};
        if (runs)
            piece.runs = {strip.runs.get(), strip.run_count};
        else
            piece.indices = {strip.indices.data(), rows * grid.cols()};
        show(piece);
        extremes.add(strip.statistics);
        end = first;
    }
    return extremes;
}

template <class Real>
void color_row(const Real* values, const ColorMap& map, std::span<std::uint8_t> indices,
               Extremes& extremes) {
    for (std::size_t j = 0; j < indices.size(); ++j) {
        const auto value = static_cast<double>(values[j]);
        indices[j] = map.index(value);
        extremes.add(value);
    }
}

/// The rows of a block of values that lie in the frame, as a piece.
struct Window {
    const std::byte* values;
    std::size_t stride, first_column, first_row, cols, rows;  ///< of values
};
std::vector<std::uint8_t> color_window(const Window& window, Precision precision,
                                       const ColorMap& map, Extremes& extremes) {
    std::vector<std::uint8_t> indices(window.cols * window.rows);
    with_real(precision, [&](auto real) {
        using Real = decltype(real);
        const auto* values = reinterpret_cast<const Real*>(window.values);
        for (std::size_t i = 0; i < window.rows; ++i)
            color_row(values + (window.first_row + i) * window.stride + window.first_column, map,
                      {indices.data() + i * window.cols, window.cols}, extremes);
    });
    return indices;
}

/// Rows of a grid of any kind, of which nothing is kept.
std::vector<std::byte> fill_rows(const StripFiller& filler, const View& view, Field field,
                                 std::size_t first, std::size_t rows) {
    std::vector<std::byte> values(rows * view.grid.cols() * size_of(view.precision));
    Strip strip{first, rows, {}};
    strip.data[field] = values.data();
    filler(strip);
    return values;
}

/// A level of detail of a lattice: what is to be shown of it, block by block, the middle first.
struct Level {
    Lattice lattice;
    std::size_t scale;
};

struct BlockPlace {
    std::int64_t column, row;
};

std::vector<BlockPlace> blocks_from_the_middle(const Lattice& lattice) {
    const BlockRange columns = blocks_of(lattice.wx), rows = blocks_of(lattice.wrec);
    std::vector<BlockPlace> places;
    for (std::int64_t row = rows.first; row < rows.end; ++row)
        for (std::int64_t column = columns.first; column < columns.end; ++column)
            places.push_back({column, row});
    // Twice the distances, which are whole so.
    const auto distance = [&](const BlockPlace& place) {
        const std::int64_t x =
            2 * (place.column - columns.first) + 1 - (columns.end - columns.first);
        const std::int64_t y = 2 * (place.row - rows.first) + 1 - (rows.end - rows.first);
        return x * x + y * y;
    };
    std::ranges::stable_sort(places, {}, distance);
    return places;
}

/// The part of a block that a lattice's axis shows.
struct Shown {
    std::size_t first, count;
    std::int64_t at;  ///< of the first, on the lattice's axis
};
Shown shown_of(const LatticeAxis& block, const LatticeAxis& axis) {
    const std::int64_t from = std::max(block.first, axis.first),
                       to = std::min(block.end(), axis.end());
    return {static_cast<std::size_t>(from - block.first), static_cast<std::size_t>(to - from),
            from};
}

BlockKey key_of(const LoadedModel& model, const View& view, Field field, const Lattice& lattice) {
    return {&model,
            field,
            view.method,
            view.precision,
            view.fields.any_training() ? view.training : TrainingOptions{},
            lattice.wx.pitch,
            lattice.wrec.pitch,
            0,
            0};
}

/// A frame that is coloured by its values: what is needed on the way, and what was shown so far.
class ValueFrame {
public:
    /// `wait_for_turn` returns when this frame may work, or at a stop.
    ValueFrame(const LoadedModel& model, const FrameJob& job, const View& view, BlockCache& cache,
               unsigned threads, const std::function<void()>& wait_for_turn, const Show& show)
        : model_(model),
          job_(job),
          view_(view),
          cache_(cache),
          threads_(threads),
          wait_for_turn_(wait_for_turn),
          show_(show) {}

    /// Strip by strip, of any grid.
    void show_strips() {
        const StripFiller filler = model_.values(view_);
        const StripPlan plan = plan_strips(job_.grid, model_.preferred_strip_cells());
        for_each_parallel(plan.count(), threads_, [&](std::size_t i) {
            wait_for_turn_();
            const Strip place = plan.strip(i);
            const auto values = fill_rows(filler, view_, job_.field, place.first_row, place.rows);
            show({values.data(), job_.grid.cols(), 0, 0, job_.grid.cols(), place.rows}, 0,
                 static_cast<std::int64_t>(place.first_row), 1);
        });
    }

    /// The lattice's every 2^levels-th point, block by block.
    void show_level(int levels) {
        const Lattice lattice = job_.lattice->coarser(levels);
        const std::vector<BlockPlace> places = blocks_from_the_middle(lattice);
        const std::int64_t scale = std::int64_t{1} << levels;
        for_each_parallel(places.size(), threads_, [&](std::size_t i) {
            BlockKey key = key_of(model_, view_, job_.field, lattice);
            key.column = places[i].column;
            key.row = places[i].row;
            const Lattice block{block_axis(key.column, key.wx), block_axis(key.row, key.wrec)};
            const std::shared_ptr<const Block> values = values_of(key, block);
            const Shown x = shown_of(block.wx, lattice.wx);
            const Shown y = shown_of(block.wrec, lattice.wrec);
            show({values->data(), block_points, x.first, y.first, x.count, y.count},
                 x.at * scale - job_.lattice->wx.first, y.at * scale - job_.lattice->wrec.first,
                 static_cast<std::size_t>(scale));
        });
    }

    /// Whether the cache has all blocks of the lattice.
    bool is_known() const {
        const BlockRange columns = blocks_of(job_.lattice->wx),
                         rows = blocks_of(job_.lattice->wrec);
        BlockKey key = key_of(model_, view_, job_.field, *job_.lattice);
        for (key.row = rows.first; key.row < rows.end; ++key.row)
            for (key.column = columns.first; key.column < columns.end; ++key.column)
                if (!cache_.find(key)) return false;
        return true;
    }

    FrameFacts facts() const { return extremes_.facts(view_.precision); }

private:
    std::shared_ptr<const Block> values_of(const BlockKey& key, const Lattice& block) {
        std::shared_ptr<const Block> values = cache_.find(key);
        if (values) return values;
        wait_for_turn_();
        View of_block = view_;
        of_block.grid = block.grid();
        values = std::make_shared<const Block>(
            fill_rows(model_.values(of_block), of_block, job_.field, 0, block_points));
        cache_.insert(key, values);
        return values;
    }

    void show(const Window& window, std::int64_t column, std::int64_t row, std::size_t scale) {
        Extremes of_piece;
        const auto indices = color_window(window, view_.precision, job_.map, of_piece);
        const std::lock_guard lock(mutex_);
        check_stop();
        show_({column, row, window.cols, window.rows, scale, {}, indices});
        if (scale == 1) extremes_.add(of_piece);
    }

    const LoadedModel& model_;
    const FrameJob& job_;
    const View& view_;
    BlockCache& cache_;
    const unsigned threads_;
    const std::function<void()>& wait_for_turn_;
    const Show& show_;
    std::mutex mutex_;  ///< of show_() and of
    Extremes extremes_;
};

}  // namespace
}  // namespace gradscape::serve

namespace gradscape {

FrameRenderer::FrameRenderer(std::size_t cache_bytes, unsigned threads)
    : turns_(std::make_unique<serve::Turns>()),
      cache_(cache_bytes),
      threads_(threads > 0 ? threads : available_threads()) {}

FrameRenderer::~FrameRenderer() = default;

ColoredView FrameRenderer::plan(const LoadedModel& model, const FrameJob& job) {
    RenderJob render;
    render.grid = job.grid;
    render.field = job.field;
    render.method = job.method;
    render.training = job.training;
    render.map = job.map;
    ColoredView plan = decide_colors(model, render);
    // A frame has no values beside it that would be counted as well.
    if (!plan.colors) plan.colors = model.colors(plan.view, job.field, job.map);
    return plan;
}

FrameFacts FrameRenderer::render(const LoadedModel& model, const FrameJob& job,
                                 std::stop_token stop,
                                 const std::function<void(const FramePiece&)>& show) {
    const StopScope scope(stop);
    return render(model, job, plan(model, job), std::move(stop), show);
}

FrameFacts FrameRenderer::render(const LoadedModel& model, const FrameJob& job,
                                 const ColoredView& plan, std::stop_token stop,
                                 const std::function<void(const FramePiece&)>& show) {
    const StopScope scope(stop);
    const View& view = plan.view;
    if (plan.colors) return serve::show_colors(plan.colors, job.grid, show).facts(view.precision);

    const serve::Turns::Claim claim(*turns_);
    const std::function<void()> wait_for_turn = [&] { claim.wait(stop); };
    serve::ValueFrame frame(model, job, view, cache_, threads_, wait_for_turn, show);
    // The row form's values depend on the grid's ends, within its error bound.
    if (!job.lattice || view.method == Method::rows) {
        frame.show_strips();
        return frame.facts();
    }
    if (!frame.is_known()) {
        if (view.fields.any_training()) frame.show_level(4);
        frame.show_level(2);
    }
    frame.show_level(0);
    return frame.facts();
}

}  // namespace gradscape
