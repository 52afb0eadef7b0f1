// A plane of two parameters of an optimiser, for maps of where training ends from one start.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "gradscape/grid.hpp"
#include "gradscape/optimizer.hpp"
#include "gradscape/training_parameters.hpp"

namespace gradscape {

/// What a coordinate stands for: a parameter's value, or its decimal logarithm.
struct ParameterAxis {
    TrainingNumber parameter = &TrainingOptions::learning_rate;
    bool logarithmic = false;

    double value(double coordinate) const {
        return logarithmic ? std::pow(10, coordinate) : coordinate;
    }
    /// "learning-rate", "log10-learning-rate"
    std::string name() const;
    bool operator==(const ParameterAxis&) const = default;
};

/// The name as above, or `lr` for learning-rate. InputError for others.
ParameterAxis parse_parameter_axis(std::string_view name);

/// Runs from one start; column j and row i of the grid are values of x and y.
struct ParameterPlane {
    ParameterAxis x, y;
    Weights start;

    /// Puts the parameters of a point into the options; the start.
    Weights set(Weights point, TrainingOptions& options) const {
        options.*x.parameter = x.value(point.wx);
        options.*y.parameter = y.value(point.wrec);
        return start;
    }
    bool operator==(const ParameterPlane&) const = default;
};

/// InputError where an axis is no parameter of the optimiser, both are the same, or a coordinate of
/// the grid is outside of what its parameter may be, alone or with the others.
void check(const ParameterPlane& plane, const Grid& grid, const TrainingOptions& options);

}  // namespace gradscape
