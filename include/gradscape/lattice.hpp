// The lattice of points that interactive views of costly fields lie on: k·d for whole k, with d =
// m·2^n. All of it is exact in double, so that a block, every fourth point and a whole view have
// the same coordinates, and so the same values, wherever they meet: what was computed for one view
// serves the next, and a preview's points are among those of the picture that follows.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "gradscape/grid.hpp"

namespace gradscape {

/// The distance d = m·2^n of neighbouring points.
struct Pitch {
    /// Quarter octaves: from each to the next is 1.19 at most.
    static constexpr std::array<int, 4> steps{16, 19, 23, 27};

    int m = steps[0], n = -8;

    double size() const { return std::ldexp(static_cast<double>(m), n); }
    bool operator==(const Pitch&) const = default;
};

/// The points (first + j)·d, j < size.
struct LatticeAxis {
    std::int64_t first = 0;
    std::size_t size = 1;
    Pitch pitch;

    std::int64_t end() const { return first + static_cast<std::int64_t>(size); }
    /// Axis::at gives the points exactly where is_exact().
    Axis axis() const {
        const double d = pitch.size();
        return {static_cast<double>(first) * d, static_cast<double>(end() - 1) * d, size};
    }
    /// All points and the differences of any two of them are doubles: |k|·m ≤ 2^53, m being odd or
    /// not, and no power of two leaves the normal numbers.
    bool is_exact() const {
        const std::int64_t most = (std::int64_t{1} << 53) / odd_part(pitch.m);
        return first >= -most && end() - 1 <= most && pitch.n >= -960 && pitch.n <= 900;
    }
    /// Every 2^levels-th point, of the same places: those that divide k, from the last one at or
    /// before `first` to the last one at or before the end.
    LatticeAxis coarser(int levels) const {
        const std::int64_t from = first >> levels, last = (end() - 1) >> levels;
        return {from, static_cast<std::size_t>(last - from + 1), {pitch.m, pitch.n + levels}};
    }
    bool operator==(const LatticeAxis&) const = default;

private:
    static constexpr std::int64_t odd_part(int m) {
        while (m % 2 == 0) m /= 2;
        return m;
    }
};

struct Lattice {
    LatticeAxis wx, wrec;

    Grid grid() const { return {wx.axis(), wrec.axis()}; }
    bool is_exact() const { return wx.is_exact() && wrec.is_exact(); }
    Lattice coarser(int levels) const { return {wx.coarser(levels), wrec.coarser(levels)}; }
    bool operator==(const Lattice&) const = default;
};

/// Blocks tile the lattice: block b holds the points k from block_points·b on.
inline constexpr int block_shift = 6;
inline constexpr std::size_t block_points = std::size_t{1} << block_shift;

/// The blocks that an axis meets, as a range [first, end).
struct BlockRange {
    std::int64_t first = 0, end = 0;
};
inline BlockRange blocks_of(const LatticeAxis& axis) {
    return {axis.first >> block_shift, ((axis.end() - 1) >> block_shift) + 1};
}

/// All points of a block.
inline LatticeAxis block_axis(std::int64_t block, const Pitch& pitch) {
    return {block * static_cast<std::int64_t>(block_points), block_points, pitch};
}

}  // namespace gradscape
