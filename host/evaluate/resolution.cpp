// SPDX-License-Identifier: MIT
#include "gradscape/resolution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gradscape::evaluate {
namespace {

template <class Real>
bool coincide(const Axis& axis) {
    using Limits = std::numeric_limits<Real>;
    const double largest = std::max(std::abs(axis.lo), std::abs(axis.hi));
    const double spacing = std::max<double>(Limits::epsilon() * largest, Limits::denorm_min());
    if (axis.step() > 4 * spacing) return false;  // most axes, however long
    for (std::size_t i = 1; i < axis.size; ++i)
        if (static_cast<Real>(axis.at(i - 1)) == static_cast<Real>(axis.at(i))) return true;
    return false;
}

}  // namespace
}  // namespace gradscape::evaluate

namespace gradscape {

Precision usual_precision(FieldSet fields) {
    return fields.any_training() || fields.any_curvature() ? Precision::f64 : Precision::f32;
}

bool neighbours_coincide(const Axis& axis, Precision precision) {
    return with_real(precision,
                     [&](auto real) { return evaluate::coincide<decltype(real)>(axis); });
}

bool points_coincide(const Grid& grid, Method method, Precision precision) {
    const Precision of_points = method == Method::rows ? Precision::f64 : precision;
    return neighbours_coincide(grid.wx, of_points) || neighbours_coincide(grid.wrec, of_points);
}

PrecisionChoice choose_precision(std::span<const Grid> grids, Method method,
                                 std::optional<Precision> asked, FieldSet fields) {
    const auto coincide = [&](Precision precision) {
        return std::ranges::any_of(
            grids, [&](const Grid& grid) { return points_coincide(grid, method, precision); });
    };
    if (!coincide(asked.value_or(usual_precision(fields)))) return {asked};
    if (!asked && !coincide(Precision::f64)) return {Precision::f64, true};
    if (!asked && method == Method::bptt) asked = Precision::f64;
    return {asked, false, true};
}

}  // namespace gradscape
