// What a case does, by formula: the cells it computes, the bytes it must store, and the arithmetic
// it must do. Rates follow from these and the measured time, never from counting what a particular
// implementation happens to execute. docs/benchmarks.md prints the formulas.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "gradscape/evaluate.hpp"

namespace gradscape::bench {

struct Work {
    double cells = 0, bytes = 0, flop = 0;
};

/// Of one cell: N sequences of length T through the network, and back for the gradients. A
/// multiply-add is 2 flop. A sequence takes T multiply-adds forward and one for its squared error,
/// and with gradients 2T + 2 more backward; lone multiplications are left out, so the share of the
/// peak is not flattered. A nonlinear cell adds the operations of f (and f') in each step.
double bptt_flop(Activation activation, Precision precision, std::size_t N, std::size_t T,
                 bool gradients);

/// Of the Hessian by second-order recurrences, in double.
double curvature_flop(Activation activation, std::size_t N, std::size_t T);

/// Of one cell by the row form: 5 flop for the loss, 3 for dL/dw_x, 4 for dL/dw_rec.
double rows_flop(const FieldSet& fields);

/// Bytes of one cell's values.
double cell_bytes(const FieldSet& fields, Precision precision);

/// Of a whole surface, by the method that the view resolves to. Training fields count as one
/// evaluation with gradients for each iteration and one more at the end.
Work surface_work(const Model& model, const View& view);

}  // namespace gradscape::bench
