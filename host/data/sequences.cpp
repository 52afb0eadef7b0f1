// Sums over the data.
// SPDX-License-Identifier: MIT
#include "gradscape/sequences.hpp"

namespace gradscape {

double Sequences::total_weight() const {
    double total = 0;
    for (double weight : weights) total += weight;
    return total;
}

}  // namespace gradscape
