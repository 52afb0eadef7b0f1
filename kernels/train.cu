// Training from every cell, one thread a start: weights and the optimiser's state stay in registers
// (train_cell.hpp), through the whole run where that is short enough for one launch, so that a stop
// is seen and no display's driver loses its patience; else a launch goes on from what the one
// before has stored, with the same bits. The
// sequences are read into shared memory once where all of them fit, since threads whose run has
// diverged leave early and no barrier can follow.
//
// Cost per cell: iterations + 1 evaluations as in bptt.cu, and an optimiser's step of 10 to 40 flop
// (two divisions and two square roots a weight for Adam). Bytes per cell: the two fields.
// SPDX-License-Identifier: MIT
#include <type_traits>

#include "gradscape/core/train_cell.hpp"
#include "gradscape/stop.hpp"
#include "kernels/any_descent.cuh"
#include "kernels/device/piece_size.hpp"
#include "kernels/device/tiles.cuh"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

/// Of the evaluations that a launch makes.
struct Turn {
    int first, last;  ///< both included
};

/// A cell's stored run.
template <class Real>
using StoredRun = Interleaved<Real>;
template <class Real>
using Run = TrainingRun<Real, typename AnyDescent<Real>::State>;

template <class Real>
__device__ inline void store(const StoredRun<Real>& to, const Run<Real>& run) {
    const Real values[] = {run.wx, run.wrec, run.loss, run.steps, Real(run.running ? 1 : 0)};
    constexpr int plain = sizeof values / sizeof(Real), state = sizeof run.state / sizeof(Real);
    static_assert(plain + state == stored_run_values);
    GRADSCAPE_UNROLL
    for (int i = 0; i < plain; ++i) to[i] = values[i];
    GRADSCAPE_UNROLL
    for (int i = 0; i < state; ++i) to[plain + i] = run.state.values[i];
}
template <class Real>
__device__ inline void load(const StoredRun<Real>& from, Run<Real>& run) {
    run.wx = from[0], run.wrec = from[1], run.loss = from[2], run.steps = from[3];
    run.running = from[4] != Real(0);
    constexpr int state = sizeof run.state / sizeof(Real);
    GRADSCAPE_UNROLL
    for (int i = 0; i < state; ++i) run.state.values[i] = from[5 + i];
}

template <class F, int Length, class Real>
__global__ void __launch_bounds__(block_threads, least_blocks<Real>)
    train_kernel(StoredRecords<Real> data, PieceView<Real> piece, AnyDescent<Real> descent,
                 Turn turn, int iterations, Real tolerance, Real* checkpoints, Real* runs) {
    GRADSCAPE_SHARED(Real, shared);
    Tile<Real> all{data.records, data.steps};
    if (data.tile == data.count) all = stage_tile<Length>(data, shared, 0, data.count);
    const unsigned cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= piece.cells()) return;

    const unsigned row = cell / piece.cols, col = cell % piece.cols;
    const auto threads = static_cast<long long>(gridDim.x) * blockDim.x;
    const Checkpoints<Real> firsts{checkpoints + cell, threads};
    const StoredRun<Real> stored{runs + cell, threads};
    const auto gradient = [&](Real wx, Real wrec) {
        const auto found =
            loss_gradient<F, true, Length, Taken::as_laid_out>(data, all, wx, wrec, firsts);
        if constexpr (may_overflow_in_zeros<F, Length>)
            if (!is_finite(found.loss) || !is_finite(found.grad_wx) || !is_finite(found.grad_wrec))
                return loss_gradient<F, true, Length, Taken::from_the_first>(data, all, wx, wrec,
                                                                             firsts);
        return found;
    };
    Run<Real> run{piece.wx[col], static_cast<Real>(piece.wrec[row]), descent.start()};
    if (turn.first > 0) load(stored, run);
    if (turn.first == 0 || run.running)
        continue_training(run, descent, turn.first, turn.last, iterations, tolerance, gradient);
    if (turn.last < iterations) return store(stored, run);
    put_training_fields(trained_cell(run), [&](Field field, Real value) {
        if (Real* const out = piece.out[field]) out[row * piece.pitch + col] = value;
    });
}

template <class F, class Real>
void launch(const PieceWork<Real>& work) {
    const DeviceTask<Real>& task = work.task;
    const PieceView<Real> view = work.view();
    const unsigned blocks = blocks_for(view.cells());
    const StoredRecords<Real> data = all_stored(task.records);
    const int iterations = task.training.iterations;
    const int each = launch_evaluations(view.cells(), most_launch_steps(), cell_steps(task));
    if (each <= iterations)
        reserve(work.buffers.runs, blocks * std::size_t{block_threads} * stored_run_values,
                work.stream);
    with_length<short_record, long_record>(task.records, [&](auto length) {
        constexpr int Length = decltype(length)::value;
        if (Length == 0)
            reserve(work.buffers.checkpoints, checkpoints_for(task.records, blocks), work.stream);
        for (Turn turn{0, 0}; turn.first <= iterations; turn.first = turn.last + 1) {
            if (turn.first > 0) {
                work.stream.synchronize();
                check_stop();
            }
            turn.last = iterations - turn.first < each ? iterations : turn.first + each - 1;
            GRADSCAPE_LAUNCH((train_kernel<F, Length, Real>), dim3{blocks}, dim3{block_threads},
                             data.shared_bytes(), work.stream, data, view,
                             AnyDescent<Real>(task.training), turn, iterations,
                             static_cast<Real>(task.training.tolerance),
                             work.buffers.checkpoints.data(), work.buffers.runs.data());
        }
    });
}

}  // namespace

template <class Real>
void launch_train(const PieceWork<Real>& work) {
    const Range range("train");
    with_activation(work.task.activation, [&](auto f) { launch<decltype(f)>(work); });
}
template void launch_train(const PieceWork<float>&);
template void launch_train(const PieceWork<double>&);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
