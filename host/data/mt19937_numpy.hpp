// The draws of numpy's legacy generator, bit for bit. `np.random.seed(s)` is the seeding by one
// word of Matsumoto & Nishimura's MT19937, which std::mt19937 performs too; `np.random.rand` takes
// 53 bits from two words.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>

namespace gradscape::data {

class NumpyRandom {
public:
    explicit NumpyRandom(std::uint32_t seed) : words_(seed) {}

    /// `np.random.rand()`: uniform in [0, 1), a multiple of 2⁻⁵³.
    double rand() {
        const auto high = static_cast<double>(words_() >> 5);  // 27 bits
        const auto low = static_cast<double>(words_() >> 6);   // 26 bits
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

private:
    std::mt19937 words_;
};

}  // namespace gradscape::data
