// The arithmetic of a running error analysis (Higham, Accuracy and Stability of Numerical
// Algorithms, section 3.3; docs/numerics.md): every value carries a bound of its absolute error,
// and every operation, with inputs rounded to the type too, adds u·|result|. Number is double, long
// double or Scaled.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

#include "gradscape/types.hpp"

namespace gradscape::compare {

using std::abs, std::exp, std::max, std::min, std::tanh;

/// A value and the bound of its error.
template <class Number>
struct Approximate {
    Number value{}, error{};

    bool is_exact_zero() const { return value == Number{} && error == Number{}; }
};

template <class Number>
class Rounding {
public:
    using Value = Approximate<Number>;

    /// Below the normal numbers the smallest subnormal bounds the error.
    Rounding(double u, bool subnormals)
        : u_(u),
          smallest_(!subnormals   ? 0
                    : u > 0x1p-40 ? 0x1p-149
                                  : 0x1p-1074) {}

    Value input(double value) const { return value == 0 ? Value{} : rounded(Number(value), {}); }
    Value add(Value a, Value b) const {
        if (a.is_exact_zero()) return b;
        if (b.is_exact_zero()) return a;
        return rounded(a.value + b.value, a.error + b.error);
    }
    Value multiply(Value a, Value b) const {
        if (a.is_exact_zero() || b.is_exact_zero()) return {};
        return rounded(a.value * b.value,
                       abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error);
    }
    /// The computed value errs by u times itself, which may be off by `error` already.
    Value rounded(Number value, Number error, Number ulps = Number(1)) const {
        return {value, error + ulps * u_ * (abs(value) + error) + smallest_};
    }

    Value activation(Activation activation, Value a) const;
    Value slope(Activation activation, Value S) const;

private:
    Number u_, smallest_;
};

/// The logistic function, with all its digits wherever it is small.
template <class Number>
Number logistic(Number a) {
    return Number(1) / (Number(1) + exp(-a));
}

/// S = f(a): the error of a times the largest slope that it can meet, at most all of f's range, and
/// f's own few ulp.
template <class Number>
Approximate<Number> Rounding<Number>::activation(Activation activation, Value a) const {
    const Number elementary(5);  // 2.5 ulp, in units of u
    const Number nearest = max(Number(0), abs(a.value) - a.error);
    const Number one(1), few_ulp(1 + 0x1p-48);
    switch (activation) {
        case Activation::tanh: {
            if (a.is_exact_zero()) return {};
            const Number S = logistic(Number(-2) * nearest);  // 1 − tanh² = 4·σ(2a)·σ(−2a)
            const Number steepest = Number(4) * S * (one - S) * few_ulp;
            return rounded(tanh(a.value), min(steepest * a.error, Number(2)), elementary);
        }
        case Activation::sigmoid: {
            const Number S = logistic(-nearest);
            return rounded(logistic(a.value), min(S * (one - S) * few_ulp * a.error, one),
                           elementary);
        }
        case Activation::relu:
            return {max(a.value, Number(0)), a.value < -a.error ? Number(0) : a.error};
        case Activation::linear:
            break;
    }
    return a;
}

/// f'(a) from S, never off by more than 1; at relu's kink anything between 0 and 1.
template <class Number>
Approximate<Number> Rounding<Number>::slope(Activation activation, Value S) const {
    const Number one(1), two(2);
    switch (activation) {
        case Activation::tanh: {
            const Number square = S.value * S.value;
            const Number carried = two * abs(S.value) * S.error + S.error * S.error + u_ * square;
            return rounded(one - square, min(carried, one));
        }
        case Activation::sigmoid: {
            const Number carried =
                abs(one - two * S.value) * S.error + S.error * S.error + u_ * S.value;
            return rounded(S.value * (one - S.value), min(carried, one));
        }
        case Activation::relu:
            return {Number(S.value > Number(0)), Number(S.error > Number(0) && S.value <= S.error)};
        case Activation::linear:
            break;
    }
    return {one, Number(0)};
}

/// A sum of many terms: whatever the order, each addition errs by at most u times the sum of
/// |terms|.
template <class Number>
struct Sum {
    Number error{}, magnitude{}, count{};

    void add(Approximate<Number> term) {
        error += term.error;
        magnitude += abs(term.value) + term.error;
        count += Number(1);
    }
    Number bound(double u) const { return error + (count + Number(1)) * Number(u) * magnitude; }
};

}  // namespace gradscape::compare
