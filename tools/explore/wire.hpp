// The frame as bytes: pieces, each a head of eight little-endian 32-bit words and its content,
// filled up to a multiple of 4 bytes; the facts come last. docs/explore.md has the table.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gradscape/frame.hpp"

namespace gradscape::explore {

enum class PieceKind : std::uint32_t {
    runs = 1,     ///< words end << 8 | index, end exclusive, row after row
    indices = 2,  ///< a byte a cell, row after row
    facts = 3     ///< JSON
};

/// Appends a piece of a frame so many rows high. Pixels are counted from the top left.
void append_piece(std::string& bytes, const FramePiece& piece, std::size_t frame_rows);
void append_facts(std::string& bytes, std::string_view json);

/// Appends a value as it lies in memory, which is little-endian on every machine that we know.
template <class Value>
void append_value(std::string& bytes, Value value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace gradscape::explore
