// SPDX-License-Identifier: MIT
#include "gradscape/gradient_behaviour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradscape {

GradientBehaviour behaviour_of(const Trace& trace) {
    const auto& sums = trace.sums;
    if (std::ranges::all_of(sums, [](double g) { return g == 0; })) return {};
    GradientBehaviour found;
    const auto T = static_cast<double>(sums.size() - 1);
    // Logarithms: the quotient of two large gradients would overflow.
    found.factor = std::exp((std::log(std::abs(sums.front())) - std::log(std::abs(sums.back()))) /
                            std::max(T, 1.0));
    found.alternates = sums.size() > 1 && std::ranges::adjacent_find(sums, [](double a, double b) {
                                              return !((a > 0 && b < 0) || (a < 0 && b > 0));
                                          }) == sums.end();
    constexpr double rounding = 1e-9;
    if (std::abs(found.factor - 1) <= rounding)
        found.behaviour = Behaviour::constant;
    else
        found.behaviour = found.factor > 1 ? Behaviour::explodes : Behaviour::vanishes;
    return found;
}

std::string describe(const GradientBehaviour& behaviour) {
    const auto text = [&behaviour]() -> std::string {
        switch (behaviour.behaviour) {
            case Behaviour::zero:
                return "zero";
            case Behaviour::constant:
                return "constant";
            case Behaviour::explodes:
                return fmt::format("explodes ×{:.3g} a step", behaviour.factor);
            case Behaviour::vanishes:
                break;
        }
        return behaviour.factor == 0 ? "vanishes at once"
                                     : fmt::format("vanishes ×{:.3g} a step", behaviour.factor);
    }();
    return behaviour.alternates ? text + ", alternating" : text;
}

}  // namespace gradscape
