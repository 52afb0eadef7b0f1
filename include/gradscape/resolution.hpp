// Whether a grid's points can be told apart in a precision.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/evaluate.hpp"

namespace gradscape {

/// Neighbouring points of the axis are the same number in this precision.
bool neighbours_coincide(const Axis& axis, Precision precision);

/// Points of a grid are the same to a method: bptt rounds them to the precision of the values, the
/// row form has them in double.
bool points_coincide(const Grid& grid, Method method, Precision precision);

}  // namespace gradscape
