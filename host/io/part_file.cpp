// SPDX-License-Identifier: MIT
#include "host/io/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "host/io/checksum.hpp"
#include "host/io/transfer.hpp"

namespace gradscape::io {
namespace {

constexpr std::size_t page_bytes = 4096, block_bytes = 256 * page_bytes;
constexpr std::size_t fewest_zeros = 64;  // fewer in a row are in many files

/// Whether all that a range has of some page is zero; `block` is of the range, from `offset` on.
bool has_zero_page(std::span<const char> block, std::uint64_t offset, std::uint64_t range_size) {
    for (std::size_t at = 0, size; at < block.size(); at += size) {
        size = std::min<std::size_t>(page_bytes - (offset + at) % page_bytes, block.size() - at);
        const auto page = block.subspan(at, size);
        if ((size >= fewest_zeros || size == range_size) &&
            std::ranges::all_of(page, [](char byte) { return byte == 0; }))
            return true;
    }
    return false;
}

/// A part as it lies there, complete or not; one that is missing is as one that is empty.
class FoundPart {
public:
    explicit FoundPart(const std::string& path)
        : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | not_waiting)) {
        struct stat status {};
        if (descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0) {
            if (S_ISDIR(status.st_mode)) {  // whose size says nothing
                ::close(descriptor_);
                fail(EISDIR);
            }
            size_ = static_cast<std::uint64_t>(status.st_size);
        } else if (errno != ENOENT) {
            fail(errno);
        }
    }
    FoundPart(const FoundPart&) = delete;
    FoundPart& operator=(const FoundPart&) = delete;
    ~FoundPart() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    std::uint64_t size() const { return size_; }
    /// Whether it has as much.
    bool read(std::uint64_t offset, std::span<char> bytes) const {
        const auto [got, error] = read_at(descriptor_, offset, bytes.data(), bytes.size());
        if (error != 0) fail(error);
        return got == bytes.size();
    }

private:
    [[noreturn]] void fail(int error) const {
        throw RunError(fmt::format("cannot read '{}': {}", path_, std::strerror(error)));
    }

    const std::string& path_;
    int descriptor_;
    std::uint64_t size_ = 0;
};

}  // namespace

std::optional<PartMismatch> check_part(const std::string& path,
                                       std::span<const WrittenRange> written) {
    const FoundPart part(path);
    const std::uint64_t size = part.size();
    std::vector<char> block;
    for (const WrittenRange& range : written) {
        const std::uint64_t end = range.offset + range.size;
        if (range.size > size || range.offset > size - range.size)  // a damaged `end` may wrap
            return PartMismatch{path, range.offset, end, true};
        std::uint32_t crc = 0;
        bool torn = false;
        for (std::uint64_t at = range.offset; at < end; at += block.size()) {
            check_stop();
            block.resize(std::min<std::uint64_t>(end - at, block_bytes));
            if (!part.read(at, block)) return PartMismatch{path, range.offset, end, true};
            crc = crc_of(block.data(), block.size(), crc);
            torn = torn || has_zero_page(block, at, range.size);
        }
        if (crc != range.crc) return PartMismatch{path, range.offset, end, torn};
    }
    return {};
}

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
