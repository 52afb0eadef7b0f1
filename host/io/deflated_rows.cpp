// SPDX-License-Identifier: MIT
#include "host/io/deflated_rows.hpp"

#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include "gradscape/error.hpp"

namespace gradscape::io {

struct Deflater::State {
    isal_zstream stream;
};

Deflater::Deflater() : state_(std::make_unique_for_overwrite<State>()) {}
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater::~Deflater() = default;

std::size_t Deflater::working_bytes() { return sizeof(State); }

std::size_t Deflater::max_deflated_bytes(std::size_t raw_size) {
    // Stored blocks of 65535 bytes with 5 bytes each, and the flush, rounded up.
    return raw_size + (raw_size / 65535 + 1) * 5 + 64;
}

void Deflater::append(std::span<const std::uint8_t> raw, DeflatedRows& out) {
    isal_zstream& stream = state_->stream;
    isal_deflate_stateless_init(&stream);
    stream.level = 0;      // levels 1 and 2 pack more tightly, but in bytes that addresses decide
    stream.hist_bits = 0;  // the largest window; the initialisation leaves it to chance
    stream.flush = FULL_FLUSH;
    stream.end_of_stream = 0;
    stream.next_in = const_cast<std::uint8_t*>(raw.data());
    stream.avail_in = static_cast<std::uint32_t>(raw.size());
    const std::size_t start = out.bytes.size();
    out.bytes.resize(start + max_deflated_bytes(raw.size()));
    stream.next_out = out.bytes.data() + start;
    stream.avail_out = static_cast<std::uint32_t>(out.bytes.size() - start);
    if (isal_deflate_stateless(&stream) != COMP_OK || stream.avail_in != 0)
        throw RunError(
            "igzip could not compress a strip");  // the output buffer holds the worst case
    out.bytes.resize(start + stream.total_out);
    const std::uint32_t adler = isal_adler32(1, raw.data(), raw.size());
    out.adler = adler_of_both(out.adler, adler, raw.size());
    out.raw_size += raw.size();
}

std::uint32_t adler_of_both(std::uint32_t first, std::uint32_t second, std::uint64_t second_size) {
    return static_cast<std::uint32_t>(
        adler32_combine(first, second, static_cast<z_off_t>(second_size)));
}

}  // namespace gradscape::io
