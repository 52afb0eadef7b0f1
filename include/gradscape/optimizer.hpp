// The optimisers' names and parameters; their step functors follow in optimizer_step.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradscape {

enum class Optimizer : std::uint8_t {
    rprop,
    rprop_minus,
    rprop_plus,
    irprop_minus,
    irprop_plus,
    gd,
    momentum,
    nesterov,
    rmsprop,
    adam
};
inline constexpr std::array<std::string_view, 10> optimizer_names{
    "rprop", "rprop-minus", "rprop-plus", "irprop-minus", "irprop-plus",
    "gd",    "momentum",    "nesterov",   "rmsprop",      "adam"};

inline std::string_view name_of(Optimizer o) {
    return optimizer_names[static_cast<std::size_t>(o)];
}

struct TrainingOptions {
    Optimizer optimizer = Optimizer::rprop;
    int iterations = 500;
    double learning_rate = 0.01;  ///< gd, momentum, nesterov, rmsprop, adam
    double delta0 = 0.001;        ///< the Rprop family: first step size
    double eta_plus = 1.2, eta_minus = 0.5;
    double delta_min = 1e-6, delta_max = 50;  ///< all of the Rprop family but `rprop`
    double momentum = 0.9;                    ///< momentum, nesterov
    double rms_decay = 0.9;                   ///< rmsprop
    double beta1 = 0.9, beta2 = 0.999;        ///< adam
    double epsilon = 1e-8;                    ///< rmsprop, adam
    double clip_norm = 0;                     ///< 0: no clipping of the gradient's norm
    double tolerance = 1e-6;                  ///< train-steps: the loss that counts as reached
    bool operator==(const TrainingOptions&) const = default;
};

}  // namespace gradscape
