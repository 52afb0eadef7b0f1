// The program: one try, and the exit status.
// SPDX-License-Identifier: MIT
#pragma once

namespace gradscape::cli {

/// Runs a command line, with Ctrl-C and errors as the program has them, in a process that ends
/// then. 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
int run_program(int argc, const char* const* argv);

}  // namespace gradscape::cli
