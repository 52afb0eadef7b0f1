// What stands for a device's memory and for pinned memory of the host. Work under way holds what it
// uses: freeing that is a fault, and harmless otherwise.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "kernels/emulation/guarded_memory.hpp"

namespace gradscape::emulation {

inline constexpr int pinned = -1;  ///< in place of a device

/// Bytes on the calling thread's device.
std::size_t free_device_memory();

/// A block of memory with what it belongs to.
class Allocation {
public:
    Allocation(int device, std::size_t bytes);
    ~Allocation();
    Allocation(const Allocation&) = delete;
    Allocation& operator=(const Allocation&) = delete;

    void* data() const { return memory_.data(); }
    void check() const { memory_.check(device_ == pinned ? "pinned memory" : "device memory"); }
    int device() const { return device_; }
    bool contains(const unsigned char* byte) const;
    /// Launches and copies under way that use it.
    int users() const { return users_.load(std::memory_order_relaxed); }
    std::string name() const;

private:
    friend class UsedMemory;

    /// A device's bytes that are taken; OutOfDeviceMemory beyond them.
    struct Share {
        int device;
        std::size_t bytes;
        Share(int device, std::size_t bytes);
        ~Share();
    };

    int device_;
    Share share_;
    GuardedMemory memory_;
    std::atomic<int> users_ = 0;  // relaxed: it must not order threads
};

/// Memory as its owner has it: on the calling thread's device, or pinned. Undefined (NaN) until
/// written.
class Memory {
public:
    Memory() = default;
    static Memory on_device(std::size_t bytes) { return Memory(false, bytes); }
    static Memory of_host(std::size_t bytes) { return Memory(true, bytes); }
    ~Memory();
    Memory(Memory&& other) noexcept = default;
    Memory& operator=(Memory&& other) noexcept;

    void* data() const { return allocation_ ? allocation_->data() : nullptr; }
    void check() const {
        if (allocation_) allocation_->check();
    }

private:
    Memory(bool is_pinned, std::size_t bytes);
    void free();

    std::shared_ptr<Allocation> allocation_;
};

/// The allocations that one piece of work uses, from its beginning to its end.
class UsedMemory {
public:
    /// Those that `addresses` lie in. KernelFault for one on a device other than `device`.
    UsedMemory(const std::vector<const void*>& addresses, int device);
    ~UsedMemory();
    UsedMemory(const UsedMemory&) = delete;
    UsedMemory& operator=(const UsedMemory&) = delete;

    /// KernelFault where something was written behind one of them.
    void check() const {
        for (const auto& used : all_) used->check();
    }

private:
    std::vector<std::shared_ptr<Allocation>> all_;
};

}  // namespace gradscape::emulation
