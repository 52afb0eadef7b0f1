// Statistics of a block of values in the memory of this set of kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/field_statistics.hpp"
#include "kernels/device/runtime.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {

/// Values of rows × cols cells, `pitch` apart from row to row.
template <class Real>
struct ValueBlock {
    const Real* values;
    std::size_t rows, cols, pitch;
};

/// Cells are numbered in the block, row by row. Waits for the stream.
template <class Real>
FieldStatistics field_statistics(const ValueBlock<Real>& block, bool histogram, Stream& stream);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
