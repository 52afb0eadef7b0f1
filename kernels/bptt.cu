// Backpropagation through time, one thread a cell: forward pass, loss, reverse pass, as bptt.hpp
// has them. A block reads the sequences tile by tile into shared memory, binary ones as bits, and
// every thread runs through them. Small T is a compile-time constant, so that the states stay in
// registers; other T go by chunks of `long_chunk` steps, whose first states are kept in global
// memory.
//
// Cost per cell, linear cell with both gradients, binary data: N·(2T fma + T add + T multiply); by
// chunks the forward pass runs twice, (3T fma). Bytes per cell: the fields, 4 or 8 each, and a
// flag. A cell that plain arithmetic cannot be trusted with is marked, and evaluated again by a
// second kernel (careful_cell.hpp), which few threads have work in.
// SPDX-License-Identifier: MIT
#include <type_traits>
#include <utility>

#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/train_cell.hpp"
#include "kernels/surface.cuh"
#include "kernels/tiles.cuh"

namespace gradscape::GRADSCAPE_BACKEND {
namespace {

/// By column and row of a piece, as in SurfaceTask.
struct PlainFlags {
    const unsigned char *cols, *rows;
};

template <class F, bool Gradient, int Length, class Storage, class Real>
__global__ void __launch_bounds__(block_threads, least_blocks<Real>)
    bptt_kernel(StoredSequences<Storage, Real> data, PieceView<Real> piece, Real* checkpoints,
                PlainFlags plain, Trust* trust) {
    GRADSCAPE_SHARED(Real, shared);
    const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
    const bool active = thread < piece.cells();
    const unsigned cell = active ? thread : 0;
    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const LossGradient<Real> result = tiled_loss_gradient<F, Gradient, Length>(
        data, shared, active, piece.wx[col], static_cast<Real>(piece.wrec[row]),
        Checkpoints<Real>{checkpoints + thread, static_cast<long long>(gridDim.x) * blockDim.x});
    if (!active) return;

    const std::size_t at = row * piece.pitch + col;
    for_each_plain_field([&](auto field) {
        constexpr Field f = decltype(field)::value;
        if constexpr (Gradient || row_of(f).kind == FieldKind::loss)
            if (piece.out[f]) piece.out[f][at] = field_value<f>(PlainCell<Real>{result});
    });
    bool finite = is_finite(result.loss);
    if constexpr (Gradient)
        finite = finite && is_finite(result.grad_wx) && is_finite(result.grad_wrec);
    trust[cell] = !finite || !plain.cols[col] || !plain.rows[row] ? Trust::broken
                  : result.loss < least_plain_loss<Real>          ? Trust::low
                                                                  : Trust::plain;
}

template <class F, class Real>
__global__ void __launch_bounds__(block_threads)
    repair_kernel(CarefulData data, PieceView<Real> piece, const double* wx_exact,
                  const Trust* trust) {
    const unsigned cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= piece.cells() || trust[cell] == Trust::plain) return;
    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const auto found = careful_cell<F>(data, wx_exact[col], piece.wrec[row]);
    if (trust[cell] == Trust::low && !(value_of(found.loss) < least_plain_loss<Real>)) return;
    store_wide(piece, row * piece.pitch + col, found);
}

template <class F, class Storage, class Real>
void launch(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    const unsigned blocks = blocks_for(view.cells());
    const auto data = stored<Storage>(task);
    const PlainFlags plain{task.plain_cols.data() + work.piece.first_col,
                           task.plain_rows.data() + work.piece.first_row};
    reserve(work.buffers.trust, view.cells(), work.stream);
    Trust* const trust = work.buffers.trust.data();
    const auto run = [&](auto gradient, auto length) {
        constexpr bool Gradient = decltype(gradient)::value;
        constexpr int Length = decltype(length)::value;
        if (Gradient && Length == 0)
            reserve(work.buffers.checkpoints, checkpoints_for(task, blocks), work.stream);
        GRADSCAPE_LAUNCH((bptt_kernel<F, Gradient, Length, Storage, Real>), dim3{blocks},
                         dim3{block_threads}, data.shared_bytes(), work.stream, data, view,
                         work.buffers.checkpoints.data(), plain, trust);
    };
    if (task.fields.any_of(FieldKind::gradient))
        with_length<Storage, 5, 8, 10, 16>(data.length,
                                           [&](auto length) { run(std::true_type{}, length); });
    else
        run(std::false_type{}, std::integral_constant<int, 0>{});
    GRADSCAPE_LAUNCH((repair_kernel<F, Real>), dim3{blocks}, dim3{block_threads}, 0, work.stream,
                     CarefulData{task.exact.view, task.ordinary}, view,
                     task.wx_exact.data() + work.piece.first_col, trust);
}

}  // namespace

template <class Real>
void launch_bptt(const PieceWork<Real>& work) {
    const Range range("bptt");
    with_activation(work.task.activation, [&](auto f) {
        using F = decltype(f);
        work.task.binary ? launch<F, Bits>(work) : launch<F, Reals<Real>>(work);
    });
}
template void launch_bptt(const PieceWork<float>&);
template void launch_bptt(const PieceWork<double>&);

}  // namespace gradscape::GRADSCAPE_BACKEND
