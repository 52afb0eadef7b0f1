// The plane (w_x, w_rec): a point of it, and a grid over it of two axes, column j <-> w_x, row i
// <-> w_rec, row 0 = lowest w_rec.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace gradscape {

/// A point of the plane.
struct Weights {
    double wx = 0, wrec = 0;
    bool operator==(const Weights&) const = default;
};

/// numpy.linspace(lo, hi, size): both ends included, at(size - 1) == hi exactly; size 1 gives lo.
/// A step below the smallest number is none: each place is a part of the width then. Unlike
/// numpy's, an axis may be wider than the largest number.
struct Axis {
    double lo = -3, hi = 3;
    std::size_t size = 1;

    double step() const {
        if (size < 2) return 0;
        const auto parts = static_cast<double>(size - 1);
        const double width = hi - lo;
        return std::isfinite(width) ? width / parts : hi / parts - lo / parts;
    }
    double at(std::size_t index) const {
        if (size > 1 && index + 1 == size) return hi;
        const auto j = static_cast<double>(index);
        const double from_lo =
            step() != 0 || size < 2 ? j * step() : j / static_cast<double>(size - 1) * (hi - lo);
        return from_lo + lo;  // 0 where lo is −0, as numpy has it
    }
    std::vector<double> values() const {
        std::vector<double> all(size);
        for (std::size_t index = 0; index < size; ++index) all[index] = at(index);
        return all;
    }
    bool operator==(const Axis&) const = default;
};

struct Grid {
    Axis wx, wrec;

    std::size_t cols() const { return wx.size; }
    std::size_t rows() const { return wrec.size; }
    std::size_t cells() const { return cols() * rows(); }
    bool operator==(const Grid&) const = default;
};

}  // namespace gradscape
