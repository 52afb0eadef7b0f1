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
    double factor = 0;        ///< per step, in magnitude: (|G_0| / |G_T|)^(1/T)
    std::size_t steps = 0;    ///< back in time until it is exactly 0, where factor = 0
    /// Back in time to where it is largest, where that is ten times what it is at either end; else
    /// 0. On such a way the factor is a mean over rise and fall.
    std::size_t largest_after = 0;
    /// Somewhere the magnitude is ten times off a constant factor's: it is a mean of different
    /// ways.
    bool is_mean = false;
};

/// In logarithms, so that it holds for any length.
GradientBehaviour behaviour_of(const Trace& trace);

/// With three digits, or as many as tell it from 1.
std::string factor_text(double factor);

/// "explodes ×2 a step, alternating"
std::string describe(const GradientBehaviour& behaviour);

}  // namespace gradscape
