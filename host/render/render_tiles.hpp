// A picture in tiles, all of its levels: a run of its own, since its strips are rows of tiles.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/render.hpp"
#include "gradscape/statistics.hpp"

namespace gradscape::rendering {

/// Of the view's only field, drawn from the evaluator's colours where `colors`. The statistics, not
/// null where they are wanted, are of the finest level.
void render_tiles(const LoadedModel& model, ByteSink bytes, const RenderJob& job, const View& view,
                  bool colors, const RenderRecord& record, const Context& context,
                  StatisticsSink* statistics);

/// The same from its shards.
std::vector<ShardFault> merge_tiles(ByteSink bytes, const RenderJob& job, const View& view,
                                    const RenderRecord& record, MergeInput shards,
                                    const Context& context, StatisticsSink& statistics);

}  // namespace gradscape::rendering
