// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <mutex>
#include <thread>

#include "gradscape/stop.hpp"

namespace gradscape {

/// Waits for a mutex that may be held for minutes; this thread's own stop ends that with
/// Interrupted. (A timed mutex would do, but not every thread sanitizer sees one.)
inline std::unique_lock<std::mutex> lock_or_stop(std::mutex& mutex) {
    std::unique_lock lock(mutex, std::defer_lock);
    while (!lock.try_lock()) {
        check_stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return lock;
}

}  // namespace gradscape
