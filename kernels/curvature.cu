// The curvature fields, one thread a cell, in double whatever the fields' type: BPTT's recurrences
// of second order (core/curvature.hpp), or the row form's, whose coefficients one thread a row
// finds. Cells that plain arithmetic cannot be trusted with are marked, and evaluated again by a
// second kernel in wide arithmetic, which few threads have work in.
//
// Steps that sequences share are taken anew for each: the derivatives at every step of a sequence
// would be kilobytes a thread. Sequences are read from global memory: all threads read the same
// value at the same time, which a cache serves well, and a step has a dozen operations in double
// for each value. Cost per cell, linear cell: 9 flop a sequence and step, 41 for relu, some 60 and
// a tanh for tanh. Bytes per cell: the fields and a flag.
// SPDX-License-Identifier: MIT
#include "gradscape/core/curvature.hpp"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

template <class Real, class V>
__device__ inline void store(const PieceView<Real>& piece, std::size_t at,
                             const Eigenvalues<V>& found) {
    for_each_curvature_field([&](auto field) {
        constexpr Field f = decltype(field)::value;
        if (piece.out[f]) piece.out[f][at] = static_cast<Real>(curvature_value<f>(found));
    });
}

template <class F, class Real>
__global__ void __launch_bounds__(block_threads, 1)
    curvature_kernel(CurvatureData data, PieceView<Real> piece, const double* wx, Trust* trust) {
    const unsigned cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= piece.cells()) return;
    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const auto found = plain_eigenvalues<F, false>(data, wx[col], piece.wrec[row]);
    store(piece, row * piece.pitch + col, found.values);
    trust[cell] = found.trusted ? Trust::plain : Trust::broken;
}

template <class F, class Real>
__global__ void __launch_bounds__(block_threads, 1)
    repair_curvature_kernel(CurvatureData data, PieceView<Real> piece, const double* wx,
                            const Trust* trust) {
    const unsigned cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= piece.cells() || trust[cell] == Trust::plain) return;
    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    store(piece, row * piece.pitch + col,
          wide_eigenvalues<F, false>(data, wx[col], piece.wrec[row]));
}

__global__ void __launch_bounds__(block_threads, 1)
    row_hessians_kernel(RowData data, AxisView axis, const double* wrec, unsigned rows,
                        RowHessian<Wide<double>>* hessians, unsigned char* plain) {
    const unsigned row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= rows) return;
    hessians[row] = row_hessian(data, wrec[row]);
    plain[row] = is_plain(hessians[row], axis);
}

template <class Real>
__global__ void __launch_bounds__(block_threads, 1)
    row_curvature_kernel(PieceView<Real> piece, const double* wx,
                         const RowHessian<Wide<double>>* hessians, const unsigned char* plain) {
    const unsigned row = blockIdx.y, col = blockIdx.x * blockDim.x + threadIdx.x;
    if (col >= piece.cols) return;
    const RowHessian<Wide<double>> wide = hessians[row];
    const std::size_t at = row * piece.pitch + col;
    if (plain[row]) {
        const auto narrow =
            wide.template as<double>([](const Wide<double>& w) { return value_of(w); });
        store(piece, at, eigenvalues_of(row_cell_hessian(narrow, wx[col])));
    } else {
        store(piece, at, eigenvalues_of(row_cell_hessian(wide, Wide<double>(wx[col]))));
    }
}

template <class Real>
void launch_by_rows(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    PieceBuffers<Real>& own = work.buffers;
    reserve(own.hessians, view.rows, work.stream);
    reserve(own.plain_hessians, view.rows, work.stream);
    GRADSCAPE_LAUNCH(row_hessians_kernel, dim3{blocks_for(view.rows)}, dim3{block_threads}, 0,
                     work.stream, RowData{task.row_data.view, task.row_scale}, task.axis, view.wrec,
                     view.rows, own.hessians.data(), own.plain_hessians.data());
    GRADSCAPE_LAUNCH((row_curvature_kernel<Real>), (dim3{blocks_for(view.cols), view.rows}),
                     dim3{block_threads}, 0, work.stream, view,
                     task.wx_exact.data() + work.piece.first_col, own.hessians.data(),
                     own.plain_hessians.data());
}

template <class F, class Real>
void launch_by_recurrence(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    const unsigned blocks = blocks_for(view.cells());
    CurvatureData data = task.curvature;
    data.sequences = {task.exact.view, task.order.data()};
    const double* const wx = task.wx_exact.data() + work.piece.first_col;
    reserve(work.buffers.trust, view.cells(), work.stream);
    Trust* const trust = work.buffers.trust.data();
    GRADSCAPE_LAUNCH((curvature_kernel<F, Real>), dim3{blocks}, dim3{block_threads}, 0, work.stream,
                     data, view, wx, trust);
    GRADSCAPE_LAUNCH((repair_curvature_kernel<F, Real>), dim3{blocks}, dim3{block_threads}, 0,
                     work.stream, data, view, wx, trust);
}

}  // namespace

template <class Real>
void launch_curvature(const PieceWork<Real>& work) {
    const Range range("curvature");
    if (work.task.rows) return launch_by_rows(work);
    with_activation(work.task.activation, [&](auto f) { launch_by_recurrence<decltype(f)>(work); });
}
template void launch_curvature(const PieceWork<float>&);
template void launch_curvature(const PieceWork<double>&);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
