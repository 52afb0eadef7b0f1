// What the loops over packs share, in the sources that are compiled once for each instruction set.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "host/evaluate/cpu/pack.hpp"

namespace gradscape {

// Of gradscape/stop.hpp, whose inline functions must not be compiled for an instruction set that
// the machine may lack.
void check_stop();

}  // namespace gradscape

// Everything a kernel calls must be inlined into it, lambdas and pack operators included. Sanitizer
// builds set it to nothing: their checks in flattened kernels would take minutes to compile.
#if !defined(GRADSCAPE_FLATTEN)
#define GRADSCAPE_FLATTEN __attribute__((flatten))
#endif

namespace gradscape::evaluate {
namespace {

template <class Real, int Registers>
using PackOf = Pack<Real, Registers * register_bytes / static_cast<int>(sizeof(Real))>;
using Doubles = PackOf<double, 1>;

/// check_stop() about once a millisecond: `steps` sequences times time steps are a pack's turn.
class PackedStopCheck {
public:
    explicit PackedStopCheck(std::int64_t steps)
        : packs_(static_cast<unsigned>(1 + (1 << 16) / (steps + 1))), left_(packs_) {}
    void operator()() {
        if (--left_ > 0) return;
        left_ = packs_;
        check_stop();
    }

private:
    unsigned packs_, left_;
};

/// Cells of a row from `column` on that one pack serves.
template <class V>
int cells_left(std::size_t cols, std::size_t column) {
    return static_cast<int>(std::min<std::size_t>(V::lanes, cols - column));
}

/// Stores a pack, or what of it lies inside the row.
template <class V>
void store(V value, real_of<V>* row, std::size_t column, std::size_t cols) {
    if (column + V::lanes <= cols) return value.store(row + column);
    real_of<V> lanes[V::lanes];
    value.store(lanes);
    std::memcpy(row + column, lanes, (cols - column) * sizeof lanes[0]);
}

}  // namespace
}  // namespace gradscape::evaluate
