// The door to the span kernels, which are compiled once for each instruction set, as those of
// simd_kernels.hpp: plain pointers only.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>

#include "gradscape/color_filler.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"

namespace gradscape::evaluate {

/// The fields whose values along a row have proven bounds (simd/span_fields.hpp).
inline constexpr FieldSet span_fields{Field::loss, Field::grad_wx, Field::grad_wrec,
                                      Field::grad_norm, Field::log10_loss};

/// A row in the form that its spans are solved from; not `plain`: its cells need wide_row_cell.
template <class Real>
struct SpanRow {
    RowLines<Real> lines;
    bool plain;
};

/// What the rows have in common: the axis as in RowsTask, and the colours of the field.
template <class Real>
struct SpanTask {
    const Real* wx;
    std::size_t cols;  ///< at most max_span_cols
    Field field;
    std::uint8_t non_finite, negative_infinite;
    int threshold_count;
    const Real* thresholds;  ///< rounded down, most_thresholds of them, +inf behind the last
    /// Losses as many: up to `below` surely at most the threshold, beyond `above` surely more. For
    /// the loss itself both are the thresholds; for log10-loss they are a few ulp apart.
    const Real *below, *above;
};

inline constexpr std::size_t max_span_cols = std::size_t{1} << 22;  ///< float counts them exactly

/// FieldStatistics in plain form.
template <class Real>
struct SpanStatistics {
    Real min = std::numeric_limits<Real>::infinity(), max = -min;
    std::uint64_t min_cell = 0, max_cell = 0, positive_infinite = 0, negative_infinite = 0, nan = 0,
                  negative_infinite_cell = 0;
};

template <class Real>
struct SpanFunctions {
    /// Fills rows wrec[0…rows); `scratch` as for RowsTask.
    void (*prepare)(const AxisView& axis, const RowData& data, const double* wrec, std::size_t rows,
                    SpanRow<Real>* out, void* scratch);
    /// Writes the runs of a plain row, at most cols, and returns their end.
    ColorRun* (*runs)(const SpanTask<Real>&, const SpanRow<Real>&, ColorRun*);
    /// Adds a plain row whose first cell has this number.
    void (*statistics)(const SpanTask<Real>&, const SpanRow<Real>&, std::uint64_t first_cell,
                       SpanStatistics<Real>&);
};

struct SpanKernels {
    const char* name;
    SpanFunctions<float> f32;
    SpanFunctions<double> f64;

    template <class Real>
    const SpanFunctions<Real>& functions() const {
        if constexpr (sizeof(Real) == 4)
            return f32;
        else
            return f64;
    }
};

/// Of the same instruction set as simd_kernels().
const SpanKernels& span_kernels();

}  // namespace gradscape::evaluate
