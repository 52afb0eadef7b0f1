// The one macro that host and device code share.
// SPDX-License-Identifier: MIT
#pragma once

#if defined(__CUDACC__)
#define GRADSCAPE_HD __host__ __device__
#else
#define GRADSCAPE_HD
#endif
