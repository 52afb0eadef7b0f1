// Some cells of one column, one below the other, as one value of the shared mathematics: a thread's
// share of a grid. What depends on w_x and the input alone, as w_x·x_k, is computed once for all of
// them, and a sequence is read once.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/activation.hpp"
#include "gradscape/core/ops.hpp"
#include "kernels/device/runtime.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {

/// K lanes of float or double; the operations that bptt.hpp and activation.hpp use, lane by lane.
template <class Real, int K>
struct ColumnCells {
    struct Mask {
        bool lane[K];
    };
    Real lane[K];

    ColumnCells() = default;
    explicit GRADSCAPE_HD ColumnCells(Real value) {
        GRADSCAPE_UNROLL
        for (Real& each : lane) each = value;
    }

    template <class Op>
    static GRADSCAPE_HD ColumnCells map(Op op) {
        ColumnCells result;
        GRADSCAPE_UNROLL
        for (int i = 0; i < K; ++i) result.lane[i] = op(i);
        return result;
    }
    friend GRADSCAPE_HD ColumnCells operator+(const ColumnCells& a, const ColumnCells& b) {
        return map([&](int i) { return a.lane[i] + b.lane[i]; });
    }
    friend GRADSCAPE_HD ColumnCells operator-(const ColumnCells& a, const ColumnCells& b) {
        return map([&](int i) { return a.lane[i] - b.lane[i]; });
    }
    friend GRADSCAPE_HD ColumnCells operator*(const ColumnCells& a, const ColumnCells& b) {
        return map([&](int i) { return a.lane[i] * b.lane[i]; });
    }
    friend GRADSCAPE_HD ColumnCells operator-(const ColumnCells& a) {
        return map([&](int i) { return -a.lane[i]; });
    }
    friend GRADSCAPE_HD Mask operator>(const ColumnCells& a, const ColumnCells& b) {
        Mask result;
        GRADSCAPE_UNROLL
        for (int i = 0; i < K; ++i) result.lane[i] = a.lane[i] > b.lane[i];
        return result;
    }
    friend GRADSCAPE_HD ColumnCells select(const Mask& mask, const ColumnCells& a,
                                           const ColumnCells& b) {
        return map([&](int i) { return mask.lane[i] ? a.lane[i] : b.lane[i]; });
    }
    friend GRADSCAPE_HD ColumnCells madd(const ColumnCells& a, const ColumnCells& b,
                                         const ColumnCells& c) {
        return map([&](int i) { return gradscape::madd(a.lane[i], b.lane[i], c.lane[i]); });
    }
    friend GRADSCAPE_HD ColumnCells tanh_of(const ColumnCells& a) {
        return map([&](int i) { return gradscape::tanh_of(a.lane[i]); });
    }
    friend GRADSCAPE_HD ColumnCells sigmoid_of(const ColumnCells& a) {
        return map([&](int i) { return gradscape::sigmoid_of(a.lane[i]); });
    }
};

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND

namespace gradscape {

template <class R, int K>
struct ValueTraits<kernels::GRADSCAPE_BACKEND::ColumnCells<R, K>> {
    using Real = R;
    using Mask = typename kernels::GRADSCAPE_BACKEND::ColumnCells<R, K>::Mask;
    static constexpr int lanes = K;
};

}  // namespace gradscape
