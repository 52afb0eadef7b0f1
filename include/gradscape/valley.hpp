// The bottom of the ravine of the linear cell: for each w_rec the w_x of least loss.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "gradscape/sequences.hpp"

namespace gradscape {

/// w*(w_rec) = mean(p·t) / mean(p²), p_i = Σ_k x_i,k w_rec^(T−k); 0 where every p is 0 and the loss
/// does not depend on w_x.
std::vector<double> valley_wx(const Sequences& sequences, std::span<const double> wrec);

}  // namespace gradscape
