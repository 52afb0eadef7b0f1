// What a run may use, who may end it, and whom it tells: the same for every front.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace gradscape {

class Transaction;

/// How far a run is, in cells; `before` of them were done by an earlier run. Told by one thread at
/// a time, as often as a strip is done, and once more with `ended`.
struct RunProgress {
    std::uint64_t done = 0, total = 0, before = 0, bytes_written = 0;
    bool ended = false;
};

struct Context {
    unsigned threads = 0;                             ///< 0: all that this process may use
    std::size_t max_memory = std::size_t{256} << 20;  ///< bytes
    std::stop_token stop;  ///< ends the run with Interrupted, as any StopScope of the caller does
    std::function<void(const RunProgress&)> progress;
    std::function<void(std::string_view text)> notice;  ///< worth a line, but no error
    /// In which the files that a job names by their paths appear, at its end. Null: in one of the
    /// job's own.
    Transaction* transaction = nullptr;

    void tell(std::string_view text) const {
        if (notice) notice(text);
    }
};

/// The number of threads that this process may use at once: the CPUs that it may run on, but no
/// more than its control group has time for.
unsigned available_threads();

}  // namespace gradscape
