// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "gradscape/internal/lock_or_stop.hpp"

namespace gradscape::common {

/// A value made by the first who asks for it, while others wait; where that throws, the next tries
/// again. (std::call_once promises the same, but waits for ever under the thread sanitizer once its
/// function has thrown.)
template <class T>
class Lazy {
public:
    template <class Make>
    const T& get(Make make) const {
        if (!made_.load(std::memory_order_acquire)) {
            const auto lock = lock_or_stop(mutex_);
            if (!value_) value_.emplace(make());
            made_.store(true, std::memory_order_release);
        }
        return *value_;
    }

private:
    mutable std::mutex mutex_;
    mutable std::optional<T> value_;
    mutable std::atomic<bool> made_ = false;
};

}  // namespace gradscape::common
