// Bytes at a place of an open file, whatever signals come in between and however few the system
// takes at once.
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace gradscape::io {

/// Of open(): a pipe in the place of a file is found out by reading, not waited for.
inline constexpr int not_waiting = O_CLOEXEC | O_NONBLOCK;

struct ReadBytes {
    std::size_t size;  ///< fewer than asked for where the file ends, or at an error
    int error;         ///< as errno, or 0
};
ReadBytes read_at(int descriptor, std::uint64_t offset, void* bytes, std::size_t size);

/// Returns 0, or the error as errno has it. `interrupted` is called where a signal came, and may
/// throw.
int write_at(int descriptor, std::uint64_t offset, const void* bytes, std::size_t size,
             void (*interrupted)() = nullptr);

/// RunError, which names the path, where the bytes are not there.
void read_exactly(int descriptor, const std::string& path, std::uint64_t offset, void* bytes,
                  std::size_t size);

}  // namespace gradscape::io
