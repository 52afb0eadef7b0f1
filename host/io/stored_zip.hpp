// The layout and the headers of a zip archive whose members are stored uncompressed, with zip64
// fields where sizes or offsets need them.
// Why not a library: libzip and minizip write one member after the other from start to end, while
// the members of an `.npz` grow together, from many threads, and their sizes are known beforehand.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gradscape::io {

struct ZipMember {
    std::string name;
    std::uint64_t size = 0;
    std::uint32_t crc = 0;            ///< zlib's crc32 of the content
    std::uint64_t header_offset = 0;  ///< set by place()
    std::uint64_t data_offset = 0;    ///< set by place()
};

class StoredZip {
public:
    /// What 32-bit fields hold at most; lower in tests.
    static constexpr std::uint64_t zip32_limit = 0xffffffff;

    explicit StoredZip(std::uint64_t limit = zip32_limit) : limit_(limit) {}

    /// Gives a member its place behind those already there.
    const ZipMember& place(std::string name, std::uint64_t size);
    std::vector<ZipMember>& members() { return members_; }

    std::string local_header(const ZipMember& member) const;
    /// What follows the last member: the directory and its end records.
    std::string directory() const;
    std::uint64_t directory_offset() const { return end_; }

private:
    std::string directory_entry(const ZipMember& member) const;
    bool is_large(std::uint64_t value) const { return value >= limit_; }

    std::vector<ZipMember> members_;
    std::uint64_t end_ = 0;
    std::uint64_t limit_;
};

}  // namespace gradscape::io
