// The files that surfaces are written to. Each appears under its name when the last strip is done.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "gradscape/atomic_file.hpp"
#include "gradscape/color_filler.hpp"
#include "gradscape/color_map.hpp"
#include "gradscape/png.hpp"
#include "gradscape/strips.hpp"

namespace gradscape {

/// `.npy` version 1.0: one field, `<f4` or `<f8` by the request's precision, shape (rows, cols).
std::unique_ptr<Sink> npy_sink(AtomicFile file, const SurfaceRequest& request, Field field);

/// `.npz`, stored: `w_x`, `w_rec` (f8) and each of the request's fields, with `_` for `-`.
std::unique_ptr<Sink> npz_sink(AtomicFile file, const SurfaceRequest& request);

inline constexpr std::size_t csv_max_cells = 1'000'000;

/// `.csv`: `w_x,w_rec,<fields>`, a cell a line, from the lowest w_rec up. InputError beyond
/// csv_max_cells.
std::unique_ptr<Sink> csv_sink(AtomicFile file, const SurfaceRequest& request);

/// `.png`: palette picture, one pixel a cell, w_rec upwards, colours by the map.
std::unique_ptr<Sink> heatmap_sink(AtomicFile file, const SurfaceRequest& request, Field field,
                                   const ColorMap& map, std::span<const PngText> texts);

/// The same from an evaluator's colours, for run_strips with an empty filler. `statistics` gathers
/// those of the field and is complete with the picture.
std::unique_ptr<Sink> heatmap_sink(AtomicFile file, const SurfaceRequest& request,
                                   ColorFiller colors, const ColorMap& map,
                                   std::span<const PngText> texts, FieldStatistics& statistics);

}  // namespace gradscape
