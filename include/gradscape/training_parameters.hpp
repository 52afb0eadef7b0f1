// The numbers that decide an optimiser's steps: their names, ranges and meaning, for any front that
// asks for them.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <string_view>

#include "gradscape/optimizer.hpp"

namespace gradscape {

struct NumberRange {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool low_excluded = false, high_excluded = false;

    /// Finite, too.
    constexpr bool holds(double value) const {
        return value >= low && value <= high && !(low_excluded && value == low) &&
               !(high_excluded && value == high) && value <= std::numeric_limits<double>::max() &&
               value >= std::numeric_limits<double>::lowest();
    }
};
inline constexpr NumberRange any_number{};
inline constexpr NumberRange positive_number{0, std::numeric_limits<double>::infinity(), true};
inline constexpr NumberRange not_negative{0, std::numeric_limits<double>::infinity(), false};

/// A number on which the steps of some optimisers depend.
struct TrainingParameter {
    std::string_view name;  ///< as on the command line
    TrainingNumber value;
    NumberRange range;
    std::string_view help;

    constexpr bool is_used_by(Optimizer optimizer) const {
        return row_of(optimizer).depends_on(value);
    }
};

inline constexpr int most_iterations = 1'000'000'000;

inline constexpr TrainingParameter training_parameters[]{
    {"learning-rate", &TrainingOptions::learning_rate, positive_number, "Size of the steps"},
    {"momentum",
     &TrainingOptions::momentum,
     {.low = 0, .high = 1},
     "Share of the last step that goes on"},
    {"rms-decay",
     &TrainingOptions::rms_decay,
     {.low = 0, .high = 1, .high_excluded = true},
     "Decay of the mean of the squared gradient"},
    {"beta1",
     &TrainingOptions::beta1,
     {.low = 0, .high = 1, .high_excluded = true},
     "Decay of the mean gradient"},
    {"beta2",
     &TrainingOptions::beta2,
     {.low = 0, .high = 1, .high_excluded = true},
     "Decay of the mean of the squared gradient"},
    {"epsilon", &TrainingOptions::epsilon, not_negative,
     "What is added to the root of that mean, to divide by"},
    {"delta0", &TrainingOptions::delta0, positive_number, "First step of each weight"},
    {"eta-plus",
     &TrainingOptions::eta_plus,
     {.low = 1, .low_excluded = true},
     "Growth of a step while the gradient keeps its sign"},
    {"eta-minus",
     &TrainingOptions::eta_minus,
     {.low = 0, .high = 1, .low_excluded = true, .high_excluded = true},
     "Shrinking of a step when the sign changes"},
    {"delta-min", &TrainingOptions::delta_min, positive_number, "Smallest step"},
    {"delta-max", &TrainingOptions::delta_max, positive_number, "Largest step"},
    {"clip-norm", &TrainingOptions::clip_norm, not_negative,
     "Longest gradient, longer ones are shortened to it; 0: any length"},
};

}  // namespace gradscape
