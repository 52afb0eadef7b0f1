// The macros that host and device code share.
// SPDX-License-Identifier: MIT
#pragma once

#if defined(__CUDACC__)
#define GRADSCAPE_HD __host__ __device__
#else
#define GRADSCAPE_HD
#endif

// A loop with a compile-time bound over a local array: unrolled on the device, where only constant
// indices keep the array in registers; it runs from the first step to the last that there can be,
// and its body says which are left out; what is assumed spares it code for the rest. Rolled: a loop
// around it, whose body is long enough.
#if defined(__CUDA_ARCH__)
#define GRADSCAPE_UNROLL _Pragma("unroll")
#define GRADSCAPE_ROLLED _Pragma("unroll 1")
#define GRADSCAPE_UNROLLED_STEPS(steps, most) (most)
#define GRADSCAPE_FIRST_STEP(from) 0
#define GRADSCAPE_ASSUME(fact) __builtin_assume(fact)
#else
#define GRADSCAPE_UNROLL
#define GRADSCAPE_ROLLED
#define GRADSCAPE_UNROLLED_STEPS(steps, most) (steps)
#define GRADSCAPE_FIRST_STEP(from) (from)
#define GRADSCAPE_ASSUME(fact) static_cast<void>(0)
#endif
