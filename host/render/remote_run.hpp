// The run of any rank but the first: strips that rank 0 hands out, in any order, and their pieces
// as bytes, for rank 0 to commit.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/strips.hpp"

namespace gradscape::rendering {

/// The sinks are those of rank 0, in the same order, with nowhere to write to.
void run_for_first_rank(const Source& source, std::span<Sink* const> sinks,
                        const StripOptions& options);

}  // namespace gradscape::rendering
