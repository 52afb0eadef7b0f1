// SPDX-License-Identifier: MIT
#include "tests/exact/cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace gradscape::exact {
namespace {

/// The standard's distributions differ between libraries; these do not.
class Random {
public:
    explicit Random(std::uint32_t seed) : state_(seed) { state_ = bits(); }
    std::uint64_t bits() {  // splitmix64 (Steele, Lea & Flood 2014)
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ z >> 27) * 0x94d049bb133111ebull;
        return z ^ z >> 31;
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits() % n); }
    double uniform(double lo, double hi) {
        return lo + (hi - lo) * static_cast<double>(bits() >> 11) * 0x1p-53;
    }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class Value, std::size_t n>
    Value any_of(const Value (&values)[n]) {
        return values[below(n)];
    }

private:
    std::uint64_t state_;
};

/// Where the magnitudes of a case lie: 10^(center ± spread).
struct Magnitude {
    double center = 0, spread = 1;

    double draw(Random& random) const {
        const double exponent =
            std::clamp(random.uniform(center - spread, center + spread), -323.0, 308.0);
        return (random.one_in(2) ? -1 : 1) * std::pow(10, exponent);
    }
};

Magnitude random_magnitude(Random& random) {
    static constexpr double spreads[] = {0.3, 1, 10, 40};
    if (random.one_in(2)) return {};
    return {random.uniform(-300, 300), random.any_of(spreads)};
}

double random_input(Random& random, int kind, const Magnitude& magnitude) {
    switch (kind) {
        case 0:
            return static_cast<double>(random.below(2));
        case 1:  // cancels exactly
            return std::pow(10, std::round(magnitude.center)) * (random.one_in(2) ? -1 : 1);
        case 2:  // mostly nothing
            return random.one_in(4) ? magnitude.draw(random) : 0;
        default:
            return magnitude.draw(random);
    }
}

std::size_t random_length(Random& random) {
    static constexpr std::size_t lengths[] = {1, 2, 3, 4, 7, 10, 16, 17, 33, 60};
    return random.one_in(60) ? 100 + random.below(2900) : random.any_of(lengths);
}

Axis random_axis(Random& random, const Magnitude& magnitude, std::size_t size) {
    static constexpr double widths[] = {0, 1e-12, 1e-9, 1e-6, 1e-3, 1};
    static constexpr double usual[] = {-2, -1, -0.5, 0, 0.5, 1, 2};
    const double center = random.one_in(3) ? random.any_of(usual) : magnitude.draw(random);
    switch (random.below(6)) {
        case 0:  // subnormal steps
            return {0, 5e-324 * static_cast<double>(random.below(9)), size};
        case 1:
            return {-std::abs(center), std::abs(center), size};
        case 2:
            return {center, center, 1};
        default: {
            const double width = std::abs(center) * random.any_of(widths);
            const Axis axis{center, center + width, size};
            return axis.hi > axis.lo && std::isfinite(axis.hi) ? axis : Axis{center, center, 1};
        }
    }
}

}  // namespace

Case random_case(std::uint32_t seed) {
    Random random(seed);
    static constexpr std::size_t counts[] = {1, 1, 2, 3, 5, 20, 65, 100};
    static constexpr Activation cells[] = {Activation::linear, Activation::linear, Activation::tanh,
                                           Activation::relu, Activation::sigmoid};
    Sequences s;
    s.length = random_length(random);
    s.count = s.length > 60 ? 1 + random.below(2) : random.any_of(counts);
    if (s.length > 10) s.count = std::min<std::size_t>(s.count, 5);
    const Magnitude inputs = random_magnitude(random), targets = random_magnitude(random);
    const int kind = static_cast<int>(random.below(6));
    for (std::size_t i = 0; i < s.count * s.length; ++i)
        s.inputs.push_back(random_input(random, kind, inputs));
    for (std::size_t i = 0; i < s.count; ++i)
        s.targets.push_back(random.one_in(4) ? 0 : targets.draw(random));
    const bool weighted = random.one_in(4);
    for (std::size_t i = 0; i < s.count; ++i)
        s.weights.push_back(weighted ? random.uniform(0.1, 9) : 1);

    const auto weights = [&](std::size_t size) {
        const Magnitude magnitude = random.one_in(2) ? Magnitude{0, 0.5} : random_magnitude(random);
        return random_axis(random, magnitude, size);
    };
    const Grid grid{weights(3), weights(2)};
    const Activation activation = random.any_of(cells);
    double initial_state = 0;
    if (random.one_in(3))
        initial_state =
            random.one_in(2) ? random.uniform(-1, 1) : random_magnitude(random).draw(random);
    return {fmt::format("seed {} ({}, N {}, T {}, S_0 {})", seed, name_of(activation), s.count,
                        s.length, initial_state),
            {std::move(s), activation, initial_state},
            grid};
}

std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? static_cast<std::uint32_t>(std::stoul(text)) : otherwise;
}

}  // namespace gradscape::exact
