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

namespace gradscape::compare {

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

/// What may lie between the two values of a pair.
struct Allowed {
    double distance = 0;  ///< |a − b|; NaN or infinite: none is known
    /// Where none is known, what neither may exceed: a logarithm's ceiling (ErrorBound::ceiling).
    double ceiling = std::numeric_limits<double>::infinity();
    /// ... and what both must exceed: a condition number's floor.
    double floor = -std::numeric_limits<double>::infinity();

    bool has_distance() const { return distance < std::numeric_limits<double>::infinity(); }
    bool has_limit() const {
        constexpr double none = std::numeric_limits<double>::infinity();
        return ceiling < none || floor > -none;
    }
    bool holds(double value) const { return value <= ceiling && value >= floor; }
};

struct PairError {
    ValueClass class_a, class_b;
    std::array<double, 4> size{};  ///< by ErrorMeasure; of class mismatches infinite
    std::uint64_t ulps = 0;        ///< of finite pairs
    bool within = true;
    bool judged = true;      ///< false: both are finite, and nothing is known of their distance
    bool one_sided = false;  ///< held by the ceiling or the floor only

    bool finite() const { return class_a == finite_value && class_b == finite_value; }
};

/// Whether a pair of two classes may be one value: it is next to the end of the type, and overflows
/// on one side only. NaN is like nothing else.
template <class Coarse>
bool straddles_the_end(const PairError& pair, double a, double b, double distance) {
    const bool a_infinite = pair.class_a == positive_infinite || pair.class_a == negative_infinite;
    const bool b_infinite = pair.class_b == positive_infinite || pair.class_b == negative_infinite;
    if (!(a_infinite && pair.class_b == finite_value) &&
        !(b_infinite && pair.class_a == finite_value))
        return false;
    const double finite = a_infinite ? b : a;
    return (a > 0) == (b > 0) &&
           std::abs(finite) + distance >= static_cast<double>(std::numeric_limits<Coarse>::max());
}

/// `same_bits`: nothing but 0 ulp will do.
template <class Coarse>
PairError pair_error(double a, double b, Allowed allowed, bool same_bits) {
    const auto coarse_a = static_cast<Coarse>(a), coarse_b = static_cast<Coarse>(b);
    PairError pair{class_of(coarse_a), class_of(coarse_b)};
    const bool same_class = pair.class_a == pair.class_b;
    if (pair.finite()) {
        const double error = std::abs(a - b), larger = std::max(std::abs(a), std::abs(b));
        pair.ulps = ulps_between(coarse_a, coarse_b);
        const auto part = [error](double whole) { return error == 0 ? 0 : error / whole; };
        pair.size = {error, part(larger), static_cast<double>(pair.ulps), part(allowed.distance)};
    } else if (!same_class) {
        pair.size.fill(std::numeric_limits<double>::infinity());
    }
    if (same_bits) {
        pair.within = same_class && pair.ulps == 0;
    } else if (allowed.has_distance()) {
        pair.within = pair.finite()
                          ? pair.size[0] <= allowed.distance
                          : same_class || straddles_the_end<Coarse>(pair, a, b, allowed.distance);
    } else if (!same_class || pair.finite()) {
        pair.one_sided = allowed.has_limit();
        pair.judged = pair.one_sided || !same_class;
        pair.within = pair.one_sided ? allowed.holds(a) && allowed.holds(b) : same_class;
    }
    return pair;
}

}  // namespace gradscape::compare
