// The grid: two axes, column j <-> w_x, row i <-> w_rec, row 0 = lowest w_rec.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace gradscape {

/// numpy.linspace(lo, hi, size): both ends included, at(size - 1) == hi exactly; size 1 gives lo.
struct Axis {
    double lo = -3, hi = 3;
    std::size_t size = 1;

    double step() const { return size > 1 ? (hi - lo) / static_cast<double>(size - 1) : 0.0; }
    double at(std::size_t index) const {
        if (index == 0) return lo;
        if (index + 1 == size) return hi;
        return static_cast<double>(index) * step() + lo;
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
