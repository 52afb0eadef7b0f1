// SPDX-License-Identifier: MIT
#include "host/io/part_check.hpp"

#include <algorithm>
#include <fstream>
#include <vector>

#include "host/io/checksum.hpp"

namespace gradscape::io {
namespace {

constexpr std::size_t page_bytes = 4096, block_bytes = 256 * page_bytes;

bool has_zero_page(std::span<const char> block, std::uint64_t offset) {
    for (std::size_t at = (page_bytes - offset % page_bytes) % page_bytes;
         at + page_bytes <= block.size(); at += page_bytes) {
        const auto page = block.subspan(at, page_bytes);
        if (std::all_of(page.begin(), page.end(), [](char byte) { return byte == 0; })) return true;
    }
    return false;
}

}  // namespace

std::optional<PartMismatch> check_part(const std::string& path,
                                       std::span<const WrittenRange> written) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> block;
    for (const WrittenRange& range : written) {
        const std::uint64_t end = range.offset + range.size;
        std::uint32_t crc = 0;
        bool torn = false;
        file.seekg(static_cast<std::streamoff>(range.offset));
        for (std::uint64_t at = range.offset; at < end; at += block.size()) {
            block.resize(std::min<std::uint64_t>(end - at, block_bytes));
            if (!file.read(block.data(), static_cast<std::streamsize>(block.size())))
                return PartMismatch{path, range.offset, end, true};
            crc = crc_of(block.data(), block.size(), crc);
            torn = torn || has_zero_page(block, at);
        }
        if (crc != range.crc) return PartMismatch{path, range.offset, end, torn};
    }
    return {};
}

}  // namespace gradscape::io
