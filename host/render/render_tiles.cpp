// SPDX-License-Identifier: MIT
#include "host/render/render_tiles.hpp"

#include <utility>
#include <vector>

#include "gradscape/sinks.hpp"
#include "host/io/tile_plan.hpp"
#include "host/render/recorded_run.hpp"
#include "host/render/tile_levels.hpp"

namespace gradscape::rendering {
namespace {

/// Cells of the levels, where the run counts those of one surface as wide as the finest.
std::function<void(const RunProgress&)> counting_cells(
    const io::TilePlan& plan, const RowRange& rows,
    std::function<void(const RunProgress&)> progress) {
    if (!progress) return {};
    const std::size_t above = plan.rows() - rows.end;
    return [&plan, above, rows, progress = std::move(progress)](RunProgress run) {
        const auto cells = [&](std::uint64_t rows_done) {
            return plan.cells_of(above + rows_done) - plan.cells_of(above);
        };
        run.done = cells(run.done / plan.cols());
        run.before = cells(run.before / plan.cols());
        run.total = cells(rows.rows());
        progress(run);
    };
}

/// What the levels go to.
struct TileSinks {
    std::unique_ptr<FileSink> tiles;
    std::unique_ptr<Sink> finest;  ///< of the statistics, where they are wanted

    TileSinks(ByteSink bytes, const RenderJob& job, const View& view, const io::TilePlan& plan,
              std::optional<ColorShape> shape, const RenderRecord& record,
              StatisticsSink* statistics)
        : tiles(tiles_sink(std::move(bytes), view, {job.overview, shape, job.shard}, job.map,
                           record.texts)) {
        if (statistics) finest = finest_level_sink(*statistics, plan, size_of(view.precision));
    }

    std::vector<Sink*> all() const {
        if (finest) return {finest.get(), tiles.get()};
        return {tiles.get()};
    }
};

}  // namespace

void render_tiles(const LoadedModel& model, ByteSink bytes, const RenderJob& job, const View& view,
                  bool colors, const RenderRecord& record, const Context& context,
                  StatisticsSink* statistics) {
    const io::TilePlan plan(view.grid, job.overview);
    const auto source = tile_levels_source(model, view, job.map, plan, colors);
    std::optional<ColorShape> shape;
    if (colors) shape = model.colors(view, job.field, job.map).shape;
    const TileSinks sinks(std::move(bytes), job, view, plan, shape, record, statistics);
    StripOptions options{context};
    options.band_rows = tile_size;
    if (job.shard) divide(options, plan.rows_of(*job.shard), record);
    options.progress = counting_cells(plan, options.rows_of(source->grid()), context.progress);
    share(options, job.ranks, record);
    run_recorded(*source, sinks.all(), options, record);
}

std::vector<ShardFault> merge_tiles(ByteSink bytes, const RenderJob& job, const View& view,
                                    const RenderRecord& record, MergeInput shards,
                                    const Context& context, StatisticsSink& statistics) {
    const io::TilePlan plan(view.grid, job.overview);
    const TileSinks sinks(std::move(bytes), job, view, plan, {}, record, &statistics);
    shards.rows_of = [&plan](const Shard& shard) { return plan.rows_of(shard); };
    return merge_shards(shards, all_levels(view.grid, plan), sinks.all(), context);
}

}  // namespace gradscape::rendering
