// The header of numpy's `.npy` format, version 1.0.
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <span>
#include <string>

namespace gradscape::io {

static_assert(std::endian::native == std::endian::little, "values are written as they are");

/// A multiple of 64 bytes, so that the values that follow are aligned. C order, little-endian.
inline std::string npy_header(std::size_t real_bytes, std::span<const std::size_t> shape) {
    std::string dimensions;
    for (std::size_t size : shape) dimensions += fmt::format("{}, ", size);
    if (shape.size() > 1) dimensions.resize(dimensions.size() - 2);
    const std::string dictionary =
        fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({}), }}", real_bytes,
                    shape.size() == 1 ? dimensions.substr(0, dimensions.size() - 1) : dimensions);
    constexpr std::size_t prefix = 10;  // magic, version, length
    const std::size_t total = (prefix + dictionary.size() + 1 + 63) / 64 * 64;
    const std::size_t length = total - prefix;
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(length & 0xff);
    header += static_cast<char>(length >> 8);
    header += dictionary;
    header.resize(total - 1, ' ');
    return header + '\n';
}

}  // namespace gradscape::io
