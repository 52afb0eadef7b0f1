// Whether a grid's points can be told apart in a precision.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>

#include "gradscape/evaluate.hpp"

namespace gradscape {

/// What fields are evaluated in where nothing else is asked for: f32, and f64 where rounding
/// decides what is seen, the sign of a tiny gradient in training, or a difference of large
/// eigenvalues.
Precision usual_precision(FieldSet fields);

/// Neighbouring points of the axis are the same number in this precision.
bool neighbours_coincide(const Axis& axis, Precision precision);

/// Points of a grid are the same to a method: bptt rounds them to the precision of the values, the
/// row form has them in double.
bool points_coincide(const Grid& grid, Method method, Precision precision);

struct PrecisionChoice {
    std::optional<Precision> precision;  ///< for RenderJob; empty: as usual
    bool raised = false;                 ///< to f64, where all points differ
    bool coincide = false;               ///< neighbours are the same point all the same
};
/// What was asked for, or f64 wherever f32 would make one point of neighbours in any of the grids.
PrecisionChoice choose_precision(std::span<const Grid> grids, Method method,
                                 std::optional<Precision> asked, FieldSet fields);

}  // namespace gradscape
