// The interrupt flag and its signal handler.
// SPDX-License-Identifier: MIT
#include "gradscape/interrupt.hpp"

#include <signal.h>

#include <atomic>

#include "gradscape/error.hpp"

namespace gradscape {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only set such a flag");

void on_signal(int) { flag.store(true, std::memory_order_relaxed); }

}  // namespace

void catch_interrupts() {
    // A file larger than `ulimit -f` allows is an error of the write like any other.
    ::signal(SIGXFSZ, SIG_IGN);
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction previous {};
        if (sigaction(signal, nullptr, &previous) == 0 && previous.sa_handler == SIG_IGN) continue;
        struct sigaction action {};
        action.sa_handler = on_signal;
        // No SA_RESTART: a write to a pipe that nobody reads must end too.
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        sigaction(signal, &action, nullptr);
    }
}

bool interrupted() noexcept { return flag.load(std::memory_order_relaxed); }

void check_interrupt() {
    if (interrupted()) throw Interrupted("interrupted");
}

void request_interrupt() noexcept { flag.store(true, std::memory_order_relaxed); }
void clear_interrupt() noexcept { flag.store(false, std::memory_order_relaxed); }

}  // namespace gradscape
