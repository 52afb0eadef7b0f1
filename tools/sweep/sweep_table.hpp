// The table of a sweep: a row a run, with the options that were varied and the facts that came out.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tools/common/common_options.hpp"
#include "tools/sweep/sweep_file.hpp"

namespace gradscape::cli {

struct SweepRow {
    std::string folder;
    const SweepRun* run = nullptr;
    Json facts;         ///< null where it failed
    std::string error;  ///< empty where it did not
};

/// A column for each fact that any run has, named by its place in the run's JSON, as `final.w_x`.
/// Lists of more than 16 facts are left out.
std::string table_csv(const std::vector<SweepRow>& rows);
Json table_json(const std::vector<SweepRow>& rows);

/// What of a run's options is not that of all runs: `optimizer=adam learning-rate=0.1`.
std::string varied_text(const SweepRun& run, char between);

}  // namespace gradscape::cli
