// The article's data for any seed and size: random bits, and how many of them are ones.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/sequences.hpp"
#include "gradscape/stop.hpp"
#include "host/data/mt19937_numpy.hpp"

namespace gradscape::data {
namespace {

void check_size(std::size_t count, std::size_t length, std::size_t test_count) {
    if (count == 0 || length == 0)
        throw InputError("the number of sequences and their length must be at least 1");
    check_memory(fmt::format("{} sequences of length {}", count, length),
                 sequence_bytes(count, length) + sequence_bytes(test_count, length),
                 available_memory(), "fewer or shorter ones would fit");
}

Sequences draw(NumpyRandom& random, std::size_t count, std::size_t length) {
    // Grown as it is drawn, not filled beforehand: that alone would take long, deaf to a stop.
    Sequences data{count, length, {}, {}, {}};
    data.inputs.reserve(count * length);
    data.targets.reserve(count);
    data.weights.reserve(count);
    StopCheck check(4096);
    for (std::size_t i = 0; i < count; ++i) {
        double ones = 0;
        for (std::size_t k = 0; k < length; ++k) {
            check();
            const double bit = random.rand() > 0.5 ? 1 : 0;  // np.around: 0.5 goes to the even 0
            data.inputs.push_back(bit);
            ones += bit;
        }
        data.targets.push_back(ones);
        data.weights.push_back(1);
    }
    return data;
}

}  // namespace
}  // namespace gradscape::data

namespace gradscape {

CountingData make_counting_data(std::uint32_t seed, std::size_t count, std::size_t length,
                                std::size_t test_count) {
    data::check_size(count, length, test_count);
    data::NumpyRandom random(seed);
    Sequences train = data::draw(random, count, length);
    return {std::move(train), data::draw(random, test_count, length)};
}

}  // namespace gradscape
