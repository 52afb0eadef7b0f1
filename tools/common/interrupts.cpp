// SPDX-License-Identifier: MIT
#include "tools/common/interrupts.hpp"

#include <poll.h>
#include <signal.h>

namespace gradscape::cli {
namespace {

std::stop_source& source() {
    static std::stop_source one;
    return one;
}

constexpr int interrupts[]{SIGINT, SIGTERM, SIGHUP};

/// Asking for a stop is two atomic operations as long as nobody registers a std::stop_callback,
/// which nobody does: the work looks at the token. So a handler may do it, and a write that the
/// signal interrupts finds the view there.
void on_signal(int) { source().request_stop(); }

}  // namespace

std::stop_token catch_interrupts() {
    std::stop_token token = source().get_token();  // made now, not in the handler
    ::signal(SIGXFSZ, SIG_IGN);
    for (const int signal : interrupts) {
        struct sigaction previous {};
        if (sigaction(signal, nullptr, &previous) == 0 && previous.sa_handler == SIG_IGN) continue;
        struct sigaction action {};
        action.sa_handler = on_signal;
        // No SA_RESTART: a write to a pipe that nobody reads must end too.
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        sigaction(signal, &action, nullptr);
    }
    return token;
}

InterruptibleSleep::InterruptibleSleep() {
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal : interrupts) sigaddset(&blocked, signal);
    pthread_sigmask(SIG_BLOCK, &blocked, &outside_);
}

InterruptibleSleep::~InterruptibleSleep() { pthread_sigmask(SIG_SETMASK, &outside_, nullptr); }

void InterruptibleSleep::until_readable(int descriptor) const {
    pollfd one{descriptor, POLLIN, 0};
    ::ppoll(&one, 1, nullptr, &outside_);
}

}  // namespace gradscape::cli
