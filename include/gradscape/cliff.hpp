// The cliff of Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural
// networks", figure 6: one sigmoid unit that runs by itself, S_k = σ(w·S_k-1 + b), whose last state
// is to be a target. It is the network of this program with inputs of ones, so that w_x is the bias
// b and w_rec is w. docs/mathematics.md, "The cliff", has the formulas.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "gradscape/loaded_model.hpp"
#include "gradscape/train.hpp"

namespace gradscape {

/// The figure's: 50 steps from σ(0.5) to 0.7.
struct CliffNetwork {
    std::size_t length = 50;
    double target = 0.7;
    double initial_state = 0.6224593312018546;
};
Model cliff_model(const CliffNetwork& network);

/// The biases between which the map S → σ(w·S + b) has three fixed points, ascending: at either,
/// two of them meet (a fold, or saddle-node, bifurcation). None where w ≤ 4: there is never but
/// one.
std::optional<std::array<double, 2>> fold_biases(double wrec);

/// The bias at which a state is the map's unstable fixed point, the border of two basins: with less
/// of it the sequence goes down, with more up. None where the state is never one.
std::optional<double> basin_boundary(double wrec, double state);

/// Where on the line w_rec = const the gradient is longest: the longest of the axis' points, and
/// then of as many around it, until they are neighbouring doubles.
Iterate steepest_point(const LoadedModel& model, double wrec, Axis wx);

}  // namespace gradscape
