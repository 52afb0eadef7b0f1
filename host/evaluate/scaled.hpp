// A number m·2^e with a double mantissa and an exponent wide enough for any power that a recurrence
// reaches: the reference's refuge where double overflows, and that of its error bounds. Only the
// operations that it needs. SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gradscape {

class Scaled {
public:
    Scaled() = default;
    explicit Scaled(double value) : Scaled(value, 0) {}

    /// ±inf or ±0 where the value leaves the range of double.
    explicit operator double() const {
        return std::ldexp(mantissa_, static_cast<int>(std::clamp<std::int64_t>(
                                         exponent_, -exponent_limit, exponent_limit)));
    }
    double log10() const {
        constexpr double log10_of_2 = 0.30102999566398119521;
        return std::log10(mantissa_) + static_cast<double>(exponent_) * log10_of_2;
    }

    friend Scaled operator*(Scaled a, Scaled b) {
        return {a.mantissa_ * b.mantissa_, a.exponent_ + b.exponent_};
    }
    friend Scaled operator+(Scaled a, Scaled b) {
        if (a.mantissa_ == 0) return b;
        if (b.mantissa_ == 0) return a;
        if (a.exponent_ < b.exponent_) std::swap(a, b);
        const auto shift = std::max(b.exponent_ - a.exponent_, -exponent_limit);
        return {a.mantissa_ + std::ldexp(b.mantissa_, static_cast<int>(shift)), a.exponent_};
    }
    friend Scaled operator-(Scaled a) {
        a.mantissa_ = -a.mantissa_;
        return a;
    }
    friend Scaled operator-(Scaled a, Scaled b) { return a + -b; }
    friend Scaled operator/(Scaled a, Scaled b) {
        return {a.mantissa_ / b.mantissa_, a.exponent_ - b.exponent_};
    }
    Scaled& operator+=(Scaled b) { return *this = *this + b; }
    bool operator==(const Scaled&) const = default;
    friend bool operator<(Scaled a, Scaled b) { return (b - a).positive(); }
    friend Scaled abs(Scaled a) { return a.mantissa_ < 0 ? -a : a; }
    friend Scaled sqrt(Scaled a) {
        const std::int64_t odd = a.exponent_ & 1;
        return {std::sqrt(odd ? 2 * a.mantissa_ : a.mantissa_), (a.exponent_ - odd) / 2};
    }
    bool positive() const { return mantissa_ > 0; }

private:
    static constexpr std::int64_t exponent_limit = 5000;  // beyond double's on either side

    Scaled(double mantissa, std::int64_t exponent) {
        int extra = 0;
        mantissa_ = std::frexp(mantissa, &extra);
        exponent_ = mantissa_ == 0 ? 0 : exponent + extra;
    }

    double mantissa_ = 0;        // 0 or ½ ≤ |m| < 1
    std::int64_t exponent_ = 0;  // 0 for zero
};

}  // namespace gradscape
