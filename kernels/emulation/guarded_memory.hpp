// A heap block that notices accesses beyond its end: at once under the address sanitizer, whose
// poison covers the zone behind it; otherwise writes, when check() or the destructor looks at it.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>

namespace gradscape::emulation {

class GuardedMemory {
public:
    explicit GuardedMemory(std::size_t bytes);
    ~GuardedMemory();
    GuardedMemory(const GuardedMemory&) = delete;
    GuardedMemory& operator=(const GuardedMemory&) = delete;

    void* data() const { return data_; }
    /// KernelFault naming `what` when something was written behind the block.
    void check(const char* what) const;

private:
    unsigned char* data_;
    std::size_t bytes_;
};

/// What stands for the device's memory: guarded, and no more of it than device_memory_limit().
class DeviceMemory {
public:
    /// OutOfDeviceMemory beyond the limit.
    explicit DeviceMemory(std::size_t bytes);
    DeviceMemory(const DeviceMemory&) = delete;
    DeviceMemory& operator=(const DeviceMemory&) = delete;

    void* data() const { return memory_.data(); }
    void check(const char* what) const { memory_.check(what); }

private:
    struct Share {
        std::size_t bytes;
        explicit Share(std::size_t wanted);
        ~Share();
    } share_;
    GuardedMemory memory_;
};

/// Bytes that all DeviceMemory together may hold; no limit at first. For tests.
std::atomic<std::size_t>& device_memory_limit();
std::size_t free_device_memory();

}  // namespace gradscape::emulation
