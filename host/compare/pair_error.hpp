// One pair of values: its classes, its errors in every measure, and the verdict. Coarse is the type
// of the coarser of the two sides; both values arrive as doubles, which hold either exactly.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "gradscape/comparison.hpp"
#include "gradscape/core/ordered_key.hpp"

namespace gradscape {

/// Index into FieldComparison::classes.
enum ValueClass : std::uint8_t { finite_value, positive_infinite, negative_infinite, not_a_number };

template <class Real>
ValueClass class_of(Real value) {
    if (std::isfinite(value)) return finite_value;
    if (std::isnan(value)) return not_a_number;
    return value > 0 ? positive_infinite : negative_infinite;
}

/// Steps from one finite value to the other along the numbers of their type.
template <class Real>
std::uint64_t ulps_between(Real a, Real b) {
    const std::int64_t from = ordered_key(a), to = ordered_key(b);
    const auto steps = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    return from <= to ? steps : -steps;
}

struct PairError {
    ValueClass class_a, class_b;
    std::array<double, 4> size{};  ///< by ErrorMeasure; of class mismatches infinite
    std::uint64_t ulps = 0;        ///< of finite pairs
    bool within = true;
    bool judged = true;  ///< false: no bound is known

    bool finite() const { return class_a == finite_value && class_b == finite_value; }
};

/// `tolerance` of |a − b|; NaN or infinite: none is known. `same_bits`: nothing but 0 ulp will do.
template <class Coarse>
PairError pair_error(double a, double b, double tolerance, bool same_bits) {
    const auto coarse_a = static_cast<Coarse>(a), coarse_b = static_cast<Coarse>(b);
    PairError pair{class_of(coarse_a), class_of(coarse_b)};
    const bool bounded = same_bits || tolerance < std::numeric_limits<double>::infinity();
    pair.judged = bounded || (pair.class_a == pair.class_b && pair.class_a != finite_value);
    if (pair.finite()) {
        const double error = std::abs(a - b), larger = std::max(std::abs(a), std::abs(b));
        pair.ulps = ulps_between(coarse_a, coarse_b);
        const auto part = [error](double whole) { return error == 0 ? 0 : error / whole; };
        pair.size = {error, part(larger), static_cast<double>(pair.ulps), part(tolerance)};
        pair.within = same_bits ? pair.ulps == 0 : error <= tolerance;
    } else if (pair.class_a != pair.class_b) {
        pair.size.fill(std::numeric_limits<double>::infinity());
        // A value next to the end of the type may overflow on one side only.
        const bool one_finite = pair.class_a == finite_value || pair.class_b == finite_value;
        const double value = pair.class_a == finite_value ? a : b;
        const double other = pair.class_a == finite_value ? b : a;
        pair.within =
            !same_bits && one_finite && !std::isnan(other) && (value > 0) == (other > 0) &&
            std::abs(value) + tolerance >= static_cast<double>(std::numeric_limits<Coarse>::max());
    }
    if (!pair.judged) pair.within = true;
    return pair;
}

}  // namespace gradscape
