// The door to the kernels of simd/fma_kernels.cpp: the arithmetic peak of one core, measured with
// the packs that the cpu evaluator computes with.
// SPDX-License-Identifier: MIT
#pragma once

namespace gradscape::bench {

/// Rounds of independent multiply-adds; the flop done is returned, 2 for each multiply-add.
struct FmaPeak {
    double (*f32)(long rounds);
    double (*f64)(long rounds);
};

}  // namespace gradscape::bench
