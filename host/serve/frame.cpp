// SPDX-License-Identifier: MIT
#include "gradscape/frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "gradscape/context.hpp"
#include "gradscape/render.hpp"
#include "gradscape/resolution.hpp"
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

}  // namespace
}  // namespace gradscape::serve

namespace gradscape {

FrameRenderer::FrameRenderer(std::size_t cache_bytes, unsigned threads)
    : turns_(std::make_unique<Turns>()),
      cache_(cache_bytes),
      threads_(threads > 0 ? threads : available_threads()) {}

FrameRenderer::~FrameRenderer() = default;

View FrameRenderer::view_of(const LoadedModel& model, const FrameJob& job) {
    RenderJob render;
    render.grid = job.grid;
    render.field = job.field;
    render.method = job.method;
    render.training = job.training;
    render.map = job.map;
    render.precision =
        choose_precision({&job.grid, 1}, job.method, {}, FieldSet{job.field}).precision;
    return decide_view(model, render);
}

FrameFacts FrameRenderer::render(const LoadedModel& model, const FrameJob& job,
                                 std::stop_token stop,
                                 const std::function<void(const FramePiece&)>& show) {
    const StopScope scope(stop);
    const View view = view_of(model, job);
    if (const ColorFiller colors = model.colors(view, job.field, job.map))
        return serve::show_colors(colors, job.grid, show).facts(view.precision);

    const Turns::Claim claim(*turns_);
    std::mutex mutex;  // of what follows, and of show()
    serve::Extremes extremes;
    const auto show_piece = [&](const FramePiece& piece, const serve::Extremes& of_piece) {
        const std::lock_guard lock(mutex);
        check_stop();
        show(piece);
        if (piece.scale == 1) extremes.add(of_piece);
    };

    // The row form's values depend on the grid's ends, within its error bound.
    if (!job.lattice || view.method == Method::rows) {
        const StripFiller filler = model.values(view);
        const StripPlan plan = plan_strips(job.grid, model.preferred_strip_cells());
        serve::for_each_parallel(plan.count(), threads_, [&](std::size_t i) {
            claim.wait(stop);
            const Strip place = plan.strip(i);
            const auto values =
                serve::fill_rows(filler, view, job.field, place.first_row, place.rows);
            serve::Extremes of_piece;
            const auto indices = serve::color_window(
                {values.data(), job.grid.cols(), 0, 0, job.grid.cols(), place.rows}, view.precision,
                job.map, of_piece);
            show_piece({0,
                        static_cast<std::int64_t>(place.first_row),
                        job.grid.cols(),
                        place.rows,
                        1,
                        {},
                        indices},
                       of_piece);
        });
        return extremes.facts(view.precision);
    }

    const auto show_level = [&](int levels) {
        const Lattice lattice = job.lattice->coarser(levels);
        const auto places = serve::blocks_from_the_middle(lattice);
        serve::for_each_parallel(places.size(), threads_, [&](std::size_t i) {
            BlockKey key = serve::key_of(model, view, job.field, lattice);
            key.column = places[i].column;
            key.row = places[i].row;
            const Lattice block{block_axis(key.column, key.wx), block_axis(key.row, key.wrec)};
            std::shared_ptr<const Block> values = cache_.find(key);
            if (!values) {
                claim.wait(stop);
                View of_block = view;
                of_block.grid = block.grid();
                values = std::make_shared<const Block>(
                    serve::fill_rows(model.values(of_block), of_block, job.field, 0, block_points));
                cache_.insert(key, values);
            }
            const serve::Shown x = serve::shown_of(block.wx, lattice.wx);
            const serve::Shown y = serve::shown_of(block.wrec, lattice.wrec);
            serve::Extremes of_piece;
            const auto indices = serve::color_window(
                {values->data(), block_points, x.first, y.first, x.count, y.count}, view.precision,
                job.map, of_piece);
            const std::int64_t scale = std::int64_t{1} << levels;
            show_piece({x.at * scale - job.lattice->wx.first,
                        y.at * scale - job.lattice->wrec.first,
                        x.count,
                        y.count,
                        static_cast<std::size_t>(scale),
                        {},
                        indices},
                       of_piece);
        });
    };
    const auto is_known = [&] {
        const BlockRange columns = blocks_of(job.lattice->wx), rows = blocks_of(job.lattice->wrec);
        BlockKey key = serve::key_of(model, view, job.field, *job.lattice);
        for (key.row = rows.first; key.row < rows.end; ++key.row)
            for (key.column = columns.first; key.column < columns.end; ++key.column)
                if (!cache_.find(key)) return false;
        return true;
    };
    if (!is_known()) {
        if (view.fields.any_training()) show_level(4);
        show_level(2);
    }
    show_level(0);
    return extremes.facts(view.precision);
}

}  // namespace gradscape
