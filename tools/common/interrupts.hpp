// Ctrl-C and friends.
// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>

namespace gradscape::cli {

/// SIGINT, SIGTERM and SIGHUP (unless ignored at the start, as under nohup) ask the token to stop;
/// a second signal ends the process at once. SIGXFSZ is ignored: a file larger than `ulimit -f`
/// allows is an error of the write like any other.
std::stop_token catch_interrupts();

}  // namespace gradscape::cli
