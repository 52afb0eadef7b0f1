// SPDX-License-Identifier: MIT
#include "host/io/tile_plan.hpp"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <stdexcept>

#include "host/io/file_identity.hpp"

namespace gradscape::io {
namespace {

std::size_t pixels_at(std::size_t pixels, std::size_t level) {
    return ((pixels - 1) >> level) + 1;  // rounded up
}

Axis level_axis(const Axis& axis, std::size_t level) {
    if (level == 0) return axis;
    const auto apart = static_cast<double>(std::size_t{1} << level);
    const std::size_t size = pixels_at(axis.size, level);
    const double lo = axis.lo + axis.step() * (apart - 1) / 2;
    return {lo, lo + static_cast<double>(size - 1) * apart * axis.step(), size};
}

}  // namespace

TilePlan::TilePlan(const Grid& grid, Overview overview) {
    const std::size_t levels = overview == Overview::evaluated ? level_count(grid) : 1;
    for (std::size_t level = 0; level < levels; ++level)
        levels_.push_back({pixels_at(grid.cols(), level), pixels_at(grid.rows(), level), 0});
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
        level->first_row = rows_;
        rows_ += level->bands() * tile_size;
    }
}

std::uint64_t TilePlan::cells_of(std::size_t rows_done) const {
    std::uint64_t cells = 0;
    for (const TileLevel& level : levels_) {
        const std::size_t done = std::min(rows_done, level.bands() * tile_size);
        cells += std::uint64_t{level.cols} * std::min(done, level.rows);
        rows_done -= done;
    }
    return cells;
}

RowRange TilePlan::rows_of(const Shard& shard) const {
    return gradscape::rows_of(shard, rows_, tile_size,
                              [this](std::size_t rows) { return cells_of(rows); });
}

TilePlace TilePlan::place(std::size_t first_row, std::size_t rows) const {
    const auto level = std::ranges::find_if(
        levels_, [first_row](const TileLevel& one) { return first_row >= one.first_row; });
    if (level == levels_.end()) throw std::logic_error("rows below the last level");
    const std::size_t all = level->bands() * tile_size, empty = all - level->rows;
    const std::size_t from = first_row - level->first_row, end = from + rows;
    TilePlace place{static_cast<std::size_t>(level - levels_.begin()), (all - end) / tile_size, 0,
                    0, 0};
    const std::size_t first = std::max(from, empty);
    if (first >= end) return place;
    place.first_row = first - empty;
    place.rows = end - first;
    place.offset = first % tile_size;
    return place;
}

}  // namespace gradscape::io

namespace gradscape {

TileNames tile_names(const std::string& path) {
    const std::filesystem::path file(io::resolve_path(path).target);
    const std::string stem = (file.parent_path() / file.stem()).string();
    return {stem + "_files", stem + ".html"};
}

Grid level_grid(const Grid& grid, std::size_t level) {
    return {io::level_axis(grid.wx, level), io::level_axis(grid.wrec, level)};
}

std::size_t tile_row_count(const Grid& grid, Overview overview) {
    return io::TilePlan(grid, overview).rows() / tile_size;
}

RowRange tile_rows_of(const Shard& shard, const Grid& grid, Overview overview) {
    const RowRange rows = io::TilePlan(grid, overview).rows_of(shard);
    return {rows.first / tile_size, rows.end / tile_size};
}

std::size_t level_count(const Grid& grid) {
    return 1 + static_cast<std::size_t>(std::bit_width(std::max(grid.cols(), grid.rows()) - 1));
}

}  // namespace gradscape
