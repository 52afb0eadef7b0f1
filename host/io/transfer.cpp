// SPDX-License-Identifier: MIT
#include "host/io/transfer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gradscape/error.hpp"

namespace gradscape::io {

ReadBytes read_at(int descriptor, std::uint64_t offset, void* bytes, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(descriptor, static_cast<char*>(bytes) + done, size - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return {done, errno};
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return {done, 0};
}

int write_at(int descriptor, std::uint64_t offset, const void* bytes, std::size_t size,
             void (*interrupted)()) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t written = ::pwrite(descriptor, static_cast<const char*>(bytes) + done,
                                         size - done, static_cast<off_t>(offset + done));
        if (written < 0 && errno != EINTR) return errno;
        if (written < 0 && interrupted) interrupted();
        if (written > 0) done += static_cast<std::size_t>(written);
    }
    return 0;
}

void read_exactly(int descriptor, const std::string& path, std::uint64_t offset, void* bytes,
                  std::size_t size) {
    const auto [got, error] = read_at(descriptor, offset, bytes, size);
    if (got < size)
        throw RunError(fmt::format("cannot read '{}': {}", path,
                                   error ? std::strerror(error) : "it ends too early"));
}

}  // namespace gradscape::io
