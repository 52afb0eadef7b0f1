// A number of many digits and practically any exponent: MPFR's, with operators. A result has the
// precision of its more precise operand; a new one that of PrecisionScope.
// SPDX-License-Identifier: MIT
#pragma once

#include <mpfr.h>

#include <algorithm>
#include <compare>
#include <string>
#include <type_traits>
#include <utility>

namespace gradscape::exact {

class Number {
public:
    Number(double value = 0) {  // NOLINT(google-explicit-constructor): mixes like a double
        mpfr_init(value_);
        mpfr_set_d(value_, value, MPFR_RNDN);
    }
    Number(const Number& other) {
        mpfr_init2(value_, mpfr_get_prec(other.value_));
        mpfr_set(value_, other.value_, MPFR_RNDN);
    }
    Number(Number&& other) noexcept : Number(Bits{MPFR_PREC_MIN}) { swap(other); }
    Number& operator=(Number other) {
        swap(other);
        return *this;
    }
    ~Number() { mpfr_clear(value_); }

    friend Number operator+(const Number& a, const Number& b) { return of(mpfr_add, a, b); }
    friend Number operator-(const Number& a, const Number& b) { return of(mpfr_sub, a, b); }
    friend Number operator*(const Number& a, const Number& b) { return of(mpfr_mul, a, b); }
    friend Number operator/(const Number& a, const Number& b) { return of(mpfr_div, a, b); }
    friend Number operator-(const Number& a) { return of(mpfr_neg, a); }
    Number& operator+=(const Number& b) { return *this = *this + b; }
    friend bool operator==(const Number& a, const Number& b) {
        return mpfr_equal_p(a.value_, b.value_) != 0;
    }
    friend std::partial_ordering operator<=>(const Number& a, const Number& b) {
        if (mpfr_unordered_p(a.value_, b.value_) != 0) return std::partial_ordering::unordered;
        return mpfr_cmp(a.value_, b.value_) <=> 0;
    }

    friend Number abs(const Number& a) { return of(mpfr_abs, a); }
    friend Number sqrt(const Number& a) { return of(mpfr_sqrt, a); }
    friend Number exp(const Number& a) { return of(mpfr_exp, a); }
    friend Number tanh(const Number& a) { return of(mpfr_tanh, a); }
    friend Number sech(const Number& a) { return of(mpfr_sech, a); }
    friend Number log10(const Number& a) { return of(mpfr_log10, a); }
    /// |a| to nine digits: enough for an error.
    friend Number size_of(const Number& a) {
        Number size(Bits{32});
        mpfr_abs(size.value_, a.value_, MPFR_RNDU);
        return size;
    }

    bool is_finite() const { return mpfr_number_p(value_) != 0; }
    /// Rounded to nearest, to ±inf or subnormals as IEEE does.
    explicit operator double() const { return mpfr_get_d(value_, MPFR_RNDN); }
    explicit operator float() const { return mpfr_get_flt(value_, MPFR_RNDN); }
    /// Digits that tell what is meant, whatever the exponent.
    std::string text(int digits = 17) const {
        char* text = nullptr;
        mpfr_asprintf(&text, "%.*Rg", digits, value_);
        std::string result = text;
        mpfr_free_str(text);
        return result;
    }

private:
    struct Bits {
        mpfr_prec_t count;
    };
    explicit Number(Bits bits) {
        mpfr_init2(value_, bits.count);
        mpfr_set_zero(value_, 1);
    }
    void swap(Number& other) noexcept { mpfr_swap(value_, other.value_); }

    template <class Operation>
    static Number of(Operation operation, const Number& a, const Number& b) {
        Number result(Bits{std::max(mpfr_get_prec(a.value_), mpfr_get_prec(b.value_))});
        operation(result.value_, a.value_, b.value_, MPFR_RNDN);
        return result;
    }
    template <class Operation>
    static Number of(Operation operation, const Number& a) {
        Number result(Bits{mpfr_get_prec(a.value_)});
        operation(result.value_, a.value_, MPFR_RNDN);
        return result;
    }

    mpfr_t value_;
};

Number size_of(const Number& a);

/// New numbers of this thread have so many bits while it lives.
class PrecisionScope {
public:
    explicit PrecisionScope(int bits) : before_(mpfr_get_default_prec()) {
        mpfr_set_default_prec(bits);
    }
    PrecisionScope(const PrecisionScope&) = delete;
    PrecisionScope& operator=(const PrecisionScope&) = delete;
    ~PrecisionScope() { mpfr_set_default_prec(before_); }

private:
    mpfr_prec_t before_;
};

}  // namespace gradscape::exact
