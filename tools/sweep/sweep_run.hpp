// One run of a sweep: the folder that is its own, whether it is done, and doing it, by the command
// line's own parser.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tools/common/common_options.hpp"
#include "tools/sweep/sweep_file.hpp"

namespace gradscape::cli {

class RunFolder {
public:
    /// Below `sweep`. Its name tells what was varied, and ends with a mark of all that decides the
    /// results: the options, the version, the content of the files that are read.
    RunFolder(const std::string& sweep, const SweepRun& run);

    const std::string& name() const { return name_; }
    /// Of a run of these very parameters that ended well, and whose files are there.
    std::optional<Json> facts() const;
    /// Runs it, or goes on with what an interrupted run of it left. As the subcommand does, throws.
    Json do_run() const;

private:
    std::string path(const std::string& file) const { return path_ + '/' + file; }

    const SweepRun& run_;
    std::string parameters_;  ///< JSON
    std::string name_, path_;
};

/// InputError, with file and line, for a value that the subcommand does not take.
void check_run(const SweepRun& run);

}  // namespace gradscape::cli
