// Whether what will be written fits on the disk.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "gradscape/strips.hpp"

namespace gradscape::io {

/// RunError where files whose size is known do not fit, less what their part files have already.
/// How well a picture compresses is known only in the end: where one that does not compress at all
/// would not fit, a notice says so.
/// Of the files, only what these rows of the grid's will take.
void check_disk_space(std::span<Sink* const> sinks, const Context& context, std::size_t grid_rows,
                      const RowRange& rows);

}  // namespace gradscape::io
