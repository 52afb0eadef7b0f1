// SPDX-License-Identifier: MIT
#include "host/io/read_exactly.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gradscape/error.hpp"

namespace gradscape::io {

void read_exactly(int descriptor, const std::string& path, std::uint64_t offset, void* bytes,
                  std::size_t size) {
    char* next = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t got = ::pread(descriptor, next, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            throw RunError(fmt::format("cannot read '{}': {}", path,
                                       got < 0 ? std::strerror(errno) : "it ends too early"));
        next += got;
        offset += static_cast<std::uint64_t>(got);
        size -= static_cast<std::size_t>(got);
    }
}

}  // namespace gradscape::io
