// Sequences with every kind of number: real or binary inputs, targets of their own, weights.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <random>

#include "gradscape/evaluate.hpp"

namespace gradscape {

inline Model random_model(unsigned seed, std::size_t count, std::size_t length,
                          Activation activation, bool binary = false) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    Sequences s;
    s.count = count;
    s.length = length;
    for (std::size_t i = 0; i < count * length; ++i)
        s.inputs.push_back(binary ? static_cast<double>(random() % 2) : uniform(random));
    for (std::size_t i = 0; i < count; ++i) {
        s.targets.push_back(3 * uniform(random));
        s.weights.push_back(static_cast<double>(1 + random() % 3));
    }
    return {s, activation};
}

}  // namespace gradscape
