// SPDX-License-Identifier: MIT
#include "gradscape/box_counting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"

namespace gradscape::training {
namespace {

/// Which kinds lie in each box of one side: bit 0 and bit 1.
struct Boxes {
    std::size_t cols, rows;
    std::vector<std::uint8_t> kinds;

    std::size_t crossed() const {
        return static_cast<std::size_t>(std::ranges::count(kinds, std::uint8_t{3}));
    }
};

/// Of side 1, from the points at their corners.
Boxes smallest_boxes(std::span<const std::uint8_t> points, std::size_t stride, std::size_t cols,
                     std::size_t rows) {
    Boxes boxes{cols, rows, std::vector<std::uint8_t>(cols * rows)};
    const auto bit = [&](std::size_t row, std::size_t col) {
        return points[row * stride + col] != 0 ? 2 : 1;
    };
    for (std::size_t row = 0; row < rows; ++row) {
        check_stop();
        for (std::size_t col = 0; col < cols; ++col)
            boxes.kinds[row * cols + col] = static_cast<std::uint8_t>(
                bit(row, col) | bit(row, col + 1) | bit(row + 1, col) | bit(row + 1, col + 1));
    }
    return boxes;
}

/// Of twice the side: what is in four of them.
Boxes doubled(const Boxes& from) {
    Boxes boxes{from.cols / 2, from.rows / 2, {}};
    boxes.kinds.reserve(boxes.cols * boxes.rows);
    for (std::size_t row = 0; row < boxes.rows; ++row)
        for (std::size_t col = 0; col < boxes.cols; ++col) {
            const std::uint8_t* const corner = &from.kinds[2 * row * from.cols + 2 * col];
            boxes.kinds.push_back(static_cast<std::uint8_t>(
                corner[0] | corner[1] | corner[from.cols] | corner[from.cols + 1]));
        }
    return boxes;
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

BoxCounts count_boxes(std::span<const std::uint8_t> kinds, std::size_t cols, std::size_t rows,
                      std::size_t largest) {
    if (largest == 0 || cols <= largest || rows <= largest)
        throw InputError(
            fmt::format("{} x {} points have no room for boxes of {} cells", cols, rows, largest));
    if (!std::has_single_bit(largest))
        throw InputError(fmt::format("boxes of {} cells: a power of 2 is wanted", largest));
    if (kinds.size() != cols * rows)
        throw InputError(fmt::format("{} kinds for {} x {} points: one each is wanted",
                                     kinds.size(), cols, rows));
    const std::size_t box_cols = (cols - 1) / largest * largest,
                      box_rows = (rows - 1) / largest * largest;
    BoxCounts counts{{}, box_cols + 1, box_rows + 1};
    training::Boxes boxes = training::smallest_boxes(kinds, cols, box_cols, box_rows);
    for (std::size_t side = 1;; side *= 2) {
        counts.by_side.push_back({side, boxes.crossed(), boxes.kinds.size()});
        if (2 * side > largest) return counts;
        boxes = training::doubled(boxes);
    }
}

std::size_t largest_side(std::size_t cols, std::size_t rows) {
    constexpr std::size_t least_boxes = 8;
    const std::size_t cells = std::min(cols, rows);
    if (cells <= least_boxes) return 0;
    std::size_t side = 1;
    while (2 * side * least_boxes <= cells - 1) side *= 2;
    return side;
}

std::optional<BoxDimension> box_dimension(const BoxCounts& counts, std::size_t smallest,
                                          std::size_t largest) {
    if (!counts.has_boundary()) return std::nullopt;
    std::vector<double> x, y;
    BoxDimension found{0, 0, 0, 0, 0};
    for (const BoxCount& count : counts.by_side) {
        if (count.side < smallest || count.side > largest) continue;
        if (x.empty()) found.smallest = count.side;
        found.largest = count.side;
        x.push_back(std::log(static_cast<double>(count.side)));
        y.push_back(std::log(static_cast<double>(count.crossed)));
    }
    const auto n = static_cast<double>(x.size());
    if (x.size() < 3) return std::nullopt;
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0, rest = 0;
    for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i] / n, mean_y += y[i] / n;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    const double slope = xy / xx;
    found.dimension = 0 - slope;  // of one point: 0, not −0
    found.intercept = mean_y - slope * mean_x;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double off = y[i] - (found.intercept + slope * x[i]);
        rest += off * off;
    }
    found.standard_error = std::sqrt(rest / (n - 2) / xx);
    return found;
}

}  // namespace gradscape
