// The door between the cpu evaluator and its SIMD kernels, which are compiled once for each
// instruction set. Plain pointers only: nothing with inline code may cross into those objects.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "gradscape/core/bptt.hpp"
#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/curvature.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/field.hpp"
#include "gradscape/optimizer.hpp"
#include "gradscape/types.hpp"

namespace gradscape::evaluate {

/// Rows wrec[0…rows) of a surface. Axis values are padded: wx to a multiple of `axis_padding`.
template <class Real>
struct StripTask {
    const Real* wx;
    const double* wrec;
    std::size_t cols, rows;
    FieldArray<Real*> out;  ///< rows × cols values each, null where not wanted
};
inline constexpr std::size_t axis_padding = 128;  ///< the widest pack

template <class Real>
struct BpttTask {
    StripTask<Real> strip;
    Activation activation;
    bool binary;
    OrderedSequences<Real> data;
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

/// Runs from one start, whose parameters the strip's `wx` and `wrec` have the values of.
struct VariedParameters {
    TrainingNumber x, y;
    double start_wx, start_wrec;
};

/// A run from each cell of the strip's rows, or with each cell's parameters.
template <class Real>
struct TrainTask {
    StripTask<Real> strip;
    Activation activation;
    bool binary;
    OrderedSequences<Real> data;
    const TrainingOptions* options;
    void* scratch;  ///< bptt_scratch_bytes(length) bytes, aligned to 64
    const VariedParameters* varied = nullptr;
};

/// The strip's curvature fields; its `wx` is not used.
template <class Real>
struct CurvatureTask {
    StripTask<Real> strip;
    Activation activation;
    bool rows;  ///< by the row form
    CurvatureData data;
    RowData row_data;  ///< merged, compressed: the row form's
    AxisView axis;
    const double* wx;  ///< padded
};

template <class Real>
struct SimdFunctions {
    void (*bptt)(const BpttTask<Real>&);
    void (*rows)(const RowsTask<Real>&);
    void (*train)(const TrainTask<Real>&);
    void (*curvature)(const CurvatureTask<Real>&);
};

struct SimdKernels {
    const char* name;
    int lanes_f32, lanes_f64;
    SimdFunctions<float> f32;
    SimdFunctions<double> f64;
    std::size_t (*bptt_scratch_bytes)(int length);
    std::size_t (*rows_scratch_bytes)(int count);

    template <class Real>
    const SimdFunctions<Real>& functions() const {
        if constexpr (sizeof(Real) == 4)
            return f32;
        else
            return f64;
    }
};

/// The widest set that this processor has; GRADSCAPE_SIMD=baseline|avx2|avx512 in the environment
/// asks for a narrower one (InputError for another word). All give the same bits.
const SimdKernels& simd_kernels();

}  // namespace gradscape::evaluate
