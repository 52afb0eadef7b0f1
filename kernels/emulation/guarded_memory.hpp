// A heap block that notices accesses beyond its end: at once under the address sanitizer, whose
// poison covers the zone behind it; otherwise writes, when check() or the destructor looks at it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace gradscape::emulation {

class GuardedMemory {
public:
    explicit GuardedMemory(std::size_t bytes);
    ~GuardedMemory();
    GuardedMemory(const GuardedMemory&) = delete;
    GuardedMemory& operator=(const GuardedMemory&) = delete;

    void* data() const { return data_; }
    std::size_t bytes() const { return bytes_; }
    /// KernelFault naming `what` when something was written behind the block.
    void check(const char* what) const;

private:
    unsigned char* data_;
    std::size_t bytes_;
};

}  // namespace gradscape::emulation
