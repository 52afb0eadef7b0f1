// Dual numbers v + v'·ε, ε² = 0: a computation on them gives its derivative beside its value. The
// reference's gradients on dual weights are the columns of the Hessian (forward over reverse;
// Pearlmutter 1994, "Fast exact multiplication by the Hessian").
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

namespace gradscape::reference {

template <class Number>
struct Dual {
    Number value{}, derivative{};

    Dual() = default;
    explicit Dual(double constant) : value(constant) {}
    Dual(Number v, Number d) : value(v), derivative(d) {}

    friend Dual operator+(Dual a, Dual b) {
        return {a.value + b.value, a.derivative + b.derivative};
    }
    friend Dual operator-(Dual a, Dual b) {
        return {a.value - b.value, a.derivative - b.derivative};
    }
    friend Dual operator-(Dual a) { return {-a.value, -a.derivative}; }
    friend Dual operator*(Dual a, Dual b) {
        return {a.value * b.value, a.derivative * b.value + a.value * b.derivative};
    }
    friend Dual operator/(Dual a, Dual b) {
        const Number quotient = a.value / b.value;
        return {quotient, (a.derivative - quotient * b.derivative) / b.value};
    }
    Dual& operator+=(Dual b) { return *this = *this + b; }
    friend bool operator>(Dual a, Dual b) { return a.value > b.value; }

    friend Dual tanh(Dual a) {
        using std::tanh;
        const Number t = tanh(a.value);
        return {t, a.derivative * (Number(1) - t * t)};
    }
    friend Dual exp(Dual a) {
        using std::exp;
        const Number e = exp(a.value);
        return {e, a.derivative * e};
    }
};

}  // namespace gradscape::reference
