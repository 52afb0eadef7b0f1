// The three ways a command ends early; tools/main.cpp maps them to exit statuses.
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <stdexcept>

namespace gradscape {

/// Bad usage or input: exit status 2. The text says what is wrong, where, and what would be right.
struct InputError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The memory allowed does not suffice.
struct MemoryError : InputError {
    using InputError::InputError;
};

/// A failure of the run (disk full, device lost): exit status 1.
struct RunError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Ctrl-C: exit status 130.
struct Interrupted : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace gradscape
