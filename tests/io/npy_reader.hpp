// A small independent reader of `.npy` and stored `.npz` files, for tests.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradscape::test {

struct NpyArray {
    std::string descr;
    std::vector<std::size_t> shape;
    std::vector<double> values;
};

inline void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

template <class Integer>
Integer get(const std::string& bytes, std::size_t at) {
    require(at + sizeof(Integer) <= bytes.size(), "file too short");
    Integer value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

inline std::string between(const std::string& text, const std::string& from,
                           const std::string& to) {
    const std::size_t start = text.find(from);
    require(start != std::string::npos, "no " + from);
    const std::size_t end = text.find(to, start + from.size());
    require(end != std::string::npos, "no " + to);
    return text.substr(start + from.size(), end - start - from.size());
}

inline NpyArray parse_npy(const std::string& bytes) {
    require(bytes.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8), "magic");
    const std::size_t start = 10u + get<std::uint16_t>(bytes, 8);
    const std::string header = bytes.substr(10, start - 10);
    require(start % 64 == 0 && header.back() == '\n', "header padding");
    NpyArray array;
    array.descr = between(header, "'descr': '", "'");
    require(between(header, "'fortran_order': ", ",") == "False", "order");
    const std::string shape = between(header, "'shape': (", ")");
    std::size_t count = 1;
    for (std::size_t at = 0; at < shape.size(); at = shape.find_first_of("0123456789", at)) {
        std::size_t used = 0;
        array.shape.push_back(std::stoull(shape.substr(at), &used));
        count *= array.shape.back();
        at += used;
    }
    const std::size_t size = array.descr == "<f4" ? 4 : array.descr == "<f8" ? 8 : 0;
    require(size > 0 && bytes.size() == start + count * size, "number of bytes");
    for (std::size_t i = 0; i < count; ++i)
        array.values.push_back(size == 4 ? get<float>(bytes, start + 4 * i)
                                         : get<double>(bytes, start + 8 * i));
    return array;
}

/// Name → content of an archive without zip64, by its directory.
inline std::map<std::string, std::string> parse_stored_zip(const std::string& bytes) {
    require(bytes.size() >= 22 && get<std::uint32_t>(bytes, bytes.size() - 22) == 0x06054b50,
            "end of directory");
    const std::size_t end = bytes.size() - 22;
    std::size_t at = get<std::uint32_t>(bytes, end + 16);
    std::map<std::string, std::string> members;
    for (unsigned left = get<std::uint16_t>(bytes, end + 10); left > 0; --left) {
        require(get<std::uint32_t>(bytes, at) == 0x02014b50, "directory entry");
        const std::size_t size = get<std::uint32_t>(bytes, at + 24);
        const std::size_t name_size = get<std::uint16_t>(bytes, at + 28);
        const std::size_t local = get<std::uint32_t>(bytes, at + 42);
        require(get<std::uint32_t>(bytes, local) == 0x04034b50, "local header");
        require(get<std::uint32_t>(bytes, local + 14) == get<std::uint32_t>(bytes, at + 16), "crc");
        const std::size_t data = local + 30u + get<std::uint16_t>(bytes, local + 26) +
                                 get<std::uint16_t>(bytes, local + 28);
        members[bytes.substr(at + 46, name_size)] = bytes.substr(data, size);
        at += 46 + name_size + get<std::uint16_t>(bytes, at + 30);
    }
    return members;
}

}  // namespace gradscape::test
