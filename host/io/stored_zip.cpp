// Zip records as of PKWARE's APPNOTE 6.3: local header, central directory, zip64 extra fields.
// SPDX-License-Identifier: MIT
#include "host/io/stored_zip.hpp"

#include <utility>

namespace gradscape::io {
namespace {

constexpr std::uint32_t in_zip64 = 0xffffffff;  // "see the zip64 field"
constexpr std::uint16_t version_20 = 20, version_zip64 = 45;
constexpr std::uint16_t date_1980_01_01 = 1 << 5 | 1;  // no clock: the same run, the same bytes

template <class Integer>
void put(std::string& out, Integer value) {
    for (std::size_t byte = 0; byte < sizeof(Integer); ++byte)
        out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * byte) & 0xff);
}

std::uint32_t or_in_zip64(std::uint64_t value, bool large) {
    return large ? in_zip64 : static_cast<std::uint32_t>(value);
}

/// From the flags to the sizes: what local and central headers share.
void put_description(std::string& out, const ZipMember& member, bool large_size) {
    put<std::uint16_t>(out, 0);  // flags
    put<std::uint16_t>(out, 0);  // stored
    put<std::uint16_t>(out, 0);  // time
    put<std::uint16_t>(out, date_1980_01_01);
    put<std::uint32_t>(out, member.crc);
    put<std::uint32_t>(out, or_in_zip64(member.size, large_size));
    put<std::uint32_t>(out, or_in_zip64(member.size, large_size));
    put<std::uint16_t>(out, static_cast<std::uint16_t>(member.name.size()));
}

std::string zip64_field(const ZipMember& member, bool large_size, bool large_offset) {
    std::string values;
    if (large_size) {
        put<std::uint64_t>(values, member.size);
        put<std::uint64_t>(values, member.size);
    }
    if (large_offset) put<std::uint64_t>(values, member.header_offset);
    if (values.empty()) return {};
    std::string field;
    put<std::uint16_t>(field, 1);
    put<std::uint16_t>(field, static_cast<std::uint16_t>(values.size()));
    return field + values;
}

}  // namespace

const ZipMember& StoredZip::place(std::string name, std::uint64_t size) {
    ZipMember member{std::move(name), size, 0, end_, 0};
    member.data_offset = end_ + local_header(member).size();
    end_ = member.data_offset + size;
    members_.push_back(std::move(member));
    return members_.back();
}

std::string StoredZip::local_header(const ZipMember& member) const {
    const bool large = is_large(member.size);
    const std::string extra = zip64_field(member, large, false);
    std::string header = "PK\x03\x04";
    put<std::uint16_t>(header, large ? version_zip64 : version_20);
    put_description(header, member, large);
    put<std::uint16_t>(header, static_cast<std::uint16_t>(extra.size()));
    return header + member.name + extra;
}

std::string StoredZip::directory_entry(const ZipMember& member) const {
    const bool large_size = is_large(member.size), large_offset = is_large(member.header_offset);
    const std::string extra = zip64_field(member, large_size, large_offset);
    const std::uint16_t version = extra.empty() ? version_20 : version_zip64;
    std::string entry = "PK\x01\x02";
    put<std::uint16_t>(entry, version);  // made by
    put<std::uint16_t>(entry, version);  // needed
    put_description(entry, member, large_size);
    put<std::uint16_t>(entry, static_cast<std::uint16_t>(extra.size()));
    put<std::uint16_t>(entry, 0);  // comment
    put<std::uint16_t>(entry, 0);  // disk
    put<std::uint16_t>(entry, 0);  // internal attributes
    put<std::uint32_t>(entry, 0);  // external attributes
    put<std::uint32_t>(entry, or_in_zip64(member.header_offset, large_offset));
    return entry + member.name + extra;
}

std::string StoredZip::directory() const {
    std::string all;
    for (const ZipMember& member : members_) all += directory_entry(member);
    const std::uint64_t size = all.size();
    const bool large = is_large(end_);
    if (large) {
        all += "PK\x06\x06";
        put<std::uint64_t>(all, 44);  // of the rest of this record
        put<std::uint16_t>(all, version_zip64);
        put<std::uint16_t>(all, version_zip64);
        put<std::uint32_t>(all, 0);  // disk
        put<std::uint32_t>(all, 0);  // disk
        put<std::uint64_t>(all, members_.size());
        put<std::uint64_t>(all, members_.size());
        put<std::uint64_t>(all, size);
        put<std::uint64_t>(all, end_);
        all += "PK\x06\x07";
        put<std::uint32_t>(all, 0);  // disk
        put<std::uint64_t>(all, end_ + size);
        put<std::uint32_t>(all, 1);  // disks
    }
    all += "PK\x05\x06";
    put<std::uint32_t>(all, 0);  // disks
    put<std::uint16_t>(all, static_cast<std::uint16_t>(members_.size()));
    put<std::uint16_t>(all, static_cast<std::uint16_t>(members_.size()));
    put<std::uint32_t>(all, static_cast<std::uint32_t>(size));
    put<std::uint32_t>(all, or_in_zip64(end_, large));
    put<std::uint16_t>(all, 0);  // comment
    return all;
}

}  // namespace gradscape::io
