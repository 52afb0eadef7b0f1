// Work in order, on a device. On a machine that is `deferred` a thread of its own does it, real
// ones, so that the thread sanitizer sees a host that does not wait; when it begins is drawn at
// random, from at once to not before somebody waits, so that code which rests on luck has none.
// (A scheduler on one thread would repeat its order exactly, but no sanitizer would see a race.)
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "kernels/emulation/execution.hpp"

namespace gradscape::emulation {

class StreamThread;

/// `rows` rows of `row_bytes` bytes, which lie so many bytes apart.
struct Copy {
    void* to;
    const void* from;
    std::size_t to_pitch, from_pitch, row_bytes, rows;
};

/// Belongs to the device that is the calling thread's at construction.
class Stream {
public:
    Stream();
    /// What is under way goes on, as on a GPU.
    ~Stream();
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;

    /// Waits; throws what has failed since the last wait.
    void synchronize();
    /// Waits; what failed no longer matters.
    void drain() noexcept;

    /// `thread` is called for every thread of the grid; `arguments` are words that may be addresses
    /// of what it uses. KernelFault where the stream is not of the calling thread's device, or a
    /// word an address on another one.
    void run(Index3 grid, Index3 block, std::size_t shared_bytes,
             const std::function<void()>& thread, const std::vector<const void*>& arguments);
    void copy(const Copy& what);

private:
    int device_;
    std::unique_ptr<StreamThread, void (*)(StreamThread*)> thread_;  ///< deferred only
};

/// Whether a stream asks for the arguments of a launch.
bool wants_arguments();

}  // namespace gradscape::emulation
