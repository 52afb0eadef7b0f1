// All levels of a picture in tiles as a source, and what of a sink sees the finest level alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "gradscape/color_map.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/sink.hpp"
#include "host/io/tile_plan.hpp"

namespace gradscape::rendering {

/// One surface as tall as all levels.
Grid all_levels(Grid grid, const io::TilePlan& plan);

/// The view's only field, on each level's own grid: colours straight from the evaluator where
/// `colors`, values else. Strips are rows of tiles of the plan.
std::unique_ptr<Source> tile_levels_source(const LoadedModel& model, const View& view,
                                           const ColorMap& map, const io::TilePlan& plan,
                                           bool colors);

/// Passes on the strips of the finest level, as of its own grid; a value has `value_bytes`.
std::unique_ptr<Sink> finest_level_sink(StatisticsSink& sink, const io::TilePlan& plan,
                                        std::size_t value_bytes);

}  // namespace gradscape::rendering
