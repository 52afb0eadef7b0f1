// How long rank 0 waits for a strip before it hands it out again.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace gradscape::cluster {

/// Several times what a strip usually takes, from the moment it was handed out: the median of the
/// last answers, so that neither a slow rank nor a quick one decides.
class Lease {
public:
    static constexpr double times_the_median = 6, least = 0.1;  ///< seconds

    void add(double seconds) { last_[count_++ % last_.size()] = seconds; }

    /// Seconds. `own`: what a strip takes a thread of rank 0, where none has answered yet, and a
    /// rank has two strips for each of its threads; 0: that is not known either, wait.
    double seconds(double own) const {
        const double usual = count_ > 0 ? median() : 2 * own;
        return usual > 0 ? std::max(least, times_the_median * usual) : 1e9;
    }

private:
    double median() const {
        auto sorted = last_;
        const std::size_t known = std::min(count_, last_.size());
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(known / 2);
        std::nth_element(sorted.begin(), middle,
                         sorted.begin() + static_cast<std::ptrdiff_t>(known));
        return *middle;
    }

    std::array<double, 63> last_{};
    std::size_t count_ = 0;
};

}  // namespace gradscape::cluster
