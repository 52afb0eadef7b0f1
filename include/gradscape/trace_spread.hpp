// How differently the gradients of single sequences travel back through time: a sum over sequences
// can vanish because they cancel.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"

namespace gradscape {

/// Of log10 |G_i,k| over the sequences i, each as often as its multiplicity says; −∞ for 0.
struct Quartiles {
    double min = 0, lower = 0, median = 0, upper = 0, max = 0;
    bool operator==(const Quartiles&) const = default;
};

/// For k = 0…T, by the reference, whatever the range of the values.
std::vector<Quartiles> trace_spread(const Model& model, Weights at);

}  // namespace gradscape
