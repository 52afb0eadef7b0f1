// Training from every cell, one thread a start, the whole run in the kernel: weights and the
// optimiser's state stay in registers from the first iteration to the last (train_cell.hpp). The
// sequences are read into shared memory once where all of them fit, since threads whose run has
// diverged leave early and no barrier can follow.
//
// Cost per cell: iterations + 1 evaluations as in bptt.cu, and an optimiser's step of 10 to 40 flop
// (two divisions and two square roots a weight for Adam). Bytes per cell: the two fields.
// SPDX-License-Identifier: MIT
#include <type_traits>

#include "gradscape/core/train_cell.hpp"
#include "kernels/any_descent.cuh"
#include "kernels/surface.cuh"
#include "kernels/tiles.cuh"

namespace gradscape::GRADSCAPE_BACKEND {
namespace {

template <class C, int Length, class Storage, class Real>
__global__ void __launch_bounds__(block_threads, least_blocks<Real>)
    train_kernel(StoredSequences<Storage, Real> data, PieceView<Real> piece,
                 AnyDescent<Real> descent, int iterations, Real tolerance, Real* checkpoints) {
    GRADSCAPE_SHARED(Real, shared);
    const int length = Length > 0 ? Length : data.length;
    const int words = Length > 0 ? Storage::words(Length) : data.words;
    Tile<Storage, Real> all{data.inputs, data.targets, data.weights};
    if (data.tile == data.count) all = stage_tile(data, shared, 0, data.count, words, true);
    const unsigned cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= piece.cells()) return;

    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const Checkpoints<Real> states{checkpoints + cell,
                                   static_cast<long long>(gridDim.x) * blockDim.x};
    const auto gradient = [&](Real wx, Real wrec) {
        SequenceSums<true, Real> sums;
        for (int first = 0; first < data.count; first += sequence_block) {
            const int rest = data.count - first;
            const Tile<Storage, Real> part{all.inputs + static_cast<long long>(first) * words,
                                           all.targets + first, all.weights + first};
            LossGradient<Real> block{0, 0, 0};
            add_tile<C, true, Length>(part, rest < sequence_block ? rest : sequence_block, words,
                                      length, wx, wrec, states, block);
            sums.add(block);
        }
        return sums.times(data.inverse_total);
    };
    const TrainedCell<Real> trained = train_cell(descent, iterations, tolerance, piece.wx[col],
                                                 static_cast<Real>(piece.wrec[row]), gradient);
    const std::size_t at = row * piece.pitch + col;
    if (piece.train_loss) piece.train_loss[at] = trained.loss;
    if (piece.train_steps) piece.train_steps[at] = trained.steps;
}

template <class C, class Storage, class Real>
void launch(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    const unsigned blocks = blocks_for(view.cells());
    const StoredSequences<Storage, Real> data = all_stored<Storage>(task);
    with_length<Storage, 10>(data.length, [&](auto length) {
        constexpr int Length = decltype(length)::value;
        if (Length == 0) reserve(work.buffers.checkpoints, checkpoints_for(task, blocks));
        GRADSCAPE_LAUNCH((train_kernel<C, Length, Storage, Real>), dim3{blocks},
                         dim3{block_threads}, data.shared_bytes(), work.stream, data, view,
                         AnyDescent<Real>(task.training), task.training.iterations,
                         static_cast<Real>(task.training.tolerance),
                         work.buffers.checkpoints.data());
    });
}

}  // namespace

template <class Real>
void launch_train(const PieceWork<Real>& work) {
    const Range range("train");
    with_activation(work.task.activation, [&](auto cell) {
        using C = decltype(cell);
        work.task.binary ? launch<C, Bits>(work) : launch<C, Reals<Real>>(work);
    });
}
template void launch_train(const PieceWork<float>&);
template void launch_train(const PieceWork<double>&);

}  // namespace gradscape::GRADSCAPE_BACKEND
