// The optimisers' names and parameters; their step functors follow in optimizer_step.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
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
struct TrainingOptions {
    Optimizer optimizer = Optimizer::rprop;
    int iterations = 500;
    double learning_rate = 0.01;  ///< all but the Rprop family
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

/// One of the numbers above. (nvcc declares members of the bare type in a way that g++ warns of.)
using TrainingNumber = double TrainingOptions::*;

/// What an optimiser is, beside its rule (core/optimizer_step.hpp).
struct OptimizerRow {
    Optimizer optimizer;
    std::string_view name;  ///< as on the command line
    /// What its steps depend on. Only signs of the gradient count for the Rprop family, and
    /// clipping keeps them.
    std::array<double TrainingOptions::*, 5> parameters;

    constexpr bool depends_on(double TrainingOptions::*parameter) const {
        return std::ranges::find(parameters, parameter) != parameters.end();
    }
};

inline constexpr auto optimizer_rows = [] {
    using O = TrainingOptions;
    return std::to_array<OptimizerRow>({
        {Optimizer::rprop, "rprop", {&O::delta0, &O::eta_plus, &O::eta_minus}},
        {Optimizer::rprop_minus,
         "rprop-minus",
         {&O::delta0, &O::eta_plus, &O::eta_minus, &O::delta_min, &O::delta_max}},
        {Optimizer::rprop_plus,
         "rprop-plus",
         {&O::delta0, &O::eta_plus, &O::eta_minus, &O::delta_min, &O::delta_max}},
        {Optimizer::irprop_minus,
         "irprop-minus",
         {&O::delta0, &O::eta_plus, &O::eta_minus, &O::delta_min, &O::delta_max}},
        {Optimizer::irprop_plus,
         "irprop-plus",
         {&O::delta0, &O::eta_plus, &O::eta_minus, &O::delta_min, &O::delta_max}},
        {Optimizer::gd, "gd", {&O::learning_rate, &O::clip_norm}},
        {Optimizer::momentum, "momentum", {&O::learning_rate, &O::momentum, &O::clip_norm}},
        {Optimizer::nesterov, "nesterov", {&O::learning_rate, &O::momentum, &O::clip_norm}},
        {Optimizer::rmsprop,
         "rmsprop",
         {&O::learning_rate, &O::rms_decay, &O::epsilon, &O::clip_norm}},
        {Optimizer::adam,
         "adam",
         {&O::learning_rate, &O::beta1, &O::beta2, &O::epsilon, &O::clip_norm}},
    });
}();
static_assert([] {
    for (std::size_t o = 0; o < optimizer_rows.size(); ++o)
        if (optimizer_rows[o].optimizer != static_cast<Optimizer>(o)) return false;
    return true;
}());

constexpr const OptimizerRow& row_of(Optimizer optimizer) {
    return optimizer_rows[static_cast<std::size_t>(optimizer)];
}
constexpr std::string_view name_of(Optimizer optimizer) { return row_of(optimizer).name; }
/// All but the Rprop family.
constexpr bool has_learning_rate(Optimizer optimizer) {
    return row_of(optimizer).depends_on(&TrainingOptions::learning_rate);
}

/// Indexed by the enumerators.
inline constexpr auto optimizer_names = [] {
    std::array<std::string_view, optimizer_rows.size()> names;
    for (const OptimizerRow& row : optimizer_rows)
        names[static_cast<std::size_t>(row.optimizer)] = row.name;
    return names;
}();

}  // namespace gradscape
