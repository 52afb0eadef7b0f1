// Memory, counted before it is taken.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gradscape {

/// Bytes that this process may still take: free on the machine, and within the limits of its
/// control groups.
std::size_t available_memory();

/// As people say it: `1.5 MiB`.
std::string memory_text(std::size_t bytes);

/// MemoryError, with the numbers, where `what` needs more than is allowed.
void check_memory(std::string_view what, double needed, std::size_t allowed,
                  std::string_view instead);

/// Bytes of so many sequences.
double sequence_bytes(std::size_t count, std::size_t length);

}  // namespace gradscape
