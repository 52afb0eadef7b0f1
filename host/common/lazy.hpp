// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <optional>

namespace gradscape {

/// A value made by the first who asks for it, while others wait; where that throws, the next tries
/// again. (std::call_once promises the same, but waits for ever under the thread sanitizer once its
/// function has thrown.)
template <class T>
class Lazy {
public:
    template <class Make>
    const T& get(Make make) const {
        const std::lock_guard lock(mutex_);
        if (!value_) value_.emplace(make());
        return *value_;
    }

private:
    mutable std::mutex mutex_;
    mutable std::optional<T> value_;
};

}  // namespace gradscape
