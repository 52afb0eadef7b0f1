// SPDX-License-Identifier: MIT
#include "gradscape/system_info.hpp"

#include "gradscape/strips.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"
#include "host/evaluate/evaluators.hpp"

namespace gradscape {

SystemInfo system_info() {
    const evaluate::SimdKernels& kernels = evaluate::simd_kernels();
    return {kernels.name, kernels.lanes_f32, kernels.lanes_f64, available_threads(),
            evaluate::cuda_devices()};
}

}  // namespace gradscape
