// SPDX-License-Identifier: MIT
#pragma once

#include "tests/kernels/machine_as.hpp"

namespace gradscape::emulation {

/// The order in which a block's threads run, for the length of a test.
class ExecutionAs {
public:
    explicit ExecutionAs(ThreadOrder order) : as_(with(order)) {}

private:
    static Machine with(ThreadOrder order) {
        Machine as = machine();
        as.execution.order = order;
        return as;
    }
    MachineAs as_;
};

}  // namespace gradscape::emulation
