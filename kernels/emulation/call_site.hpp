// Where a function was called: std::source_location for compilers whose standard library lacks it,
// as clang's up to 15 with GCC's library.
// SPDX-License-Identifier: MIT
#pragma once

namespace gradscape::emulation {

struct CallSite {
    const char* file = "";
    unsigned line = 0;

    /// As a default argument: of the call.
    static constexpr CallSite here(const char* file = __builtin_FILE(),
                                   unsigned line = __builtin_LINE()) {
        return {file, line};
    }
};

}  // namespace gradscape::emulation
