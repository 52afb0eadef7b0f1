// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include "kernels/emulation/machine.hpp"

namespace gradscape::emulation {

/// What the emulated machine is like, for the length of a test: at its end no rule may have been
/// broken unnoticed, and all memory that the test had of it is given back.
class MachineAs {
public:
    explicit MachineAs(const Machine& as) { set_machine(as); }
    ~MachineAs() {
        for (const std::string& fault : take_faults()) ADD_FAILURE() << fault;
        EXPECT_EQ(seen().allocations, allocations_) << "memory that was not freed";
        set_machine(before_);
    }
    MachineAs(const MachineAs&) = delete;
    MachineAs& operator=(const MachineAs&) = delete;

private:
    Machine before_ = machine();
    std::size_t allocations_ = seen().allocations;
};

}  // namespace gradscape::emulation
