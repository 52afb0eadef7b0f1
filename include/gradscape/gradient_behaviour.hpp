// What a gradient does on its way back through time: it explodes, vanishes, stays, or is zero.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "gradscape/trace.hpp"

namespace gradscape {

enum class Behaviour : std::uint8_t { zero, constant, explodes, vanishes };

struct GradientBehaviour {
    Behaviour behaviour = Behaviour::zero;
    bool alternates = false;  ///< the sign changes at every step
    double factor = 0;  ///< per step, in magnitude: (|G_0| / |G_T|)^(1/T), from where it is not 0
    std::size_t zero_until = 0;  ///< so many steps back from the output it is exactly 0
    std::size_t steps = 0;       ///< from there until it is exactly 0 for good, where factor = 0
    /// Back in time to where it is largest, or smallest, where that is ten times what it is at
    /// either end, or a tenth; else 0. On such a way the factor is a mean over rise and fall.
    std::size_t largest_after = 0, smallest_after = 0;
    /// The factor, as it is said, is not that of every single step, but their mean.
    bool is_mean = false;
};

/// In logarithms, so that it holds for any length.
GradientBehaviour behaviour_of(const Trace& trace);

/// With three digits, or as many as tell it from 1.
std::string factor_text(double factor);

/// "explodes ×2 a step, alternating"
std::string describe(const GradientBehaviour& behaviour);

}  // namespace gradscape
