// The ranks of a program that mpirun or srun started several times.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "gradscape/ranks.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::cli {

/// Of this process; null where it is alone, or has not joined them.
LaunchedRanks* all_ranks();

/// Before the command line is read; does nothing in a process that was started alone.
void join_ranks();

/// Whether this process is alone or rank 0: the one that reads files for all, writes and speaks.
bool speaks_for_all();

/// Refuses a command that a single process does. InputError.
void expect_one_rank(const std::string& command);

/// Tells of CPUs that the launcher's binding leaves idle.
void tell_of_binding(const ReportOptions& report);

/// What each rank has done, for the facts of a run; adds nothing where there is one process.
void add_ranks(Json& facts);

/// Ends this process's part, and, as rank 0, all; the exit status.
int end_ranks(int status, const std::string& error);

}  // namespace gradscape::cli
