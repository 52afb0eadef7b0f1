// SPDX-License-Identifier: MIT
#include "gradscape/byte_sink.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "host/io/part_file.hpp"
#include "host/io/transfer.hpp"

namespace gradscape::io {
namespace {

[[noreturn]] void fail_to_spool(int error = errno) {
    throw RunError(
        fmt::format("cannot keep what is to be written to a pipe or stream in a temporary file: {}",
                    std::strerror(error)));
}

/// By steps between which a stop is heard: zeros of gigabytes take a second.
void grow(std::string& memory, std::uint64_t size) {
    constexpr std::uint64_t step = std::uint64_t{16} << 20;
    memory.reserve(size);
    while (memory.size() < size) {
        check_stop();
        memory.resize(std::min(memory.size() + step, size));
    }
}

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

ByteSink::ByteSink(Write stream) : stream_(std::move(stream)) {
    if (!stream_) throw InputError("a stream without a function to write to");
}

void ByteSink::write(std::string_view bytes) {
    if (file_)
        file_->write(bytes);
    else if (stream_)
        stream_(bytes);
    else if (memory_)
        memory_->append(bytes);
}

void ByteSink::reserve(std::uint64_t size) {
    if (memory_) io::grow(*memory_, size);
    if (!needs_spool()) return;
    spool_ = {std::tmpfile(), std::fclose};
    if (!spool_) io::fail_to_spool();
}

void ByteSink::write_at(std::uint64_t offset, const void* bytes, std::size_t size) const {
    if (!spool_) {
        if (file_) file_->write_at(offset, bytes, size);
        if (memory_) std::memcpy(memory_->data() + offset, bytes, size);
        return;
    }
    if (const int error = io::write_at(fileno(spool_.get()), offset, bytes, size, check_stop))
        io::fail_to_spool(error);
}

void ByteSink::copy_at(std::uint64_t offset, const io::PartFile& source,
                       std::uint64_t source_offset, std::uint64_t size) const {
    std::uint64_t copied = 0;
    if (file_ && !spool_) copied = file_->copy_at(offset, source.descriptor(), source_offset, size);
    std::vector<char> block(std::min<std::uint64_t>(size - copied, 1 << 20));
    while (copied < size) {
        check_stop();
        const std::size_t bytes = std::min<std::uint64_t>(size - copied, block.size());
        source.read_at(source_offset + copied, block.data(), bytes);
        write_at(offset + copied, block.data(), bytes);
        copied += bytes;
    }
}

void ByteSink::flush() {
    if (file_) file_->flush();
}

void ByteSink::complete() {
    if (spool_) {
        std::vector<char> block(1 << 20);
        while (const std::size_t got = std::fread(block.data(), 1, block.size(), spool_.get()))
            write({block.data(), got});
        if (std::ferror(spool_.get())) io::fail_to_spool();
    }
    if (file_) file_->complete();
}

}  // namespace gradscape
