// ColorMap::index for many values at once, exactly, with no logarithm and no search per value.
// A table over the values' bits gives the index at the low end of each bin of bits; comparing with
// the few thresholds within the bin (mostly one or none) makes it exact. Runs of one colour are
// recognised in blocks by comparing with the two thresholds around it.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gradscape/color_map.hpp"
#include "gradscape/core/ordered_key.hpp"

namespace gradscape::color {

/// The largest Real that is at most t: for every Real v, t < v is the same as round_down(t) < v.
template <class Real>
Real round_down(double t);

template <class Real>
class ColorTable {
public:
    explicit ColorTable(const ColorMap& map);

    std::uint8_t index(Real value) const;
    /// indices[i] = index(values[i]).
    void indices(std::span<const Real> values, std::uint8_t* indices) const;

private:
    using Key = OrderedKey<Real>;
    std::size_t bin_of(Real value) const;

    std::array<Real, most_thresholds + 2>
        thresholds_;  ///< [1 + k]: threshold k rounded down; −inf, …, inf around
    std::vector<std::uint8_t> index_at_bin_;
    Key first_key_ = 0, last_key_ = 0;
    int shift_ = 0;
    std::uint8_t non_finite_, negative_infinite_;
};

extern template class ColorTable<float>;
extern template class ColorTable<double>;

}  // namespace gradscape::color
