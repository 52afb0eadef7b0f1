// The one-way pipeline: an evaluator fills strips on all cores, sinks encode them in parallel and
// take the results in order. Memory is bounded by the strips in flight, never by the surface.
// Strips run from the highest grid rows down, since pictures are written top to bottom.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "gradscape/evaluate.hpp"
#include "gradscape/progress.hpp"

namespace gradscape {

/// What a sink makes of one strip. Reused from strip to strip, so that buffers are allocated once.
struct Piece {
    virtual ~Piece() = default;
};

enum class StatisticsUse : std::uint8_t { none, extremes, histogram };

/// A consumer of strips: a file, a picture, statistics.
class Sink {
public:
    virtual ~Sink() = default;

    virtual std::unique_ptr<Piece> make_piece() const = 0;
    /// Whether encode() makes use of the strip's statistics, if the evaluator knows them.
    virtual StatisticsUse statistics_use() const { return StatisticsUse::none; }
    /// Bytes that a piece holds for a strip of so many rows; for the memory budget.
    virtual std::size_t piece_bytes(std::size_t rows) const = 0;
    /// Many threads at once, strips in any order. The fields are valid during the call only.
    virtual void encode(const Strip& strip, Piece& piece) const = 0;
    /// In strip order, one at a time.
    virtual void commit(Piece& piece) = 0;
    /// After the last strip of all sinks: publishes the result under its final name.
    virtual void finish() = 0;
    virtual std::uint64_t bytes_written() const = 0;
};

/// How a grid is cut. Every strip but the last (the lowest rows) is a multiple of `band_rows` high;
/// encoders cut at bands, which depend on the grid alone, so that files do not depend on the rest.
struct StripPlan {
    std::size_t grid_rows = 0, cols = 0, band_rows = 1, rows_per_strip = 1;

    std::size_t count() const { return (grid_rows + rows_per_strip - 1) / rows_per_strip; }
    /// The place of strip 0 (the top), 1, …; without data.
    Strip strip(std::size_t index) const;
};

std::size_t band_rows(const Grid& grid);

struct StripOptions {
    unsigned threads = 0;                             ///< 0: all cores
    std::size_t max_memory = std::size_t{256} << 20;  ///< bytes, for strips and pieces in flight
    std::size_t cells_per_strip = 0;                  ///< 0: one band, which stays in the L2 cache
    Verbosity verbosity = Verbosity::normal;
};

StripPlan plan_strips(const Grid& grid, std::size_t cells_per_strip = 0);

/// The number of cores that this process may use.
unsigned available_threads();

/// Fills every strip of the request's grid (with an empty filler: none, for sinks that need no
/// values), passes it to all sinks, finishes them. The first exception in any thread stops all and
/// is rethrown. InputError when the memory does not suffice for a single strip.
void run_strips(const StripFiller& filler, const SurfaceRequest& request,
                std::span<Sink* const> sinks, const StripOptions& options = {});

}  // namespace gradscape
