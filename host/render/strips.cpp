// How a grid is cut into strips, and who runs them.
// SPDX-License-Identifier: MIT
#include "gradscape/strips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/stop.hpp"
#include "host/render/ordered_run.hpp"
#include "host/render/remote_run.hpp"

namespace gradscape::rendering {
namespace {

constexpr std::size_t cells_per_band = 65536;
constexpr std::size_t min_bands = 32;  // small grids are cut, too, since a cell may be costly

StripPlan plan_of(const Source& source, std::span<Sink* const> sinks, const StripOptions& options) {
    StripPlan plan = plan_strips(source.grid(), options.cells_per_strip);
    if (options.band_rows > 0) plan.band_rows = plan.rows_per_strip = options.band_rows;
    const RowRange range = options.rows_of(source.grid());
    if (range.end > source.grid().rows() || range.first > range.end ||
        options.rows_done > range.rows())
        throw InputError(fmt::format(
            "rows from {} to before {}, {} of them done, are not among the {} of the grid",
            range.first, range.end, options.rows_done, source.grid().rows()));
    plan.grid_rows = range.rows() - options.rows_done;
    plan.lowest_row = range.first;
    const auto bytes = [&] { return slot_bytes(source, sinks, plan.rows_per_strip); };
    while (bytes() > options.max_memory && plan.rows_per_strip > plan.band_rows)
        plan.rows_per_strip =
            std::max<std::size_t>(plan.rows_per_strip / plan.band_rows / 2, 1) * plan.band_rows;
    if (bytes() > options.max_memory)
        throw MemoryError(fmt::format(
            "a strip of this surface takes {}, more than the {} allowed; allow more memory "
            "or give fewer columns",
            memory_text(bytes()), memory_text(options.max_memory)));
    return plan;
}

void check_durable(std::span<Sink* const> sinks) {
    for (Sink* sink : sinks)
        if (!sink->as_durable())
            throw InputError("one of the outputs is made by a single process; start one alone");
}

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

void FileSink::publish() {
    if (AtomicFile* published = file()) published->publish();
}

Strip StripPlan::strip(std::size_t index) const {
    const std::size_t left = grid_rows - index * rows_per_strip;
    const std::size_t rows = std::min(left, rows_per_strip);
    return {lowest_row + left - rows, rows, {}};
}

std::size_t band_rows(const Grid& grid) {
    const std::size_t by_size = rendering::cells_per_band / std::max<std::size_t>(grid.cols(), 1);
    const std::size_t by_count = (grid.rows() + rendering::min_bands - 1) / rendering::min_bands;
    return std::max<std::size_t>(std::min(by_size, by_count), 1);
}

StripPlan plan_strips(const Grid& grid, std::size_t cells_per_strip) {
    const std::size_t band = band_rows(grid);
    const std::size_t bands = cells_per_strip / std::max<std::size_t>(band * grid.cols(), 1);
    return {grid.rows(), grid.cols(), band, band * std::max<std::size_t>(bands, 1)};
}

void run_strips(const Source& source, std::span<Sink* const> sinks, const StripOptions& options) {
    if (options.ranks) rendering::check_durable(sinks);
    if (options.ranks && !options.ranks->is_first())
        return rendering::run_for_first_rank(source, sinks, options);
    const StripPlan plan = rendering::plan_of(source, sinks, options);
    // None are left where a resumed run only lacked its names.
    if (plan.count() > 0 || options.ranks) {
        const StopScope scope(options.stop);
        rendering::OrderedRun(source, sinks, plan, options).run();
    }
    if (options.only) return;
    for (Sink* sink : sinks) sink->finish();
    for (Sink* sink : sinks)
        if (FileSink* file = sink->as_file()) file->publish();
}

void run_strips(const StripFiller& filler, const View& view, std::span<Sink* const> sinks,
                const StripOptions& options) {
    run_strips(*values_source(filler, view), sinks, options);
}

}  // namespace gradscape
