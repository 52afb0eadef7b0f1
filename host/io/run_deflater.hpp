// Runs of one colour to deflate blocks, with no pixels in between. Rows carry PNG's filter "sub",
// so that a run is its colour's difference to the run before and then zeros: nearly always ±1, a
// zero, and matches at distance 1. One Huffman code, made for that, serves every picture.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "gradscape/color_filler.hpp"
#include "host/io/deflated_rows.hpp"

namespace gradscape::io {

/// Appends whole rows of `cols` columns, the last row first (runs come from the lowest row up,
/// pictures from the highest down), each `band_rows` in blocks of their own. A band must be less
/// than 2^31 bytes.
void deflate_runs(std::span<const ColorRun> runs, std::size_t cols, std::size_t band_rows,
                  DeflatedRows& out);

/// The most that deflate_runs appends for so many bytes of a picture, in so many bands.
std::size_t max_deflated_run_bytes(std::size_t raw_size, std::size_t bands);

}  // namespace gradscape::io
