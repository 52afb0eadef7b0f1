// What surfaces are written as, to a file, a pipe or memory. A file appears under its name when the
// last strip is done.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "gradscape/byte_sink.hpp"
#include "gradscape/color_filler.hpp"
#include "gradscape/color_map.hpp"
#include "gradscape/png.hpp"
#include "gradscape/strips.hpp"

namespace gradscape {

/// `.npy` version 1.0: one field, `<f4` or `<f8` by the view's precision, shape (rows, cols).
std::unique_ptr<FileSink> npy_sink(ByteSink bytes, const View& view, Field field);

/// `.npz`, stored: `w_x`, `w_rec` (f8) and each of the view's fields, with `_` for `-`.
std::unique_ptr<FileSink> npz_sink(ByteSink bytes, const View& view);

inline constexpr std::size_t csv_max_cells = 1'000'000;

/// `.csv`: `w_x,w_rec,<fields>`, a cell a line, from the lowest w_rec up. InputError beyond
/// csv_max_cells.
std::unique_ptr<FileSink> csv_sink(ByteSink bytes, const View& view);

/// `.png`: palette picture, one pixel a cell, w_rec upwards, colours by the map.
std::unique_ptr<FileSink> heatmap_sink(ByteSink bytes, const View& view, Field field,
                                       const ColorMap& map, std::span<const PngText> texts);

/// The same from an evaluator's colours in this shape.
std::unique_ptr<FileSink> heatmap_sink(ByteSink bytes, const View& view, ColorShape shape,
                                       const ColorMap& map, std::span<const PngText> texts);

}  // namespace gradscape
