// How rough a boundary is: the box-counting dimension of the border between two kinds of cells of a
// map, as between starts from which training converges and starts from which it does not
// (Sohl-Dickstein 2024, "The boundary of neural network trainability is fractal").
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gradscape {

/// Boxes of `side` × `side` cells through which the boundary passes: points of both kinds lie in
/// them or on their rims.
struct BoxCount {
    std::size_t side = 1, crossed = 0, boxes = 0;
};

/// What was counted at the sides 1, 2, 4, … up to the largest. Each side's
/// boxes cover the same part of the map: as many of the largest boxes as there is room for, from
/// row 0 and column 0 on.
struct BoxCounts {
    std::vector<BoxCount> by_side;
    std::size_t cols = 0, rows = 0;  ///< of the part that is covered, in points

    bool has_boundary() const { return !by_side.empty() && by_side.front().crossed > 0; }
};

/// `kinds`: rows × cols points in C order, 0 or not. Boxes have points at their corners, those of
/// side 1 four of them. Sides up to `largest`, a power of 2. InputError where it is none,
/// where rows and columns have no room for one such box, or where there is not a kind a point.
BoxCounts count_boxes(std::span<const std::uint8_t> kinds, std::size_t cols, std::size_t rows,
                      std::size_t largest);

/// The largest side of which at least eight boxes go along each side of the map; 0: there is none.
std::size_t largest_side(std::size_t cols, std::size_t rows);

/// log N(s) = c − D·log s by least squares over the sides from `smallest` to `largest`.
struct BoxDimension {
    double dimension = 0;
    /// Of D, from the scatter around the line; the counts are not independent, so no less than
    /// that.
    double standard_error = 0;
    double intercept = 0;  ///< c, natural logarithms
    std::size_t smallest = 1, largest = 1;
};

/// None where there is no boundary, or fewer than three sides in the range.
std::optional<BoxDimension> box_dimension(const BoxCounts& counts, std::size_t smallest,
                                          std::size_t largest);

}  // namespace gradscape
