// SPDX-License-Identifier: MIT
#include "gradscape/gradient_behaviour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradscape/internal/counted.hpp"

namespace gradscape {

namespace training {
namespace {

/// Ten times as large as both ends in between: how many steps back, else 0.
std::size_t interior_peak(const Trace& trace) {
    const std::size_t last = trace.sums.size() - 1;
    std::size_t largest = 0;
    for (std::size_t k = 1; k <= last; ++k)
        if (trace.log_magnitude(k) > trace.log_magnitude(largest)) largest = k;
    const double ends = std::max(trace.log_magnitude(0), trace.log_magnitude(last));
    return trace.log_magnitude(largest) > ends + std::log(10.0) ? last - largest : 0;
}

/// Whether a constant factor is ten times wrong somewhere.
bool is_uneven(const Trace& trace, std::size_t last, double factor) {
    const double ten = std::log(10), start = trace.log_magnitude(last), a_step = std::log(factor);
    for (std::size_t k = 0; k < last; ++k) {
        const double even = start + a_step * static_cast<double>(last - k);
        if (std::abs(trace.log_magnitude(k) - even) > ten) return true;
    }
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
    found.largest_after = training::interior_peak(trace);
    if (is_zero(0)) {
        std::size_t k = last;
        while (!is_zero(k)) --k;
        found.behaviour = Behaviour::vanishes;
        found.steps = last - k;
        return found;
    }
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
    return text + (behaviour.alternates ? ", alternating" : "") +
           (behaviour.largest_after > 0
                ? fmt::format(", largest {} back", counted(behaviour.largest_after, "step"))
                : "");
}

}  // namespace gradscape
