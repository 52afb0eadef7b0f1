// Whether what will be written fits on the disk.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "gradscape/progress.hpp"
#include "gradscape/strips.hpp"

namespace gradscape {

/// RunError where files whose size is known do not fit, less what their part files have already.
/// How well a picture compresses is known only in the end: where one that does not compress at all
/// would not fit, a note on standard error says so.
void check_disk_space(std::span<Sink* const> sinks, Verbosity verbosity);

}  // namespace gradscape
