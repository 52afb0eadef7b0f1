// Runs cases under Google Benchmark: each is prepared, compared with the reference, and only then
// timed. A wrong result is an error in the table, not a number.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tools/bench/results.hpp"

namespace gradscape::bench {

/// Hands the engine its own options (`--benchmark_…`). InputError for what it does not know.
void start_engine(const std::vector<std::string>& options, bool once);

/// Prints the table as it grows; `once`: single runs, two of each case. A case's limit is measured
/// anew before and after it, with the threads and the memory of `limits`. InputError when no case
/// passes the engine's filter.
std::vector<Result> run_cases(const std::vector<Case>& cases, const Limits& limits,
                              unsigned threads, bool once);

}  // namespace gradscape::bench
