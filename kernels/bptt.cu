// Backpropagation through time, some cells of one column a thread: forward pass, loss, reverse
// pass, as bptt.hpp has them. A block reads the sequences tile by tile into shared memory, and
// every thread runs through them; one reading of a sequence, and one product of w_x and an input,
// serve all of a thread's cells. Small T is a compile-time constant, so that the states stay in
// registers, and where f costs much those that the sequence before has, too, are kept; other T go
// by chunks of `long_chunk` steps, whose first states are kept in global memory.
//
// Cost per cell, linear cell with both gradients: N·(3T fma + T multiply) and T/K products; by
// chunks the forward pass runs twice, (4T fma). Bytes per cell: the fields, 4 or 8 each, and a
// flag. A cell that plain arithmetic cannot be trusted with is marked, and evaluated again by a
// second kernel (careful_cell.hpp), which few threads have work in.
// SPDX-License-Identifier: MIT
#include <type_traits>
#include <utility>

#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/train_cell.hpp"
#include "kernels/column_cells.cuh"
#include "kernels/device/tiles.cuh"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

/// By column and row of a piece, as in SurfaceTask.
struct PlainFlags {
    const unsigned char *cols, *rows;
};

/// Stores a cell's fields and whether they can be trusted.
template <bool Gradient, class Real>
__device__ inline void store_cell(const PieceView<Real>& piece, unsigned row, unsigned col,
                                  const LossGradient<Real>& result, PlainFlags plain,
                                  Trust* trust) {
    const std::size_t at = row * piece.pitch + col;
    for_each_plain_field([&](auto field) {
        constexpr Field f = decltype(field)::value;
        if constexpr (Gradient || row_of(f).kind == FieldKind::loss)
            if (piece.out[f]) piece.out[f][at] = field_value<f>(PlainCell<Real>{result});
    });
    bool finite = is_finite(result.loss);
    if constexpr (Gradient)
        finite = finite && is_finite(result.grad_wx) && is_finite(result.grad_wrec);
    trust[row * piece.cols + col] = !finite || !plain.cols[col] || !plain.rows[row] ? Trust::broken
                                    : result.loss < least_plain_loss<Real>          ? Trust::low
                                                                                    : Trust::plain;
}

template <class Real, int Rows>
__device__ inline bool all_finite(const LossGradient<ColumnCells<Real, Rows>>& found) {
    bool finite = true;
    GRADSCAPE_UNROLL
    for (int i = 0; i < Rows; ++i)
        finite = finite && is_finite(found.loss.lane[i]) && is_finite(found.grad_wx.lane[i]) &&
                 is_finite(found.grad_wrec.lane[i]);
    return finite;
}

template <class F, bool Gradient, int Length, int Rows, class Real>
__global__ void __launch_bounds__(block_threads, least_blocks<Real>)
    bptt_kernel(StoredRecords<Real> data, PieceView<Real> piece, Real* checkpoints,
                PlainFlags plain, Trust* trust) {
    GRADSCAPE_SHARED(Real, shared);
    using V = ColumnCells<Real, Rows>;
    const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
    const bool active = thread < threads_for(piece, Rows);
    const unsigned place = active ? thread : 0;
    const unsigned row = place / piece.cols * Rows, col = place % piece.cols;
    const V wrec = V::map([&](int i) {
        const unsigned own = row + static_cast<unsigned>(i);
        return static_cast<Real>(piece.wrec[own < piece.rows ? own : row]);
    });
    const V wx(piece.wx[col]);
    const Checkpoints<V> firsts{reinterpret_cast<V*>(checkpoints) + thread,
                                static_cast<long long>(gridDim.x) * blockDim.x};
    LossGradient<V> found =
        tiled_loss_gradient<F, Gradient, Length>(data, shared, active, wx, wrec, firsts);
    if (!active) return;
    if constexpr (Gradient && may_overflow_in_zeros<F, Length>)
        if (!all_finite(found))
            found = loss_gradient<F, true, Length, Taken::from_the_first>(
                data, {data.records, data.steps}, wx, wrec, firsts);
    GRADSCAPE_UNROLL
    for (int i = 0; i < Rows; ++i) {
        const unsigned own = row + static_cast<unsigned>(i);
        if (own < piece.rows)
            store_cell<Gradient>(
                piece, own, col,
                {found.loss.lane[i], found.grad_wx.lane[i], found.grad_wrec.lane[i]}, plain, trust);
    }
}

template <class F, class Real>
__global__ void __launch_bounds__(block_threads, 1)
    repair_kernel(CarefulData data, PieceView<Real> piece, const double* wx_exact,
                  const Trust* trust) {
    const unsigned cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= piece.cells() || trust[cell] == Trust::plain) return;
    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const auto found = careful_cell<F>(data, wx_exact[col], piece.wrec[row]);
    if (trust[cell] == Trust::low && !(value_of(found.loss) < least_plain_loss<Real>)) return;
    store_wide(piece, row * piece.pitch + col, found);
}

/// Cells of a column in one thread, by what is fastest on an H100 (docs/performance.md): what they
/// share weighs most where f costs nothing, and doubles leave few registers.
template <class F, bool Gradient, int Length, class Real>
constexpr int rows_of_thread() {
    if (Length == 0) return 1;
    if (sizeof(Real) == 8) return F::homogeneous ? 2 : 1;
    if (!F::homogeneous || Length > short_record) return 2;
    if (!Gradient) return 8;
    return F::constant_slope ? 4 : 2;
}

template <class F, bool Gradient, int Length, int Rows, class Real>
void launch_rows_of(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    const auto data = stored(task.records);
    const PlainFlags plain{task.plain_cols.data() + work.piece.first_col,
                           task.plain_rows.data() + work.piece.first_row};
    const unsigned blocks = blocks_for(threads_for(view, Rows));
    if (Gradient && Length == 0)
        reserve(work.buffers.checkpoints, checkpoints_for(task.records, blocks), work.stream);
    GRADSCAPE_LAUNCH((bptt_kernel<F, Gradient, Length, Rows, Real>), dim3{blocks},
                     dim3{block_threads}, data.shared_bytes(), work.stream, data, view,
                     work.buffers.checkpoints.data(), plain, work.buffers.trust.data());
}

template <class F, class Real>
void launch(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    reserve(work.buffers.trust, view.cells(), work.stream);
    const auto run = [&](auto gradient, auto length) {
        constexpr bool Gradient = decltype(gradient)::value;
        constexpr int Length = decltype(length)::value;
        constexpr int Rows = rows_of_thread<F, Gradient, Length, Real>();
        if (Rows > 1 && threads_for(view, Rows) >= least_threads)
            launch_rows_of<F, Gradient, Length, Rows>(work);
        else
            launch_rows_of<F, Gradient, Length, 1>(work);
    };
    with_length<short_record, long_record>(task.records, [&](auto length) {
        task.fields.any_of(FieldKind::gradient) ? run(std::true_type{}, length)
                                                : run(std::false_type{}, length);
    });
    GRADSCAPE_LAUNCH((repair_kernel<F, Real>), dim3{blocks_for(view.cells())}, dim3{block_threads},
                     0, work.stream, CarefulData{task.exact.view, task.ordinary}, view,
                     task.wx_exact.data() + work.piece.first_col, work.buffers.trust.data());
}

}  // namespace

template <class Real>
void launch_bptt(const PieceWork<Real>& work) {
    const Range range("bptt");
    with_activation(work.task.activation, [&](auto f) { launch<decltype(f)>(work); });
}
template void launch_bptt(const PieceWork<float>&);
template void launch_bptt(const PieceWork<double>&);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
