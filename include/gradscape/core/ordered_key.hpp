// Floating-point values as signed integers in the same order: −inf < … < −0 < 0 < … < inf, NaN
// outermost. Tables are indexed by them, and their minima vectorise without fast-math.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "gradscape/core/platform.hpp"

namespace gradscape {

template <class Real>
using OrderedKey = std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t>;

/// The bits without the sign: orders magnitudes; non-finite from infinity's on.
template <class Real>
GRADSCAPE_HD inline OrderedKey<Real> magnitude_key(Real value) {
    return std::bit_cast<OrderedKey<Real>>(value) & std::numeric_limits<OrderedKey<Real>>::max();
}

template <class Real>
GRADSCAPE_HD inline OrderedKey<Real> ordered_key(Real value) {
    using Key = OrderedKey<Real>;
    const Key bits = std::bit_cast<Key>(value);
    return bits ^ ((bits >> (8 * sizeof(Key) - 1)) & std::numeric_limits<Key>::max());
}

/// ordered_key is an involution on the bits.
template <class Real>
GRADSCAPE_HD inline Real from_ordered_key(OrderedKey<Real> key) {
    using Key = OrderedKey<Real>;
    const Key bits = key ^ ((key >> (8 * sizeof(Key) - 1)) & std::numeric_limits<Key>::max());
    return std::bit_cast<Real>(bits);
}

}  // namespace gradscape
