// The three ways a command ends early; tools/main.cpp maps them to exit statuses.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string_view>

namespace gradscape {

/// The text is kept printable, whatever a file or an option brought into it: `what()` would end at
/// its first NUL.
struct Error : std::runtime_error {
    explicit Error(std::string_view text);
};

/// Bad usage or input: exit status 2. The text says what is wrong, where, and what would be right.
struct InputError : Error {
    using Error::Error;
};

/// The memory allowed does not suffice.
struct MemoryError : InputError {
    using InputError::InputError;
};

/// A failure of the run (disk full, device lost): exit status 1.
struct RunError : Error {
    using Error::Error;
};

/// Ctrl-C: exit status 130.
struct Interrupted : Error {
    using Error::Error;
};

}  // namespace gradscape
