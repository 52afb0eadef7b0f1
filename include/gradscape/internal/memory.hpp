// Memory, counted before it is taken.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace gradscape {

/// Bytes that this process may still take: free on the machine, and within the limits of its
/// control groups.
std::size_t available_memory();

/// MemoryError, with the numbers, where `what` needs more than is allowed.
void check_memory(std::string_view what, double needed, std::size_t allowed,
                  std::string_view instead);

/// Bytes of so many sequences.
double sequence_bytes(std::size_t count, std::size_t length);

}  // namespace gradscape
