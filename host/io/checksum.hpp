// zlib's crc32, by a fast library, of bytes and of stretches put together.
// SPDX-License-Identifier: MIT
#pragma once

#include <isa-l/crc.h>
#include <zlib.h>

#include <cstddef>
#include <cstdint>

#include "gradscape/strips.hpp"

namespace gradscape::io {

/// Of the bytes that `crc` is of, and these behind them.
inline std::uint32_t crc_of(const void* bytes, std::size_t size, std::uint32_t crc = 0) {
    return crc32_gzip_refl(crc, static_cast<const unsigned char*>(bytes), size);
}

inline std::uint32_t crc_of_both(std::uint32_t first, std::uint32_t second,
                                 std::uint64_t second_size) {
    return static_cast<std::uint32_t>(
        crc32_combine(first, second, static_cast<z_off_t>(second_size)));
}

/// Two stretches of which one begins where the other ends; or one, where the other is empty.
inline WrittenRange joined(const WrittenRange& first, const WrittenRange& second) {
    if (first.size == 0) return second;
    if (second.size == 0) return first;
    return {first.offset, first.size + second.size,
            crc_of_both(first.crc, second.crc, second.size)};
}

}  // namespace gradscape::io
