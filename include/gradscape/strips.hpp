// The one-way pipeline: an evaluator fills strips on all cores, sinks encode them in parallel and
// take the results in order. Memory is bounded by the strips in flight, never by the surface.
// Strips run from the highest grid rows down, since pictures are written top to bottom.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/evaluate.hpp"
#include "gradscape/progress.hpp"

namespace gradscape {

class AtomicFile;

/// What a sink makes of one strip. Reused from strip to strip, so that buffers are allocated once.
struct Piece {
    virtual ~Piece() = default;
};

/// A stretch of a sink's file, with zlib's crc32 of its bytes.
struct WrittenRange {
    std::uint64_t offset = 0, size = 0;
    std::uint32_t crc = 0;
};

/// All that a sink needs to go on after its last commit(), and where the commits since the last
/// save() went: what is written once and never changed, to be verified before going on.
struct SinkState {
    std::string state;
    std::vector<WrittenRange> written;
    std::uint64_t file_size = 0;
};

/// Of a finished file, as far as that can be known beforehand.
struct FileSize {
    std::uint64_t least = 0, most = 0;
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
    /// After the last strip of all sinks: the result is complete.
    virtual void finish() = 0;
    /// After finish() of all sinks: a file appears under its final name.
    virtual void publish();
    virtual std::uint64_t bytes_written() const = 0;

    // For renders that can be resumed (gradscape/resume.hpp); called between commits.
    virtual AtomicFile* file() { return nullptr; }
    virtual FileSize final_size() const { return {}; }
    virtual SinkState save() { return {}; }
    /// Before the first commit: as it was at that save(). Its file was cut to the size then.
    virtual void restore(std::string_view /*state*/) {}
};

/// How a grid, or the rows of it that are still to be done, is cut. Every strip but the last (the
/// lowest rows) is a multiple of `band_rows` high; encoders cut at bands, which depend on the grid
/// alone, so that files do not depend on the rest.
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
    std::size_t rows_done = 0;  ///< the uppermost, by an earlier run: whole bands, or all rows
};

StripPlan plan_strips(const Grid& grid, std::size_t cells_per_strip = 0);

/// The number of cores that this process may use.
unsigned available_threads();

/// Fills every strip of the request's grid (with an empty filler: none, for sinks that need no
/// values), passes it to all sinks, finishes and publishes them. The first exception in any thread
/// stops all and is rethrown. InputError when the memory does not suffice for a single strip.
void run_strips(const StripFiller& filler, const SurfaceRequest& request,
                std::span<Sink* const> sinks, const StripOptions& options = {});

}  // namespace gradscape
