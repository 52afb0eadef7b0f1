// Ctrl-C and friends: a signal sets a flag, long work asks for it and unwinds, so that destructors
// remove what is unfinished.
// SPDX-License-Identifier: MIT
#pragma once

namespace gradscape {

/// SIGINT, SIGTERM and SIGHUP (unless ignored at the start, as under nohup) set the flag. A second
/// signal ends the process at once. SIGXFSZ is ignored.
void catch_interrupts();

bool interrupted() noexcept;

/// Throws Interrupted once the flag is set.
void check_interrupt();

/// What the signal handler does, and its undoing; for programs with handlers of their own.
void request_interrupt() noexcept;
void clear_interrupt() noexcept;

}  // namespace gradscape
