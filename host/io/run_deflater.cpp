// The code lengths are chosen by hand: 2 bits for a zero and for the longest match, 3 for ±1, 7 for
// the other match lengths, 12 and 13 for the rest. They fill the code exactly, as decoders demand.
// SPDX-License-Identifier: MIT
#include "host/io/run_deflater.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

namespace gradscape::io {
namespace {

constexpr unsigned end_of_block = 256, longest = 285, symbols = 286;
constexpr unsigned longest_match = 258;

struct Code {
    std::uint32_t bits = 0;  ///< first bit lowest
    unsigned count = 0;
};

constexpr unsigned length_of_code(unsigned symbol) {
    if (symbol == 0 || symbol == longest) return 2;
    if (symbol == 1 || symbol == 255) return 3;
    if (symbol > end_of_block) return 7;
    return symbol == 2 || symbol == 254 ? 12 : 13;
}

/// Canonical codes of RFC 1951, 3.2.2: by length, then by symbol.
template <std::size_t count, class Length>
constexpr std::array<Code, count> make_codes(Length length_of) {
    std::array<Code, count> codes{};
    std::uint32_t next = 0;
    for (unsigned length = 1; length <= 15; ++length, next <<= 1)
        for (unsigned symbol = 0; symbol < count; ++symbol) {
            if (length_of(symbol) != length) continue;
            codes[symbol].count = length;
            for (unsigned bit = 0; bit < length; ++bit)
                codes[symbol].bits |= (next >> bit & 1) << (length - 1 - bit);
            ++next;
        }
    return codes;
}

constexpr auto codes = make_codes<symbols>(length_of_code);

constexpr Code joined(Code a, Code b) { return {a.bits | b.bits << a.count, a.count + b.count}; }

/// A match at distance 1 of 3 to 257 bytes (RFC 1951, 3.2.5); its distance code is a single 0 bit.
constexpr Code match(unsigned length) {
    unsigned symbol = 257, base = 3, extra = 0;
    while (length >= base + (1u << extra)) {
        base += 1u << extra;
        ++symbol;
        if (symbol >= 265 && (symbol - 261) % 4 == 0) ++extra;
    }
    return joined(joined(codes[symbol], {length - base, extra}), {0, 1});
}

/// So many zeros after a zero: what matches of 258 leave.
constexpr std::array<Code, longest_match> make_rests() {
    std::array<Code, longest_match> rests{};
    rests[1] = codes[0];
    rests[2] = joined(codes[0], codes[0]);
    for (unsigned length = 3; length < longest_match; ++length) rests[length] = match(length);
    return rests;
}
constexpr auto rests = make_rests();

constexpr Code long_match = joined(codes[longest], {0, 1});
constexpr unsigned matches_at_once = 18;  // 54 bits

constexpr std::uint64_t repeated_long_match() {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < matches_at_once; ++i)
        bits |= std::uint64_t{long_match.bits} << i * long_match.count;
    return bits;
}

/// Bits, the first one lowest in each byte; writes up to 8 bytes beyond what it holds.
class BitWriter {
public:
    constexpr explicit BitWriter(std::uint8_t* to) : next_(to) {}

