// SPDX-License-Identifier: MIT
#pragma once

#include "tests/kernels/machine_as.hpp"

namespace gradscape::emulation {

/// The bytes of each emulated device, for the length of a test.
class DeviceMemoryLimit {
public:
    explicit DeviceMemoryLimit(std::size_t bytes) : as_(with(bytes)) {}

private:
    static Machine with(std::size_t bytes) {
        Machine as = machine();
        as.device_memory = bytes;
        return as;
    }
    MachineAs as_;
};

}  // namespace gradscape::emulation
