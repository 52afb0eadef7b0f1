// From a field's values, still on the device, to palette indices and the field's statistics, so
// that a picture leaves the device at one byte a cell. A thread takes 16 bytes of values at a time;
// index(v) = the number of thresholds t with t < v, by a search of eight steps in shared memory.
// Extremes and counts are merged in a tree, block by block; the host merges the blocks.
//
// Cost per cell: 8 comparisons and selects for the index, 6 for the statistics. Bytes per cell: 4
// or 8 read, 1 written: bound by memory on the device, and beyond it by the copy, a quarter of
// f32's.
// SPDX-License-Identifier: MIT
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

constexpr unsigned vectors_per_thread = 4;

/// The indices of one vector as one word.
template <class Real>
using IndexWord = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint16_t>;

/// Colours of what is not finite, as in ColorMap::index.
struct OtherColors {
    unsigned non_finite, negative_infinite;
};

template <class Real>
__device__ inline unsigned index_of(Real value, const Real* thresholds, OtherColors others) {
    unsigned index = 0;
    GRADSCAPE_UNROLL
    for (unsigned step = most_thresholds / 2; step > 0; step /= 2)
        index += thresholds[index + step - 1] < value ? step : 0;
    if (value - value == 0) return index;
    return value < 0 ? others.negative_infinite : others.non_finite;
}

template <class Real>
__global__ void __launch_bounds__(block_threads)
    indices_kernel(PieceView<Real> piece, const Real* values, const Real* thresholds,
                   OtherColors others, unsigned char* indices, CellStatistics<Real>* found) {
    GRADSCAPE_SHARED(Real, shared);
    auto* const statistics = reinterpret_cast<CellStatistics<Real>*>(shared + most_thresholds);
    for (unsigned i = threadIdx.x; i < most_thresholds; i += blockDim.x) shared[i] = thresholds[i];
    __syncthreads();

    CellStatistics<Real> own;
    const unsigned row_vectors = static_cast<unsigned>(piece.pitch / vector_size<Real>);
    const unsigned vectors = piece.rows * row_vectors;
    for (unsigned turn = 0; turn < vectors_per_thread; ++turn) {
        const unsigned vector = (blockIdx.x * vectors_per_thread + turn) * blockDim.x + threadIdx.x;
        if (vector >= vectors) break;
        const unsigned row = vector / row_vectors;
        const unsigned col = vector % row_vectors * vector_size<Real>;
        const std::size_t at = row * piece.pitch + col;
        IndexWord<Real> word = 0;
        GRADSCAPE_UNROLL
        for (unsigned i = 0; i < vector_size<Real>; ++i) {
            if (col + i >= piece.cols) break;
            const Real value = values[at + i];
            own.add(value, row * piece.cols + col + i);
            word = static_cast<IndexWord<Real>>(word | index_of(value, shared, others) << (8 * i));
        }
        *reinterpret_cast<IndexWord<Real>*>(indices + at) = word;
    }

    statistics[threadIdx.x] = own;
    for (unsigned half = block_threads / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) statistics[threadIdx.x].merge(statistics[threadIdx.x + half]);
    }
    if (threadIdx.x == 0) found[blockIdx.x] = statistics[0];
}

}  // namespace

template <class Real>
void launch_indices(const PieceWork<Real>& work) {
    const Range range("indices");
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    const std::size_t cells = view.rows * view.pitch;
    const unsigned blocks =
        blocks_for(cells / vector_size<Real>, block_threads * vectors_per_thread);
    reserve(work.buffers.indices, cells, work.stream);
    reserve(work.buffers.statistics, blocks, work.stream);
    const std::size_t shared =
        most_thresholds * sizeof(Real) + block_threads * sizeof(CellStatistics<Real>);
    GRADSCAPE_LAUNCH((indices_kernel<Real>), dim3{blocks}, dim3{block_threads}, shared, work.stream,
                     view, work.buffers.field(task.color_field), task.thresholds.data(),
                     OtherColors{task.non_finite_index, task.negative_infinite_index},
                     work.buffers.indices.data(), work.buffers.statistics.data());
    work.buffers.statistics_count = blocks;
}
template void launch_indices(const PieceWork<float>&);
template void launch_indices(const PieceWork<double>&);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
