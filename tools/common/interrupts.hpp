// Ctrl-C and friends.
// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>

#include <stop_token>

namespace gradscape::cli {

/// SIGINT, SIGTERM and SIGHUP (unless ignored at the start, as under nohup) ask the token to stop;
/// a second signal ends the process at once. SIGXFSZ is ignored: a file larger than `ulimit -f`
/// allows is an error of the write like any other.
std::stop_token catch_interrupts();

/// For a thread that sleeps until there is something to do: while it lives, signals come to this
/// thread alone, in its sleep alone, so that none is missed and other threads see none.
class InterruptibleSleep {
public:
    InterruptibleSleep();
    InterruptibleSleep(const InterruptibleSleep&) = delete;
    InterruptibleSleep& operator=(const InterruptibleSleep&) = delete;
    ~InterruptibleSleep();

    /// Until the descriptor can be read or a signal has come.
    void until_readable(int descriptor) const;

private:
    sigset_t outside_;
};

}  // namespace gradscape::cli
