// SPDX-License-Identifier: MIT
#pragma once

#include "kernels/emulation/execution.hpp"

namespace gradscape::emulation {

/// Sets how kernels run, for the length of a test.
class ExecutionAs {
public:
    explicit ExecutionAs(ThreadOrder order) : before_(execution()) { execution().order = order; }
    ~ExecutionAs() { execution() = before_; }
    ExecutionAs(const ExecutionAs&) = delete;
    ExecutionAs& operator=(const ExecutionAs&) = delete;

private:
    Execution before_;
};

}  // namespace gradscape::emulation
