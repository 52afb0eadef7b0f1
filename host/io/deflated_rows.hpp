// A stretch of a zlib stream: deflate blocks that start and end on a byte and look back at nothing
// before them, with the checksum of what they hold. Threads make them, the stream joins them.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gradscape::io {

struct DeflatedRows {
    std::vector<std::uint8_t> bytes;
    std::uint32_t adler = 1;  ///< adler32 of the raw bytes
    std::uint64_t raw_size = 0;

    void clear() {
        bytes.clear();
        adler = 1;
        raw_size = 0;
    }
};

/// The adler32 of two stretches, one after the other.
std::uint32_t adler_of_both(std::uint32_t first, std::uint32_t second, std::uint64_t second_size);

/// igzip at level 0 with its working memory, for one thread at a time.
class Deflater {
public:
    Deflater();
    Deflater(Deflater&&) noexcept;
    ~Deflater();

    /// Appends `raw` (less than 2^31 bytes) to `out`.
    void append(std::span<const std::uint8_t> raw, DeflatedRows& out);

    static std::size_t working_bytes();
    static std::size_t max_deflated_bytes(std::size_t raw_size);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gradscape::io
