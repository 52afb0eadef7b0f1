// Bytes of an open file, all of them or an error.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gradscape::io {

/// RunError, which names the path, where the bytes are not there.
void read_exactly(int descriptor, const std::string& path, std::uint64_t offset, void* bytes,
                  std::size_t size);

}  // namespace gradscape::io
