// The one-way pipeline: a source fills strips on all cores, sinks encode them in parallel and take
// the results in order. Memory is bounded by the strips in flight, never by the surface. Strips run
// from the highest grid rows down, since pictures are written top to bottom.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "gradscape/context.hpp"
#include "gradscape/ranks.hpp"
#include "gradscape/sink.hpp"
#include "gradscape/source.hpp"

namespace gradscape {

/// How a grid, or the rows of it that are still to be done, is cut. Every strip but the last (the
/// lowest rows) is a multiple of `band_rows` high; encoders cut at bands, which depend on the grid
/// alone, so that files do not depend on the rest.
struct StripPlan {
    std::size_t grid_rows = 0, cols = 0, band_rows = 1, rows_per_strip = 1;
    std::size_t lowest_row = 0;

    bool operator==(const StripPlan&) const = default;

    std::size_t count() const { return (grid_rows + rows_per_strip - 1) / rows_per_strip; }
    /// The place of strip 0 (the top), 1, …; without data.
    Strip strip(std::size_t index) const;
};

std::size_t band_rows(const Grid& grid);

StripPlan plan_strips(const Grid& grid, std::size_t cells_per_strip = 0);

/// Rows [first, end) of a grid.
struct RowRange {
    std::size_t first = 0, end = 0;
    std::size_t rows() const { return end - first; }
};

/// Told, by the thread that commits, when the sinks begin to differ and when each has the strip.
class CommitListener {
public:
    virtual ~CommitListener() = default;
    virtual void begin() = 0;
    virtual void end(const Strip& strip) = 0;
};

struct StripOptions : Context {
    std::size_t cells_per_strip = 0;  ///< 0: one band, which stays in the L2 cache
    std::size_t rows_done = 0;        ///< the uppermost, by an earlier run: whole bands, or all
    std::size_t band_rows = 0;        ///< for sinks that cut elsewhere; 0: band_rows(grid)
    /// No others than these, whole bands; the sinks are neither finished nor published.
    std::optional<RowRange> only = {};
    /// Those that do this run together; null: this process alone. Other ranks than the first
    /// neither finish nor publish.
    Ranks* ranks = nullptr;
    RunIdentity identity = {};
    CommitListener* commits = nullptr;

    RowRange rows_of(const Grid& grid) const { return only.value_or(RowRange{0, grid.rows()}); }
    std::size_t band_of(const Grid& grid) const {
        return band_rows > 0 ? band_rows : gradscape::band_rows(grid);
    }
};

/// Passes every strip of the source to all sinks, finishes and publishes them. Where there are few
/// strips for the threads, several fill one of them. The first exception in any thread stops all
/// and is rethrown. MemoryError when the memory does not suffice for a single strip.
void run_strips(const Source& source, std::span<Sink* const> sinks,
                const StripOptions& options = {});

/// The same for the values that a filler gives of a view.
void run_strips(const StripFiller& filler, const View& view, std::span<Sink* const> sinks,
                const StripOptions& options = {});

}  // namespace gradscape
