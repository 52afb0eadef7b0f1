// What the emulated machine is like: as users run it, one device that does everything at once; for
// tests, several of them, whose streams work when they please, with little memory, and failing.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/emulation/execution.hpp"

namespace gradscape::emulation {

struct Machine {
    Execution execution = {};  ///< of a block's threads
    int devices = 1;
    /// Each stream is a thread of its own, which begins a launch or copy at once, after a random
    /// delay or only when somebody waits for it. Without, a call has done its work when it returns.
    bool deferred = false;
    std::uint64_t seed = 1;  ///< of the delays
    std::chrono::microseconds longest_delay{200};
    std::size_t device_memory = std::numeric_limits<std::size_t>::max();  ///< bytes of each device
    double launch_steps = 0x1p31;                                         ///< most_launch_steps()
    /// The n-th call of the kind fails, the 2n-th …; 0: none does. Allocations are those of device
    /// and of pinned memory; work is a launch or copy that fails later, when it is done.
    unsigned failing_allocation = 0, failing_launch = 0, failing_copy = 0, failing_work = 0;

    /// From words like `shuffled,devices=2,deferred,seed=7,failing-allocation=10` (forward,
    /// reverse, shuffled; deferred; devices, seed, device-memory, failing-… with a number of 1 or
    /// more). InputError for any other word.
    static Machine from(std::string_view words);
};

/// Starts as GRADSCAPE_EMULATION in the environment has it.
const Machine& machine();
/// While nothing is under way; the counts begin anew.
void set_machine(const Machine& machine);

/// Of the calling thread: where it makes streams and memory. KernelFault where there is no such
/// one.
void use_device(int device);
int current_device();

/// What has been seen since the machine was set.
struct Seen {
    std::size_t launches, most_busy_streams;
    std::size_t allocations;  ///< of device and pinned memory that live
    std::size_t most_pinned;  ///< bytes at a time
};
Seen seen();

/// A broken rule that a destructor noticed: kept, and thrown by the next call that may throw.
void report_fault(std::string fault);
/// KernelFault where one has been reported.
void throw_reported_fault();
/// Those that nobody has been told of.
std::vector<std::string> take_faults();

enum class Call : std::uint8_t { allocation, launch, copy, work };
/// Whether this call is one that the machine lets fail.
bool fails(Call call);

void count_allocation(int change);
void count_busy_stream(int change);
void count_pinned(std::size_t bytes_now);

}  // namespace gradscape::emulation
