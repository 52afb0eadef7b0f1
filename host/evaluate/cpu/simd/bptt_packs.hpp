// BPTT on packs of cells, for the sources that are compiled once for each instruction set.
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include "gradscape/core/activation.hpp"
#include "gradscape/core/bptt.hpp"
#include "host/evaluate/cpu/simd/packs.hpp"

namespace gradscape::evaluate {
namespace {

/// The cells that BPTT and training hold at a time. A step of a recurrence waits for the step
/// before: only independent chains keep the processor busy, eight registers of them for tanh and
/// the logistic function, whose chains are long, and four, all that fit its registers, for the
/// others.
template <class Real>
using Cells = PackOf<Real, 8>;
template <class F>
inline constexpr int registers_at_once = F::homogeneous ? 4 : 8;
constexpr int history_registers = 64 * 8;  // states of the current chunk: 32 KiB with AVX-512

/// Weights of some of a pack's cells: those of a row share w_rec, which then takes one register of
/// the processor's; in training each has its own.
template <class V>
V weights_from(real_of<V> shared, int /*first*/) {
    return V(shared);
}
template <class V>
V weights_from(const Cells<real_of<V>>& weights, int first) {
    return weights.template lanes_from<V::lanes>(first);
}

/// Wrec: Real or Cells<Real>.
template <class Real, class Wrec>
using LossFunction = void (*)(const OrderedSequences<Real>&, const Cells<Real>& wx,
                              const Wrec& wrec, int wanted, void* scratch,
                              LossGradient<Cells<Real>>&);

template <class F, bool Gradient, template <class> class Inputs, int Registers, class Real,
          class Wrec>
void evaluate_registers(const OrderedSequences<Real>& data, const Cells<Real>& wx, const Wrec& wrec,
                        int first, void* scratch, LossGradient<Cells<Real>>& out) {
    using V = PackOf<Real, Registers>;
    const LossGradient<V> found =
        cell_loss_gradient<F, Gradient, history_registers / Registers, Inputs>(
            data, weights_from<V>(wx, first), weights_from<V>(wrec, first),
            Checkpoints<V>{static_cast<V*>(scratch)});
    out.loss.set_lanes(first, found.loss);
    if constexpr (Gradient) {
        out.grad_wx.set_lanes(first, found.grad_wx);
        out.grad_wrec.set_lanes(first, found.grad_wrec);
    }
}

/// Loss and gradient of the first `wanted` cells of a pack, and of some more; others are left
/// alone.
template <class F, bool Gradient, template <class> class Inputs, class Real, class Wrec>
GRADSCAPE_FLATTEN void evaluate_cells(const OrderedSequences<Real>& data, const Cells<Real>& wx,
                                      const Wrec& wrec, int wanted, void* scratch,
                                      LossGradient<Cells<Real>>& out) {
    // A w_rec for each cell takes as many registers as w_x does, which few processors have.
    constexpr bool crowded = F::homogeneous && !std::is_same_v<Wrec, Real> && register_bytes < 64;
    constexpr int few = crowded ? 2 : 4, lanes = Cells<Real>::lanes / 8 * few;
    if constexpr (registers_at_once<F> == 8) {
        if (wanted > lanes)
            return evaluate_registers<F, Gradient, Inputs, 8>(data, wx, wrec, 0, scratch, out);
    }
    for (int first = 0; first < wanted; first += lanes)
        evaluate_registers<F, Gradient, Inputs, few>(data, wx, wrec, first, scratch, out);
}

template <bool Gradient, class Real, class Wrec>
LossFunction<Real, Wrec> loss_function(Activation activation, bool binary) {
    return with_activation(activation, [&](auto f) -> LossFunction<Real, Wrec> {
        using F = decltype(f);
        return binary ? evaluate_cells<F, Gradient, BinaryInputs, Real, Wrec>
                      : evaluate_cells<F, Gradient, RealInputs, Real, Wrec>;
    });
}

}  // namespace
}  // namespace gradscape::evaluate
