// A run of strips as a render's record has it: to be resumed, or with other ranks.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/render.hpp"
#include "gradscape/strips.hpp"

namespace gradscape::rendering {

/// With these ranks, or, where null, none. InputError without parameters that they could compare.
void share(StripOptions& options, Ranks* ranks, const RenderRecord& record);

/// Only a shard's rows. InputError without a record of what it is a shard of.
void divide(StripOptions& options, const RowRange& rows, const RenderRecord& record);

void run_recorded(const Source& source, std::span<Sink* const> sinks, const StripOptions& options,
                  const RenderRecord& record);

}  // namespace gradscape::rendering
