// Training on packs of cells, a run a lane, compiled once for each instruction set: from the
// weights that the cells stand for, or with the parameters that they stand for.
// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>

#include "gradscape/core/train_cell.hpp"
#include "host/evaluate/cpu/simd/bptt_packs.hpp"
#include "host/evaluate/cpu/simd/set_name.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"

namespace gradscape::evaluate {
namespace {

template <class Real>
using GradientOfPack = LossFunction<Real, Cells<Real>>;

/// The runs of one pack of cells, from column j of a row on.
template <class Real, class Descent>
GRADSCAPE_FLATTEN void train_pack(const TrainTask<Real>& task, const Descent& descent,
                                  GradientOfPack<Real> gradient, PackedStopCheck& check,
                                  const Cells<Real>& wx, const Cells<Real>& wrec, std::size_t row,
                                  std::size_t j) {
    using V = Cells<Real>;
    const StripTask<Real>& strip = task.strip;
    const auto at = [&, wanted = cells_left<V>(strip.cols, j)](const V& w_x, const V& w_rec) {
        check();
        LossGradient<V> found{V(std::numeric_limits<Real>::infinity()), V(0), V(0)};
        gradient(task.data, w_x, w_rec, wanted, task.scratch, found);
        return found;  // beyond the row, nothing runs
    };
    const TrainedCell<V> trained =
        train_cell(descent, task.options->iterations, static_cast<Real>(task.options->tolerance),
                   wx, wrec, at);
    put_training_fields(trained, [&](Field field, const V& values) {
        if (Real* const out = strip.out[field])
            store(values, out + row * strip.cols, j, strip.cols);
    });
}

/// Calls `pack(row, j)` for every pack of cells.
template <class Real, class Pack>
void for_each_pack(const TrainTask<Real>& task, Pack pack) {
    for (std::size_t row = 0; row < task.strip.rows; ++row)
        for (std::size_t j = 0; j < task.strip.cols; j += Cells<Real>::lanes) pack(row, j);
}

template <class Real>
void train(const TrainTask<Real>& task) {
    using V = Cells<Real>;
    const StripTask<Real>& strip = task.strip;
    const auto gradient = loss_function<true, Real, V>(task.activation, task.binary);
    PackedStopCheck check(std::int64_t{task.data.all.count} * task.data.all.length);
    if (const VariedParameters* const varied = task.varied) {
        const V wx(static_cast<Real>(varied->start_wx)),
            wrec(static_cast<Real>(varied->start_wrec));
        for_each_pack(task, [&](std::size_t row, std::size_t j) {
            const VariedOptions<V> options{*task.options, varied->x, varied->y,
                                           V::load(strip.wx + j),
                                           V(static_cast<Real>(strip.wrec[row]))};
            with_descent<V>(options, [&](const auto& descent) {
                train_pack(task, descent, gradient, check, wx, wrec, row, j);
            });
        });
        return;
    }
    with_descent<V>(*task.options, [&](const auto& descent) {
        for_each_pack(task, [&](std::size_t row, std::size_t j) {
            train_pack(task, descent, gradient, check, V::load(strip.wx + j),
                       V(static_cast<Real>(strip.wrec[row])), row, j);
        });
    });
}

}  // namespace

void GRADSCAPE_SET_NAMED(train_)(const TrainTask<float>&);
void GRADSCAPE_SET_NAMED(train_)(const TrainTask<double>&);
void GRADSCAPE_SET_NAMED(train_)(const TrainTask<float>& task) { train(task); }
void GRADSCAPE_SET_NAMED(train_)(const TrainTask<double>& task) { train(task); }

}  // namespace gradscape::evaluate
