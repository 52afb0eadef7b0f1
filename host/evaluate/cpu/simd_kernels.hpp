// The door between the cpu evaluator and its SIMD kernels, which are compiled once for each
// instruction set. Plain pointers only: nothing with inline code may cross into those objects.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/cell.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/optimizer.hpp"
#include "gradscape/types.hpp"

namespace gradscape::evaluate {

/// Where a block of rows goes: rows × cols values each, null where not wanted.
template <class Real>
struct FieldPointers {
    Real *loss, *grad_wx, *grad_wrec, *grad_norm, *log10_loss;
};

/// Rows wrec[0…rows) of a surface. Axis values are padded: wx to a multiple of `axis_padding`.
template <class Real>
struct StripTask {
    const Real* wx;
    const double* wrec;
    std::size_t cols, rows;
    FieldPointers<Real> out;
};
inline constexpr std::size_t axis_padding = 128;  ///< the widest pack

template <class Real>
struct BpttTask {
    StripTask<Real> strip;
    Activation activation;
    bool binary;
    SequenceView<Real> data;
    CarefulData careful;              ///< the same sequences
    const double* wx_exact;           ///< padded as wx
    const Real* plain_cols;           ///< padded as wx: 1 where PlainRange has w_x, else 0
    const unsigned char* plain_rows;  ///< the same of w_rec
    void* scratch;                    ///< bptt_scratch_bytes(length) bytes, aligned to 64
};

template <class Real>
struct RowsTask {
    StripTask<Real> strip;
    AxisView axis;
    const double* wx_exact;  ///< padded as wx
    RowData data;            ///< merged, compressed
    void* scratch;           ///< rows_scratch_bytes(count) bytes, aligned to 64
};

/// A run from each cell of the strip's rows, whose `out` is not used.
template <class Real>
struct TrainTask {
    StripTask<Real> strip;
    Activation activation;
    bool binary;
    SequenceView<Real> data;
    const TrainingOptions* options;
    Real *loss, *steps;  ///< null where not wanted
    void* scratch;       ///< bptt_scratch_bytes(length) bytes, aligned to 64
};

struct SimdKernels {
    const char* name;
    int lanes_f32, lanes_f64;
    void (*bptt_f32)(const BpttTask<float>&);
    void (*bptt_f64)(const BpttTask<double>&);
    void (*rows_f32)(const RowsTask<float>&);
    void (*rows_f64)(const RowsTask<double>&);
    void (*train_f32)(const TrainTask<float>&);
    void (*train_f64)(const TrainTask<double>&);
    std::size_t (*bptt_scratch_bytes)(int length);
    std::size_t (*rows_scratch_bytes)(int count);
};

/// The widest set that this processor has; GRADSCAPE_SIMD=baseline|avx2|avx512 in the environment
/// asks for a narrower one (InputError for another word). All give the same bits.
const SimdKernels& simd_kernels();

}  // namespace gradscape::evaluate
