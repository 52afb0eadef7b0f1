// tanh, sigmoid and log10 against long double. An ulp is the spacing of the type at the true value.
// SPDX-License-Identifier: MIT
#include "gradscape/core/elementary.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace gradscape {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Real>
long double ulps(Real got, long double truth) {
    if (std::isinf(got) || truth == 0) return got == truth ? 0 : infinity;
    int exponent;
    std::frexp(truth, &exponent);
    exponent = std::max(exponent, std::numeric_limits<Real>::min_exponent);
    return std::fabs(got - truth) / std::ldexp(1.0L, exponent - std::numeric_limits<Real>::digits);
}

long double true_sigmoid(long double x) {
    const long double e = std::exp(-std::fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

/// The largest error of each function, and where.
template <class Real>
struct Worst {
    long double error = 0;
    Real at = 0;

    void see(Real x, Real got, long double truth) {
        const long double e = ulps(got, truth);
        if (!(e <= error)) error = e, at = x;
    }
};

TEST(Elementary, FloatsAllOverTheRange) {
    Worst<float> tanh, sigmoid, log10;
    for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += 8191) {
        const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        if (std::isnan(x)) continue;
        tanh.see(x, tanh_of(x), std::tanh(static_cast<long double>(x)));
        sigmoid.see(x, sigmoid_of(x), true_sigmoid(x));
        if (x > 0) log10.see(x, log10_of(x), std::log10(static_cast<long double>(x)));
    }
    EXPECT_LE(tanh.error, 2) << "tanh at " << tanh.at;
    EXPECT_LE(sigmoid.error, 2) << "sigmoid at " << sigmoid.at;
    EXPECT_LE(log10.error, 2) << "log10 at " << log10.at;
}

TEST(Elementary, FloatsWhereTheErrorsAreLargest) {
    Worst<float> tanh, sigmoid, log10;
    for (std::uint32_t bits = 0x3d000000; bits < 0x41200000; bits += 211) {  // 2^-5 … 10
        for (const float x : {std::bit_cast<float>(bits), -std::bit_cast<float>(bits)}) {
            tanh.see(x, tanh_of(x), std::tanh(static_cast<long double>(x)));
            sigmoid.see(x, sigmoid_of(x), true_sigmoid(x));
        }
        const float x = std::bit_cast<float>(bits);
        log10.see(x, log10_of(x), std::log10(static_cast<long double>(x)));
    }
    EXPECT_LE(tanh.error, 2) << "tanh at " << tanh.at;
    EXPECT_LE(sigmoid.error, 2) << "sigmoid at " << sigmoid.at;
    EXPECT_LE(log10.error, 2) << "log10 at " << log10.at;
}

TEST(Elementary, DoublesAllOverTheRange) {
    Worst<double> tanh, sigmoid, log10;
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> unit(0, 1), sign(-1, 1);
    for (int i = 0; i < 200000; ++i) {
        const double small = std::exp2(-60 * unit(random));
        for (const double x : {22 * sign(random), 750 * sign(random), 40 * sign(random), small}) {
            tanh.see(x, tanh_of(x), std::tanh(static_cast<long double>(x)));
            sigmoid.see(x, sigmoid_of(x), true_sigmoid(x));
        }
        for (const double x : {std::exp2(1024 * sign(random)), 3 * unit(random), 1 + small / 2,
                               1 - small / 4, std::ldexp(unit(random), -1030)})
            if (x > 0) log10.see(x, log10_of(x), std::log10(static_cast<long double>(x)));
    }
    EXPECT_LE(tanh.error, 2.5) << "tanh at " << tanh.at;
    EXPECT_LE(sigmoid.error, 2.5) << "sigmoid at " << sigmoid.at;
    EXPECT_LE(log10.error, 2) << "log10 at " << log10.at;
}

template <class Real>
class ElementaryEnds : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(ElementaryEnds, Reals);

TYPED_TEST(ElementaryEnds, Tanh) {
    using Real = TypeParam;
    using Limits = std::numeric_limits<Real>;
    const Real inf = Limits::infinity();
    EXPECT_EQ(tanh_of(inf), 1);
    EXPECT_EQ(tanh_of(-inf), -1);
    EXPECT_EQ(tanh_of(Limits::max()), 1);
    EXPECT_EQ(tanh_of(Real(0)), 0);
    EXPECT_FALSE(std::signbit(tanh_of(Real(0))));
    EXPECT_TRUE(std::signbit(tanh_of(Real(-0.0))));
    EXPECT_EQ(tanh_of(Limits::denorm_min()), Limits::denorm_min());
    EXPECT_EQ(tanh_of(Limits::min()), Limits::min());
    EXPECT_TRUE(std::isnan(tanh_of(Limits::quiet_NaN())));
    for (Real x = Real(0.01); x < 30; x += Real(0.37)) EXPECT_EQ(tanh_of(-x), -tanh_of(x));
}

TYPED_TEST(ElementaryEnds, Sigmoid) {
    using Real = TypeParam;
    using Limits = std::numeric_limits<Real>;
    const Real inf = Limits::infinity();
    EXPECT_EQ(sigmoid_of(inf), 1);
    EXPECT_EQ(sigmoid_of(-inf), 0);
    EXPECT_EQ(sigmoid_of(-Limits::max()), 0);
    EXPECT_EQ(sigmoid_of(Real(0)), Real(0.5));
    EXPECT_EQ(sigmoid_of(Real(-0.0)), Real(0.5));
    EXPECT_TRUE(std::isnan(sigmoid_of(Limits::quiet_NaN())));
    const Real deep = sizeof(Real) == 4 ? Real(-100) : Real(-740);  // a subnormal result
    EXPECT_LT(sigmoid_of(deep), Limits::min());
    EXPECT_GT(sigmoid_of(deep), 0);
    EXPECT_LE(ulps(sigmoid_of(deep), std::exp(static_cast<long double>(deep))), 1);
}

TYPED_TEST(ElementaryEnds, Log10) {
    using Real = TypeParam;
    using Limits = std::numeric_limits<Real>;
    const Real inf = Limits::infinity();
    EXPECT_EQ(log10_of(Real(0)), -inf);
    EXPECT_EQ(log10_of(Real(-0.0)), -inf);
    EXPECT_EQ(log10_of(inf), inf);
    EXPECT_EQ(log10_of(Real(1)), 0);
    EXPECT_EQ(log10_of(Real(1000)), 3);
    EXPECT_TRUE(std::isnan(log10_of(Real(-1))));
    EXPECT_TRUE(std::isnan(log10_of(Limits::quiet_NaN())));
    for (const Real x : {Limits::denorm_min(), Limits::min(), Limits::max()})
        EXPECT_LE(ulps(log10_of(x), std::log10(static_cast<long double>(x))), 2) << x;
}

TEST(Pow2, CoversTheNormalRange) {
    for (int n = -126; n <= 127; ++n)
        ASSERT_EQ(pow2(static_cast<float>(n)), std::ldexp(1.0f, n)) << n;
    for (int n = -1022; n <= 1023; ++n)
        ASSERT_EQ(pow2(static_cast<double>(n)), std::ldexp(1.0, n)) << n;
}

}  // namespace
}  // namespace gradscape
