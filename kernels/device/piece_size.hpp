// How large the pieces are that a strip is cut into for a device. Plain arithmetic, so that it can
// be tested without one.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

namespace gradscape::kernels {

inline constexpr std::size_t least_piece_cells = std::size_t{1} << 10;
inline constexpr std::size_t most_piece_cells = std::size_t{1} << 22;
/// A launch in y holds no more.
inline constexpr std::size_t most_piece_rows = 65535;
/// A strip is cut so often, so that one piece computes while another is copied …
inline constexpr std::size_t pieces_per_strip = 4;
/// … but not into pieces that leave a large device idle: a thread a cell, about 130 000 of them.
inline constexpr std::size_t least_shared_cells = std::size_t{1} << 17;

struct PieceLimits {
    std::size_t memory;      ///< bytes that one piece may take
    std::size_t cell_bytes;  ///< that a cell takes
    double launch_steps;     ///< most_launch_steps()
    double cell_steps;       ///< sequences times steps of one evaluation of a cell
};

/// Cells of a piece, at most; of a thousand at least, whatever the limits.
inline std::size_t piece_cells(std::size_t strip_cells, const PieceLimits& limits) {
    const std::size_t fit = limits.memory / limits.cell_bytes;
    const std::size_t shared = std::max(strip_cells / pieces_per_strip, least_shared_cells);
    const double timely = limits.launch_steps / std::max(limits.cell_steps, 1.0);
    const std::size_t most = std::min({fit, shared, most_piece_cells});
    return std::max(static_cast<std::size_t>(std::min(timely, static_cast<double>(most))),
                    least_piece_cells);
}

struct PieceSize {
    std::size_t rows, cols;
};

/// Of the pieces of a strip of `rows` rows, where a piece has at most `cells` cells, no fewer than
/// least_piece_cells. Columns are cut at multiples of 64, which no vector of values spans.
inline PieceSize piece_size(std::size_t rows, std::size_t cols, std::size_t cells) {
    const std::size_t piece_cols = std::min(cols, cells / 64 * 64);
    return {std::min({rows, most_piece_rows, std::max<std::size_t>(cells / piece_cols, 1)}),
            piece_cols};
}

/// Evaluations of `cells` cells that one launch should make, 1 or more; steps as in PieceLimits.
inline int launch_evaluations(std::size_t cells, double launch_steps, double cell_steps) {
    const double steps = static_cast<double>(cells) * std::max(cell_steps, 1.0);
    return static_cast<int>(std::clamp(launch_steps / steps, 1.0, 1e9));
}

}  // namespace gradscape::kernels
