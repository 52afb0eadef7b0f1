// SPDX-License-Identifier: MIT
#include "tools/explore/wire.hpp"

#include <bit>
#include <cstring>
#include <vector>

namespace gradscape::explore {
namespace {

static_assert(std::endian::native == std::endian::little);

struct Head {
    PieceKind kind;
    std::int32_t x = 0, y = 0;  ///< of the piece's upper left cell, in the frame's pixels
    std::uint32_t cols = 0, rows = 0, scale = 1, content_bytes = 0, reserved = 0;
};
static_assert(sizeof(Head) == 32);

/// Where each row of runs ends, row 0 = lowest.
std::vector<std::size_t> row_ends(const FramePiece& piece) {
    std::vector<std::size_t> ends;
    for (std::size_t run = 0; run < piece.runs.size(); ++run)
        if (piece.runs[run].end == piece.cols) ends.push_back(run + 1);
    return ends;
}

}  // namespace

void append_piece(std::string& bytes, const FramePiece& piece, std::size_t frame_rows) {
    const auto top = static_cast<std::int64_t>(frame_rows) -
                     (piece.row + static_cast<std::int64_t>(piece.rows * piece.scale));
    const bool runs = !piece.runs.empty();
    const std::size_t content = runs ? 4 * piece.runs.size() : piece.indices.size();
    append_value(
        bytes, Head{runs ? PieceKind::runs : PieceKind::indices,
                    static_cast<std::int32_t>(piece.column), static_cast<std::int32_t>(top),
                    static_cast<std::uint32_t>(piece.cols), static_cast<std::uint32_t>(piece.rows),
                    static_cast<std::uint32_t>(piece.scale), static_cast<std::uint32_t>(content)});
    if (runs) {
        const std::vector<std::size_t> ends = row_ends(piece);
        const std::size_t at = bytes.size();
        bytes.resize(at + content);
        auto* out = bytes.data() + at;
        for (std::size_t row = ends.size(); row-- > 0;)
            for (std::size_t run = row > 0 ? ends[row - 1] : 0; run < ends[row]; ++run) {
                const std::uint32_t word = piece.runs[run].end << 8 | piece.runs[run].index;
                std::memcpy(out, &word, sizeof word);
                out += sizeof word;
            }
        return;
    }
    for (std::size_t row = piece.rows; row-- > 0;)
        bytes.append(reinterpret_cast<const char*>(piece.indices.data() + row * piece.cols),
                     piece.cols);
    bytes.append((4 - content % 4) % 4, '\0');
}

void append_facts(std::string& bytes, std::string_view json) {
    Head head{PieceKind::facts};
    head.content_bytes = static_cast<std::uint32_t>(json.size());
    append_value(bytes, head);
    bytes += json;
    bytes.append((4 - json.size() % 4) % 4, '\0');
}

}  // namespace gradscape::explore