    constexpr void put(Code code) { put(code.bits, code.count); }
    /// At most 57 bits.
    constexpr void put(std::uint64_t bits, unsigned count) {
        pending_ |= bits << pending_count_;
        pending_count_ += count;
        for (unsigned byte = 0; byte < 8; ++byte)  // one store, on a little-endian machine
            next_[byte] = static_cast<std::uint8_t>(pending_ >> 8 * byte);
        next_ += pending_count_ / 8;
        pending_ >>= pending_count_ & ~7u;
        pending_count_ &= 7;
    }
    constexpr std::size_t bits_since(const std::uint8_t* first) const {
        return static_cast<std::size_t>(next_ - first) * 8 + pending_count_;
    }
    constexpr std::uint8_t* align() {
        if (pending_count_ > 0) put(0, 8 - pending_count_);
        return next_;
    }

private:
    std::uint8_t* next_;
    std::uint64_t pending_ = 0;
    unsigned pending_count_ = 0;
};

/// The head of a block with our code (RFC 1951, 3.2.7): the lengths of all codes, themselves coded.
constexpr void put_block_head(BitWriter& bits) {
    constexpr auto code_of_length = [](unsigned length) -> unsigned {
        if (length == 16) return 1;  // "repeat": 3 to 6 times
        if (length == 7 || length == 13) return 3;
        return length == 1 || length == 2 || length == 3 || length == 12 ? 4 : 0;
    };
    constexpr auto length_codes = make_codes<19>(code_of_length);
    constexpr unsigned order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    bits.put(0b100, 3);          // not the last block; codes of its own
    bits.put(symbols - 257, 5);  // literals and lengths
    bits.put(1, 5);              // 2 distances, of one bit each
    bits.put(std::size(order) - 4, 4);
    for (unsigned length : order) bits.put(length_codes[length].count, 3);
    const auto length_at = [](unsigned i) { return i < symbols ? length_of_code(i) : 1; };
    for (unsigned i = 0, same = 1; i < symbols + 2; i += same) {
        same = 1;
        while (i + same < symbols + 2 && same < 7 && length_at(i + same) == length_at(i)) ++same;
        bits.put(length_codes[length_at(i)]);
        if (same < 4)
            same = 1;  // a repeat stands for 3 or more
        else
            bits.put(length_codes[16]), bits.put(same - 4, 2);
    }
}

/// The same as bytes, once for all.
struct BlockHead {
    std::array<std::uint8_t, 128> bytes{};
    std::size_t bit_count = 0;
};
constexpr BlockHead make_block_head() {
    BlockHead head;
    BitWriter bits(head.bytes.data());
    put_block_head(bits);
    head.bit_count = bits.bits_since(head.bytes.data());
    (void)bits.align();
    return head;
}
constexpr BlockHead block_head = make_block_head();

/// Adler-32 of bytes that are zero except where told: each counts once in the first sum, and in the
/// second as often as there are bytes from it to the end.
struct Checksum {
    std::uint64_t size, a = 1, b = size;
    void add(std::uint8_t byte, std::uint64_t position) {
        a += byte;
        b += byte * (size - position);
    }
    void reduce() { a %= 65521, b %= 65521; }
};

void put_zeros(BitWriter& bits, std::size_t count) {
    constexpr std::uint64_t many = repeated_long_match();
    bits.put(codes[0]);
    std::size_t matches = (count - 1) / longest_match;
    for (; matches > matches_at_once; matches -= matches_at_once)
        bits.put(many, matches_at_once * long_match.count);
    const unsigned left = static_cast<unsigned>(matches) * long_match.count;
    bits.put(many & ((std::uint64_t{1} << left) - 1), left);
    bits.put(rests[(count - 1) % longest_match]);
}

void put_row(BitWriter& bits, std::span<const ColorRun> runs, std::uint64_t position,
             Checksum& checksum) {
    constexpr std::uint8_t filter_sub = 1;
    bits.put(codes[filter_sub]);
    checksum.add(filter_sub, position++);
    std::uint8_t before = 0;
    std::uint32_t start = 0;
    for (const ColorRun& run : runs) {
        const auto difference = static_cast<std::uint8_t>(run.index - before);
        bits.put(codes[difference]);
        checksum.add(difference, position + start);
        if (run.end - start > 1) put_zeros(bits, run.end - start - 1);
        start = run.end;
        before = run.index;
    }
    checksum.reduce();
}

/// The first run of the row that ends before `end`.
std::size_t row_start(std::span<const ColorRun> runs, std::size_t end, std::size_t cols) {
    do --end;
    while (end > 0 && runs[end - 1].end != cols);
    return end;
}

void put_band(std::span<const ColorRun> runs, std::size_t rows, std::size_t cols,
              DeflatedRows& out) {
    const std::size_t start = out.bytes.size();
    // 31 bits for a run and its row's filter byte, and 3 for each 258 columns.
    out.bytes.resize(start + 4 * runs.size() + rows * cols / 600 + sizeof(BlockHead));
    BitWriter bits(out.bytes.data() + start);
    for (std::size_t bit = 0; bit < block_head.bit_count; bit += 8)
        bits.put(block_head.bytes[bit / 8],
                 static_cast<unsigned>(std::min<std::size_t>(block_head.bit_count - bit, 8)));
    Checksum checksum{rows * (cols + 1)};
    std::uint64_t position = 0;
    for (std::size_t end = runs.size(); end > 0;) {
        const std::size_t first = row_start(runs, end, cols);
        put_row(bits, runs.subspan(first, end - first), position, checksum);
        position += cols + 1;
        end = first;
    }
    bits.put(codes[end_of_block]);
    bits.put(0, 3);  // an empty stored block ends on a byte
    std::uint8_t* const aligned = bits.align();
    std::ranges::copy(std::to_array<std::uint8_t>({0, 0, 0xff, 0xff}), aligned);
    out.bytes.resize(static_cast<std::size_t>(aligned + 4 - out.bytes.data()));
    out.adler = adler_of_both(out.adler, static_cast<std::uint32_t>(checksum.b << 16 | checksum.a),
                              checksum.size);
    out.raw_size += checksum.size;
}

}  // namespace

std::size_t max_deflated_run_bytes(std::size_t raw_size, std::size_t bands) {
    // Runs of one column take 13 bits each, longer ones less for a byte.
    return raw_size / 8 * 13 + 13 + bands * sizeof(BlockHead);
}

void deflate_runs(std::span<const ColorRun> runs, std::size_t cols, std::size_t band_rows,
                  DeflatedRows& out) {
    for (std::size_t end = runs.size(), first = end; end > 0; end = first) {
        std::size_t rows = 0;
        for (; rows < band_rows && first > 0; ++rows) first = row_start(runs, first, cols);
        put_band(runs.subspan(first, end - first), rows, cols, out);
    }
}

}  // namespace gradscape::io
