// The macros that host and device code share.
// SPDX-License-Identifier: MIT
#pragma once

#if defined(__CUDACC__)
#define GRADSCAPE_HD __host__ __device__
#else
#define GRADSCAPE_HD
#endif

// A loop with a compile-time bound over a local array: unrolled on the device, where only constant
// indices keep the array in registers. Rolled: a loop around it, whose body is long enough.
#if defined(__CUDA_ARCH__)
#define GRADSCAPE_UNROLL _Pragma("unroll")
#define GRADSCAPE_ROLLED _Pragma("unroll 1")
#define GRADSCAPE_UNROLLED_STEPS(steps, most) (most)
#else
#define GRADSCAPE_UNROLL
#define GRADSCAPE_ROLLED
#define GRADSCAPE_UNROLLED_STEPS(steps, most) (steps)
#endif
