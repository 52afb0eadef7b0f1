// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "kernels/emulation/guarded_memory.hpp"

namespace gradscape::emulation {

/// What all emulated device memory together may hold, for the length of a test.
class DeviceMemoryLimit {
public:
    explicit DeviceMemoryLimit(std::size_t bytes) { device_memory_limit() = bytes; }
    ~DeviceMemoryLimit() { device_memory_limit() = before_; }
    DeviceMemoryLimit(const DeviceMemoryLimit&) = delete;
    DeviceMemoryLimit& operator=(const DeviceMemoryLimit&) = delete;

private:
    std::size_t before_ = device_memory_limit();
};

}  // namespace gradscape::emulation
