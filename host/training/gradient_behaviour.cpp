// SPDX-License-Identifier: MIT
#include "gradscape/gradient_behaviour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradscape/internal/counted.hpp"

namespace gradscape {

namespace training {
namespace {

/// Where the magnitude is ten times as large (side 1) or as small (side −1) as at both ends, of
/// which one is state `last`: how many steps back from the output, else 0.
std::size_t interior_extreme(const Trace& trace, std::size_t last, double side) {
    const auto height = [&](std::size_t k) { return side * trace.log_magnitude(k); };
    std::size_t most = last;
    for (std::size_t k = last; k-- > 0;)
        if (height(k) > height(most)) most = k;
    const bool stands_out = height(most) > std::max(height(0), height(last)) + std::log(10.0);
    return stands_out ? trace.sums.size() - 1 - most : 0;
}

/// Whether a step's own factor is another one than what is said of every step: by half of the third
/// digit, or of a factor next to 1 by what would make it a visibly other one.
bool is_uneven(const Trace& trace, std::size_t last, double factor) {
    constexpr double digit = 5e-3, part = 0.05, rounding = 1e-8;
    const double a_step = std::log(factor);
    const double allowed = std::max(std::min(digit, part * std::abs(a_step)), rounding);
    for (std::size_t k = 0; k < last; ++k)
        if (std::abs(trace.log_magnitude(k) - trace.log_magnitude(k + 1) - a_step) > allowed)
            return true;
    return false;
}

}  // namespace
}  // namespace training

std::string factor_text(double factor) {
    constexpr int most_digits = 15;
    std::string text;
    for (int digits = 3; digits <= most_digits; ++digits) {
        text = fmt::format("{:.{}g}", factor, digits);
        if (text != "1" || factor == 1) break;
    }
    return text;
}

GradientBehaviour behaviour_of(const Trace& trace) {
    const auto& sums = trace.sums;
    const auto is_zero = [&](std::size_t k) {
        return std::isinf(trace.log_magnitude(k)) && sums[k] == 0;
    };
    std::size_t last = sums.size();  // states from the output back to the last one that is not 0
    while (last > 0 && is_zero(last - 1)) --last;
    if (last-- == 0) return {};
    GradientBehaviour found;
    found.zero_until = sums.size() - 1 - last;
    found.largest_after = training::interior_extreme(trace, last, 1);
    if (is_zero(0)) {
        std::size_t first = 0;
        while (is_zero(first)) ++first;
        found.behaviour = Behaviour::vanishes;
        found.steps = last - first + 1;
        return found;
    }
    found.smallest_after = training::interior_extreme(trace, last, -1);
    found.factor = std::exp((trace.log_magnitude(0) - trace.log_magnitude(last)) /
                            static_cast<double>(std::max<std::size_t>(last, 1)));
    found.is_mean = training::is_uneven(trace, last, found.factor);
    found.alternates = sums.size() > 1;
    for (std::size_t k = 0; k + 1 < sums.size() && found.alternates; ++k)
        found.alternates =
            !is_zero(k) && !is_zero(k + 1) && std::signbit(sums[k]) != std::signbit(sums[k + 1]);
    constexpr double rounding = 1e-9;
    if (std::abs(found.factor - 1) <= rounding)
        found.behaviour = Behaviour::constant;
    else
        found.behaviour = found.factor > 1 ? Behaviour::explodes : Behaviour::vanishes;
    return found;
}

std::string describe(const GradientBehaviour& behaviour) {
    const char* const mean = behaviour.is_mean ? " on average" : "";
    const auto text = [&behaviour, mean]() -> std::string {
        switch (behaviour.behaviour) {
            case Behaviour::zero:
                return "zero";
            case Behaviour::constant:
                return behaviour.is_mean ? "as large in the end as at first" : "constant";
            case Behaviour::explodes:
                return fmt::format("explodes ×{} a step{}", factor_text(behaviour.factor), mean);
            case Behaviour::vanishes:
                break;
        }
        if (behaviour.factor > 0)
            return fmt::format("vanishes ×{} a step{}", factor_text(behaviour.factor), mean);
        if (behaviour.steps <= 1) return "vanishes at once";
        return fmt::format("vanishes after {} steps", behaviour.steps);
    }();
    const auto at = [](const char* what, std::size_t steps) {
        return steps > 0 ? fmt::format(", {} {} back", what, counted(steps, "step")) : "";
    };
    const std::string first =
        behaviour.zero_until > 0
            ? fmt::format("zero for {}, then ", counted(behaviour.zero_until, "step"))
            : "";
    return first + text + (behaviour.alternates ? ", alternating" : "") +
           at("largest", behaviour.largest_after) + at("smallest", behaviour.smallest_after);
}

}  // namespace gradscape
