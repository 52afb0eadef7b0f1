// GRADSCAPE_SET_NAMED(kernels_): kernels_avx2, in the sources that are compiled once for each
// instruction set; GRADSCAPE_SET_TEXT: "avx2".
// SPDX-License-Identifier: MIT
#pragma once

#define GRADSCAPE_JOIN_(a, b) a##b
#define GRADSCAPE_JOIN(a, b) GRADSCAPE_JOIN_(a, b)
#define GRADSCAPE_TEXT_(a) #a
#define GRADSCAPE_TEXT(a) GRADSCAPE_TEXT_(a)

#define GRADSCAPE_SET_NAMED(prefix) GRADSCAPE_JOIN(prefix, GRADSCAPE_SIMD_SET)
#define GRADSCAPE_SET_TEXT GRADSCAPE_TEXT(GRADSCAPE_SIMD_SET)
