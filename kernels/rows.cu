// The row form of the linear cell (row_form.hpp): one thread a row finds the row's coefficients in
// double; then one thread fills 16 bytes, four floats or two doubles, of every wanted field. Rows
// whose values could leave the type's range are left to a third kernel in wide arithmetic, a block
// a row.
//
// Cost per row: 2·N·T fma in double and 32·N bytes of scratch, whatever the number of columns. Cost
// per cell: 2 flop for j - anchor and the loss's first fma, then 1 to 3 fma a field; 4 or 8 bytes
// stored a field, and the same read of w_x where dL/dw_rec is wanted: bound by the stores.
// SPDX-License-Identifier: MIT
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

constexpr unsigned coefficient_threads = 64;

template <class Real>
__global__ void __launch_bounds__(coefficient_threads, 1)
    coefficients_kernel(RowData data, AxisView axis, const double* wrec, unsigned rows,
                        long long first_col, unsigned segments, Power<double>* powers,
                        RowLines<Real>* lines, RowCoefficients<double>* coefficients,
                        unsigned char* plain) {
    const unsigned row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= rows) return;
    const auto found =
        row_coefficients(data, wrec[row], Interleaved<Power<double>>{powers + row, rows});
    coefficients[row] = found;
    plain[row] = is_plain<Real>(found, axis);
    for (unsigned i = 0; i < segments; ++i)
        lines[std::size_t{i} * rows + row] =
            row_lines(found, axis, first_col + i * segment_cols)
                .template as<Real>([](double value) { return static_cast<Real>(value); });
}

inline __device__ void store_vector(float* to, const float (&v)[4]) {
    *reinterpret_cast<float4*>(to) = float4{v[0], v[1], v[2], v[3]};
}
inline __device__ void store_vector(double* to, const double (&v)[2]) {
    *reinterpret_cast<double2*>(to) = double2{v[0], v[1]};
}

/// to[0…] = value(V(j), w_x) for the columns j of one vector.
template <class Real, class Value>
__device__ inline void fill_vector(Real* to, Real first, const Real* wx, Value value) {
    Real values[vector_size<Real>];
    GRADSCAPE_UNROLL
    for (unsigned i = 0; i < vector_size<Real>; ++i)
        values[i] = value(first + static_cast<Real>(i), wx[i]);
    store_vector(to, values);
}

template <class Real>
__global__ void __launch_bounds__(block_threads)
    rows_kernel(PieceView<Real> piece, unsigned first_col, const RowLines<Real>* all_lines,
                const unsigned char* plain) {
    const unsigned row = blockIdx.y;
    const std::size_t col =
        (std::size_t{blockIdx.x} * blockDim.x + threadIdx.x) * vector_size<Real>;
    if (col >= piece.pitch || !plain[row]) return;
    // Pieces begin at a multiple of the vectors' size, so that none spans two segments.
    const unsigned segment = static_cast<unsigned>((first_col + col) / segment_cols);
    const RowLines<Real> lines = all_lines[std::size_t{segment} * piece.rows + row];
    const std::size_t at = row * piece.pitch + col;
    const Real j = static_cast<Real>((first_col + col) % segment_cols);
    const Real* const wx = piece.wx + col;
    for_each_plain_field([&](auto field) {
        constexpr Field f = decltype(field)::value;
        if (piece.out[f])
            fill_vector(piece.out[f] + at, j, wx, [&](Real column, Real w_x) {
                return field_value<f>(RowCell<Real>{lines, column, w_x});
            });
    });
}

template <class Real>
__global__ void __launch_bounds__(block_threads)
    wide_rows_kernel(PieceView<Real> piece, const double* wx,
                     const RowCoefficients<double>* coefficients, const unsigned char* plain) {
    const unsigned row = blockIdx.x;
    if (plain[row]) return;
    const WideRow<double> wide = wide_row(coefficients[row]);
    for (unsigned col = threadIdx.x; col < piece.cols; col += blockDim.x)
        store_wide(piece, row * piece.pitch + col, wide_row_cell(wide, wx[col]));
}

}  // namespace

template <class Real>
void launch_rows(const PieceWork<Real>& work) {
    const Range range("rows");
    const DeviceTask<Real>& task = work.task;
    const RowData data{task.row_data.view, task.row_scale};
    const PieceView<Real> view = work.view();
    const std::size_t first_segment = work.piece.first_col / segment_cols;
    const std::size_t first_col = first_segment * segment_cols;
    const auto in_segment = static_cast<unsigned>(work.piece.first_col - first_col);
    const auto segments = static_cast<unsigned>((in_segment + view.pitch - 1) / segment_cols + 1);
    PieceBuffers<Real>& own = work.buffers;
    reserve(own.powers, std::size_t{view.rows} * static_cast<std::size_t>(data.sequences.count),
            work.stream);
    reserve(own.lines, std::size_t{view.rows} * segments, work.stream);
    reserve(own.coefficients, view.rows, work.stream);
    reserve(own.plain, view.rows, work.stream);
    GRADSCAPE_LAUNCH((coefficients_kernel<Real>), dim3{blocks_for(view.rows, coefficient_threads)},
                     dim3{coefficient_threads}, 0, work.stream, data, task.axis, view.wrec,
                     view.rows, static_cast<long long>(first_col), segments, own.powers.data(),
                     own.lines.data(), own.coefficients.data(), own.plain.data());
    const dim3 grid{blocks_for(view.pitch / vector_size<Real>), view.rows};
    GRADSCAPE_LAUNCH((rows_kernel<Real>), grid, dim3{block_threads}, 0, work.stream, view,
                     in_segment, own.lines.data(), own.plain.data());
    GRADSCAPE_LAUNCH((wide_rows_kernel<Real>), dim3{view.rows}, dim3{block_threads}, 0, work.stream,
                     view, task.wx_exact.data() + work.piece.first_col, own.coefficients.data(),
                     own.plain.data());
}
template void launch_rows(const PieceWork<float>&);
template void launch_rows(const PieceWork<double>&);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
