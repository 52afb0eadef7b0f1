// A pack's lanes give the bits of the scalar operations. Compiled for the baseline registers; the
// wider sets are compared with them by cpu/evaluator_test.cpp.
// SPDX-License-Identifier: MIT
#include "host/evaluate/cpu/pack.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

namespace gradscape::evaluate {
namespace {

template <class T>
class PackOf : public testing::Test {
protected:
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    static constexpr int lanes = 32 / static_cast<int>(sizeof(T));  // two registers
    using P = Pack<T, lanes>;

    /// Numbers of all sizes, and the special ones.
    static P random_pack(std::mt19937_64& random) {
        T values[lanes];
        for (T& value : values) value = std::bit_cast<T>(static_cast<Bits>(random()));
        const T special[] = {T(0), -T(0), T(1), std::numeric_limits<T>::infinity(),
                             std::numeric_limits<T>::denorm_min()};
        values[random() % lanes] = special[random() % std::size(special)];
        return P::load(values);
    }
    static void expect_same(T a, T b, const char* what) {
        if (std::isnan(a) && std::isnan(b)) return;
        EXPECT_EQ(std::bit_cast<Bits>(a), std::bit_cast<Bits>(b)) << what << ": " << a << ' ' << b;
    }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(PackOf, Types);

TYPED_TEST(PackOf, LanesAreScalars) {
    using Lanes = typename TestFixture::P;
    std::mt19937_64 random(1);
    for (int trial = 0; trial < 2000; ++trial) {
        const Lanes a = this->random_pack(random), b = this->random_pack(random),
                    c = this->random_pack(random);
        const Lanes sum = a + b, difference = a - b, product = a * b, quotient = a / b, minus = -a;
        const Lanes fused = madd(a, b, c), root = square_root(absolute(a)), size = absolute(a);
        const Lanes chosen = select((a < b) & !(b >= c), a, c), signed_a = copy_sign(a, b);
        const Lanes either = select((a == b) | (a > c) | (a <= b), a, b);
        for (int i = 0; i < Lanes::lanes; ++i) {
            this->expect_same(sum[i], a[i] + b[i], "+");
            this->expect_same(difference[i], a[i] - b[i], "-");
            this->expect_same(product[i], a[i] * b[i], "*");
            this->expect_same(quotient[i], a[i] / b[i], "/");
            this->expect_same(minus[i], -a[i], "negation");
            this->expect_same(fused[i], madd(a[i], b[i], c[i]), "madd");
            this->expect_same(root[i], square_root(absolute(a[i])), "square_root");
            this->expect_same(size[i], absolute(a[i]), "absolute");
            this->expect_same(signed_a[i], copy_sign(a[i], b[i]), "copy_sign");
            this->expect_same(chosen[i], (a[i] < b[i]) && !(b[i] >= c[i]) ? a[i] : c[i], "select");
            this->expect_same(either[i], a[i] == b[i] || a[i] > c[i] || a[i] <= b[i] ? a[i] : b[i],
                              "select");
        }
    }
}

TYPED_TEST(PackOf, ExponentsAreScalars) {
    using Lanes = typename TestFixture::P;
    using T = TypeParam;
    std::mt19937_64 random(2);
    constexpr int largest = std::numeric_limits<T>::max_exponent - 1;
    for (int trial = 0; trial < 500; ++trial) {
        T exponents[Lanes::lanes], values[Lanes::lanes];
        for (int i = 0; i < Lanes::lanes; ++i) {
            const int e = static_cast<int>(random() % (2 * largest)) - largest + 1;
            exponents[i] = static_cast<T>(e);
            values[i] = std::ldexp(T(1) + static_cast<T>(random() % 1000) / 1000, e);
        }
        const Lanes powers = pow2(Lanes::load(exponents));
        Lanes mantissas;
        const Lanes split = split_exponent(Lanes::load(values), mantissas);
        for (int i = 0; i < Lanes::lanes; ++i) {
            EXPECT_EQ(powers[i], std::ldexp(T(1), static_cast<int>(exponents[i])));
            EXPECT_EQ(powers[i], pow2(exponents[i]));
            T m;
            const T e = split_exponent(values[i], m);
            EXPECT_EQ(split[i], e);
            EXPECT_EQ(mantissas[i], m);
            EXPECT_EQ(std::ldexp(m, static_cast<int>(e)), values[i]);
            EXPECT_TRUE(m >= T(0.70710) && m < T(1.41422)) << m;
        }
    }
}

TYPED_TEST(PackOf, AnyLane) {
    using Lanes = typename TestFixture::P;
    for (int lane = 0; lane < Lanes::lanes; ++lane) {
        TypeParam values[Lanes::lanes] = {};
        values[lane] = 1;
        EXPECT_TRUE(any(Lanes::load(values) > Lanes(TypeParam(0))));
        EXPECT_FALSE(any(Lanes::load(values) > Lanes(TypeParam(1))));
    }
}

}  // namespace
}  // namespace gradscape::evaluate
