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
    const io::TilePlan& plan, std::function<void(const RunProgress&)> progress) {
    if (!progress) return {};
    return [&plan, progress = std::move(progress)](RunProgress run) {
        run.done = plan.cells_of(run.done / plan.cols());
        run.before = plan.cells_of(run.before / plan.cols());
        run.total = plan.cells();
        progress(run);
    };
}

}  // namespace

void render_tiles(const LoadedModel& model, RenderOutput output, const RenderJob& job,
                  const View& view, bool colors, const RenderRecord& record, const Context& context,
                  StatisticsSink* statistics) {
    const bool anew = job.overview == Overview::evaluated;
    const io::TilePlan plan(view.grid, anew ? level_count(view.grid) : 1);
    const auto source = tile_levels_source(model, view, job.map, plan, colors);
    TileOptions tile_options{job.overview, {}};
    if (colors) tile_options.shape = model.colors(view, job.field, job.map).shape;
    const auto tiles =
        tiles_sink(std::move(output.bytes), view, tile_options, job.map, record.texts);
    std::unique_ptr<Sink> finest;
    std::vector<Sink*> sinks;
    if (statistics) {
        finest = finest_level_sink(*statistics, plan, size_of(view.precision));
        sinks.push_back(finest.get());
    }
    sinks.push_back(tiles.get());
    StripOptions options{context};
    options.band_rows = tile_size;
    options.progress = counting_cells(plan, context.progress);
    share(options, job.ranks, record);
    run_recorded(*source, sinks, options, record);
}

}  // namespace gradscape::rendering
