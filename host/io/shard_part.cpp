// SPDX-License-Identifier: MIT
#include "host/io/shard_part.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gradscape/error.hpp"
#include "host/io/transfer.hpp"

namespace gradscape::io {

PartFile::PartFile(std::string path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_RDONLY | not_waiting)) {
    if (descriptor_ < 0)
        throw RunError(fmt::format("cannot read '{}': {}", path_, std::strerror(errno)));
}

PartFile::~PartFile() { ::close(descriptor_); }

void PartFile::read_at(std::uint64_t offset, void* bytes, std::size_t size) const {
    read_exactly(descriptor_, path_, offset, bytes, size);
}

}  // namespace gradscape::io
