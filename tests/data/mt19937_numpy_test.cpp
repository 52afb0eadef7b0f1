// SPDX-License-Identifier: MIT
#include "host/data/mt19937_numpy.hpp"

#include <gtest/gtest.h>

namespace gradscape::data {
namespace {

/// python3 -c "import numpy; numpy.random.seed(S); print([x.hex() for x in numpy.random.rand(3)])"
TEST(NumpyRandom, DrawsNumpysDoublesBitForBit) {
    struct Draws {
        std::uint32_t seed;
        double values[3];
    };
    for (const Draws& draws :
         {Draws{0, {0x1.18fe1565f12a8p-1, 0x1.6e2d4cf608733p-1, 0x1.349d66b6e894bp-1}},
          Draws{12345, {0x1.dbf6a3f8f84b7p-1, 0x1.43f7f410bb044p-2, 0x1.78aa6d0a2dad8p-3}},
          Draws{4294967295, {0x1.8fe69a3924820p-4, 0x1.d323d824032b1p-1, 0x1.93fc6f61af3f9p-1}}}) {
        NumpyRandom random(draws.seed);
        for (const double expected : draws.values) EXPECT_EQ(random.rand(), expected) << draws.seed;
    }
}

}  // namespace
}  // namespace gradscape::data
