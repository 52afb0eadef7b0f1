// SPDX-License-Identifier: MIT
#include "host/io/part_check.hpp"

#include <algorithm>
#include <fstream>
#include <vector>

#include "host/io/checksum.hpp"

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

}  // namespace

std::optional<PartMismatch> check_part(const std::string& path,
                                       std::span<const WrittenRange> written) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
    std::vector<char> block;
    for (const WrittenRange& range : written) {
        const std::uint64_t end = range.offset + range.size;
        if (range.size > size || range.offset > size - range.size)  // a damaged `end` may wrap
            return PartMismatch{path, range.offset, end, true};
        std::uint32_t crc = 0;
        bool torn = false;
        file.seekg(static_cast<std::streamoff>(range.offset));
        for (std::uint64_t at = range.offset; at < end; at += block.size()) {
            block.resize(std::min<std::uint64_t>(end - at, block_bytes));
            if (!file.read(block.data(), static_cast<std::streamsize>(block.size())))
                return PartMismatch{path, range.offset, end, true};
            crc = crc_of(block.data(), block.size(), crc);
            torn = torn || has_zero_page(block, at, range.size);
        }
        if (crc != range.crc) return PartMismatch{path, range.offset, end, torn};
    }
    return {};
}

}  // namespace gradscape::io
