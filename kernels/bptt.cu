// Backpropagation through time, one thread a cell: forward pass, loss, reverse pass, as cell.hpp
// has them. A block reads the sequences tile by tile into shared memory, binary ones as bits, and
// every thread runs through them. Small T is a compile-time constant, so that the states stay in
// registers; other T go by chunks of 32 steps, whose first states are kept in global memory.
//
// Cost per cell, linear cell with both gradients, binary data: N·(2T fma + T add + T multiply); by
// chunks the forward pass runs twice, (3T fma). Bytes per cell: the fields, 4 or 8 each, and a
// flag. A cell whose result is not finite is marked, and evaluated again in wide arithmetic by a
// second kernel, which few threads have work in.
// SPDX-License-Identifier: MIT
#include <type_traits>
#include <utility>

#include "gradscape/core/train_cell.hpp"
#include "kernels/surface.cuh"
#include "kernels/tiles.cuh"

namespace gradscape::GRADSCAPE_BACKEND {
namespace {

template <class C, bool Gradient, int Length, class Storage, class Real>
__global__ void __launch_bounds__(block_threads, least_blocks<Real>)
    bptt_kernel(StoredSequences<Storage, Real> data, PieceView<Real> piece, Real* checkpoints,
                unsigned char* overflowed) {
    GRADSCAPE_SHARED(Real, shared);
    const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
    const bool active = thread < piece.cells();
    const unsigned cell = active ? thread : 0;
    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const LossGradient<Real> result = tiled_loss_gradient<C, Gradient, Length>(
        data, shared, active, piece.wx[col], static_cast<Real>(piece.wrec[row]),
        Checkpoints<Real>{checkpoints + thread, static_cast<long long>(gridDim.x) * blockDim.x});
    if (!active) return;

    const std::size_t at = row * piece.pitch + col;
    if (piece.loss) piece.loss[at] = result.loss;
    if (piece.log10_loss) piece.log10_loss[at] = log10_of(result.loss);
    bool finite = is_finite(result.loss);
    if constexpr (Gradient) {
        if (piece.grad_wx) piece.grad_wx[at] = result.grad_wx;
        if (piece.grad_wrec) piece.grad_wrec[at] = result.grad_wrec;
        if (piece.grad_norm) piece.grad_norm[at] = norm_of(result.grad_wx, result.grad_wrec);
        finite = finite && is_finite(result.grad_wx) && is_finite(result.grad_wrec);
    }
    overflowed[cell] = !finite;
}

template <class C, class Real>
__global__ void __launch_bounds__(block_threads)
    repair_kernel(SequenceView<double> data, PieceView<Real> piece,
                  const unsigned char* overflowed) {
    const unsigned cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= piece.cells() || !overflowed[cell]) return;
    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const double wx = piece.wx[col], wrec = static_cast<Real>(piece.wrec[row]);
    store_wide(piece, row * piece.pitch + col, careful_cell<C>(data, wx, wrec));
}

template <class C, class Storage, class Real>
void launch(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    const unsigned blocks = blocks_for(view.cells());
    const auto data = stored<Storage>(task);
    reserve(work.buffers.overflowed, view.cells());
    unsigned char* const overflowed = work.buffers.overflowed.data();
    const auto run = [&](auto gradient, auto length) {
        constexpr bool Gradient = decltype(gradient)::value;
        constexpr int Length = decltype(length)::value;
        if (Gradient && Length == 0)
            reserve(work.buffers.checkpoints, checkpoints_for(task, blocks));
        GRADSCAPE_LAUNCH((bptt_kernel<C, Gradient, Length, Storage, Real>), dim3{blocks},
                         dim3{block_threads}, data.shared_bytes(), work.stream, data, view,
                         work.buffers.checkpoints.data(), overflowed);
    };
    if (view.grad_wx || view.grad_wrec || view.grad_norm)
        with_length<Storage, 5, 8, 10, 16>(data.length,
                                           [&](auto length) { run(std::true_type{}, length); });
    else
        run(std::false_type{}, std::integral_constant<int, 0>{});
    GRADSCAPE_LAUNCH((repair_kernel<C, Real>), dim3{blocks}, dim3{block_threads}, 0, work.stream,
                     task.exact.view, view, overflowed);
}

}  // namespace

template <class Real>
void launch_bptt(const PieceWork<Real>& work) {
    const Range range("bptt");
    with_cell(work.task.cell, [&](auto cell) {
        using C = decltype(cell);
        work.task.binary ? launch<C, Bits>(work) : launch<C, Reals<Real>>(work);
    });
}
template void launch_bptt(const PieceWork<float>&);
template void launch_bptt(const PieceWork<double>&);

}  // namespace gradscape::GRADSCAPE_BACKEND
