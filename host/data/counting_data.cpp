// The article's data for any seed and size: random bits, and how many of them are ones.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/sequences.hpp"
#include "gradscape/stop.hpp"
#include "host/data/mt19937_numpy.hpp"

namespace gradscape {
namespace {

void check_size(std::size_t count, std::size_t length, std::size_t test_count) {
    if (count == 0 || length == 0)
        throw InputError("the number of sequences and their length must be at least 1");
    const double bytes = (static_cast<double>(count) + static_cast<double>(test_count)) *
                         (static_cast<double>(length) + 2) * sizeof(double);
    const double memory =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    if (bytes > memory)
        throw InputError(fmt::format(
            "{} sequences of length {} need {:.3g} GiB, and this machine has {:.3g} GiB: fewer or "
            "shorter ones would fit",
            count, length, bytes / 0x1p30, memory / 0x1p30));
}

Sequences draw(NumpyRandom& random, std::size_t count, std::size_t length) {
    Sequences data{count, length, std::vector<double>(count * length), std::vector<double>(count),
                   std::vector<double>(count, 1.0)};
    StopCheck check(4096);
    for (std::size_t i = 0; i < count; ++i) {
        double ones = 0;
        for (std::size_t k = 0; k < length; ++k) {
            check();
            const double bit = random.rand() > 0.5 ? 1 : 0;  // np.around: 0.5 goes to the even 0
            data.inputs[i * length + k] = bit;
            ones += bit;
        }
        data.targets[i] = ones;
    }
    return data;
}

}  // namespace

CountingData make_counting_data(std::uint32_t seed, std::size_t count, std::size_t length,
                                std::size_t test_count) {
    check_size(count, length, test_count);
    NumpyRandom random(seed);
    Sequences train = draw(random, count, length);
    return {std::move(train), draw(random, test_count, length)};
}

}  // namespace gradscape
