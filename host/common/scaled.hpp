// A number m·2^e with a double mantissa and an exponent wide enough for any power that a recurrence
// reaches: the refuge of the reference and of the error bounds where double and long double end.
// Rounding is double's, once an operation; nothing over- or underflows.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>

namespace gradscape::common {

class Scaled {
public:
    Scaled() = default;
    explicit Scaled(double value) : Scaled(value, 0) {}

    /// ±inf or ±0 where the value leaves the range of double.
    explicit operator double() const {
        return std::ldexp(mantissa_, static_cast<int>(std::clamp<std::int64_t>(
                                         exponent_, -exponent_limit, exponent_limit)));
    }
    double log10() const {  ///< of the magnitude; −∞ for 0
        constexpr double log10_of_2 = 0.30102999566398119521;
        return std::log10(std::abs(mantissa_)) + static_cast<double>(exponent_) * log10_of_2;
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
    friend Scaled operator/(Scaled a, Scaled b) {  // b ≠ 0
        return {a.mantissa_ / b.mantissa_, a.exponent_ - b.exponent_};
    }
    friend Scaled sqrt(Scaled a) {
        const std::int64_t odd = a.exponent_ & 1;
        return {std::sqrt(odd ? 2 * a.mantissa_ : a.mantissa_), (a.exponent_ - odd) / 2};
    }
    Scaled& operator+=(Scaled b) { return *this = *this + b; }
    friend bool operator==(Scaled a, Scaled b) = default;
    friend std::partial_ordering operator<=>(Scaled a, Scaled b) {
        return (a - b).mantissa_ <=> 0.0;
    }

    // As those of <cmath>, found by the same names.
    friend bool isfinite(Scaled a) { return std::isfinite(a.mantissa_); }
    friend Scaled abs(Scaled a) { return a.mantissa_ < 0 ? -a : a; }
    friend Scaled tanh(Scaled a) {
        // a where a³/3 is below half an ulp of a
        return a.exponent_ < -30 ? a : Scaled(std::tanh(static_cast<double>(a)));
    }
    friend Scaled exp(Scaled a) {
        constexpr long double ln2 = 0.693147180559945309417232121458176568L;
        // Beyond, the exponent itself would leave its type.
        const auto x =
            static_cast<long double>(std::clamp(static_cast<double>(a), -0x1p40, 0x1p40));
        const long double n = std::nearbyint(x / ln2);
        return {static_cast<double>(std::exp(x - n * ln2)), static_cast<std::int64_t>(n)};
    }

private:
    static constexpr std::int64_t exponent_limit = 5000;  // beyond double's on either side

    Scaled(double mantissa, std::int64_t exponent) {
        int extra = 0;
        mantissa_ = std::frexp(mantissa, &extra);
        exponent_ = mantissa_ == 0 || !std::isfinite(mantissa_) ? 0 : exponent + extra;
    }

    double mantissa_ = 0;        // 0 or ½ ≤ |m| < 1
    std::int64_t exponent_ = 0;  // 0 for zero
};

}  // namespace gradscape::common
