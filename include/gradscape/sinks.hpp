// What surfaces are written as, to a file, a pipe or memory. A file appears under its name when the
// last strip is done.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "gradscape/byte_sink.hpp"
#include "gradscape/color_filler.hpp"
#include "gradscape/color_map.hpp"
#include "gradscape/png.hpp"
#include "gradscape/strips.hpp"
#include "gradscape/tiles.hpp"

namespace gradscape {

/// `.npy` version 1.0: one field, `<f4` or `<f8` by the view's precision, shape (rows, cols).
std::unique_ptr<FileSink> npy_sink(ByteSink bytes, const View& view, Field field);

/// `.npz`, stored: `w_x`, `w_rec` (f8) and each of the view's fields, with `_` for `-`.
std::unique_ptr<FileSink> npz_sink(ByteSink bytes, const View& view);

/// `.vti`: VTK's ImageData of the view's fields as point data, x = w_x, y = w_rec. Values raw, so
/// that no reader needs more than to copy them. The texts are field data.
std::unique_ptr<FileSink> vti_sink(ByteSink bytes, const View& view,
                                   std::span<const PngText> texts);

/// `.nc`, `.h5`: HDF5 that is netCDF-4: each of the view's fields over the dimensions w_rec, w_x.
/// The texts are attributes. RunError where the module for HDF5 is missing.
std::unique_ptr<FileSink> hdf5_sink(ByteSink bytes, const View& view,
                                    std::span<const PngText> texts);

/// `.dzi`: Deep Zoom, a folder of tiles for each level of the picture, and a page beside it that
/// shows them. Strips are rows of tiles, all levels one above the other with the finest on top,
/// as values or, with a shape, as colours; render() makes them. InputError where it has no file's
/// name, or others' files are in the way.
struct TileOptions {
    Overview overview = Overview::evaluated;
    std::optional<ColorShape> shape;
    std::optional<Shard> shard;  ///< of which it gets the rows of tiles
};
std::unique_ptr<FileSink> tiles_sink(ByteSink bytes, const View& view, const TileOptions& options,
                                     const ColorMap& map, std::span<const PngText> texts);

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
