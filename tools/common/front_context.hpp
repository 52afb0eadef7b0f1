// The command line as the context of a run: a bar or lines for progress, notices on standard error.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "gradscape/context.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::cli {

/// Files that are named by their paths are those of this transaction. Stops come from main's
/// StopScope.
Context front_context(const ReportOptions& report, Transaction& files, unsigned threads,
                      std::size_t max_memory = Context{}.max_memory);

}  // namespace gradscape::cli
