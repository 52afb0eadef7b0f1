// The shortened division of tanh and the logistic function against the device's own, of every float
// that they can meet.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>

#include "gradscape/core/elementary.hpp"

namespace gradscape {
namespace {

struct Differences {
    unsigned long long tanh, sigmoid;
};

__device__ bool differ(float n, float d) {
    return __float_as_uint(ordinary_quotient(n, d)) != __float_as_uint(__fdiv_rn(n, d));
}

__global__ void compare_all_floats(Differences* found) {
    const std::uint64_t step = std::uint64_t{gridDim.x} * blockDim.x;
    std::uint64_t bits = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
    for (; bits < std::uint64_t{1} << 32; bits += step) {
        const float x = __uint_as_float(static_cast<unsigned>(bits));
        if (x != x) continue;
        const float H = tanh_numerator(x);
        if (differ(H, H + 1)) atomicAdd(&found->tanh, 1ull);
        const float unit = pow2(-ElementaryConstants<float>::sigmoid_scale);
        if (differ(unit, sigmoid_denominator(x))) atomicAdd(&found->sigmoid, 1ull);
    }
}

TEST(GpuQuotient, IsTheDivisionOfEveryFloat) {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        ASSERT_EQ(std::getenv("GRADSCAPE_REQUIRE_GPU"), nullptr) << "no GPU here";
        GTEST_SKIP() << "no GPU here";
    }
    Differences* found = nullptr;
    ASSERT_EQ(cudaMalloc(&found, sizeof *found), cudaSuccess);
    ASSERT_EQ(cudaMemset(found, 0, sizeof *found), cudaSuccess);
    compare_all_floats<<<1024, 256>>>(found);
    Differences counted{1, 1};
    EXPECT_EQ(cudaMemcpy(&counted, found, sizeof counted, cudaMemcpyDeviceToHost), cudaSuccess);
    cudaFree(found);
    EXPECT_EQ(counted.tanh, 0u);
    EXPECT_EQ(counted.sigmoid, 0u);
}

}  // namespace
}  // namespace gradscape
