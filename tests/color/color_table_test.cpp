// SPDX-License-Identifier: MIT
#include "host/color/color_table.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace gradscape::color {
namespace {

template <class Real>
class ColorTableTest : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ColorTableTest, Reals);

/// Maps with thresholds in every kind of place: decades, around 0, in one binary order of
/// magnitude, beyond float's range.
std::vector<ColorSpec> specs() {
    std::vector<ColorSpec> all;
    for (Field field : all_fields) all.push_back(default_color_spec(field));
    for (ColorStyle style : {ColorStyle::bands, ColorStyle::smooth}) {
        ColorSpec spec;
        spec.style = style;
        all.push_back(spec);
        spec.scale = Scale::linear, spec.offset = 0;
        spec.lo = -1, spec.hi = 1;
        all.push_back(spec);
        spec.lo = 1, spec.hi = 1 + 1e-9;
        all.push_back(spec);
        spec.lo = -1e300, spec.hi = 1e300;
        all.push_back(spec);
        spec.scale = Scale::symlog, spec.linear_within = 1e-3;
        all.push_back(spec);
        spec.scale = Scale::log, spec.lo = 1e-320, spec.hi = 1e308;
        all.push_back(spec);
    }
    return all;
}

template <class Real>
void add_neighbours(Real value, std::vector<Real>& values) {
    const Real inf = std::numeric_limits<Real>::infinity();
    Real down = value, up = value;
    for (int step = 0; step < 3; ++step) {
        values.insert(values.end(), {down, up});
        down = std::nextafter(down, -inf);
        up = std::nextafter(up, inf);
    }
}

template <class Real>
std::vector<Real> special_values(const ColorMap& map) {
    using Limits = std::numeric_limits<Real>;
    std::vector<Real> values{Limits::infinity(),
                             -Limits::infinity(),
                             Limits::quiet_NaN(),
                             Real(0),
                             -Real(0),
                             Limits::max(),
                             Limits::lowest(),
                             Limits::denorm_min(),
                             -Limits::denorm_min(),
                             Limits::min(),
                             -Limits::signaling_NaN()};
    for (double threshold : map.thresholds())
        if (std::fabs(threshold) <= static_cast<double>(Limits::max()))
            add_neighbours(static_cast<Real>(threshold), values);
    return values;
}

template <class Real>
void expect_exact(const ColorMap& map, const std::vector<Real>& values) {
    const ColorTable<Real> table(map);
    std::vector<std::uint8_t> indices(values.size());
    table.indices(values, indices.data());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        wrong += indices[i] != map.index(static_cast<double>(values[i]));
    EXPECT_EQ(wrong, 0u);
}

TYPED_TEST(ColorTableTest, EqualsTheMapAtAndAroundEveryThreshold) {
    for (const ColorSpec& spec : specs()) {
        const ColorMap map(spec);
        const auto values = special_values<TypeParam>(map);
        expect_exact(map, values);
        const ColorTable<TypeParam> table(map);
        for (TypeParam value : values)
            ASSERT_EQ(table.index(value), map.index(static_cast<double>(value))) << value;
    }
}

TYPED_TEST(ColorTableTest, EqualsTheMapOnRandomBits) {
    using Bits = std::conditional_t<sizeof(TypeParam) == 4, std::uint32_t, std::uint64_t>;
    std::mt19937_64 random(1);
    std::vector<TypeParam> values(100'003);
    for (const ColorSpec& spec : specs()) {
        for (TypeParam& value : values)
            value = std::bit_cast<TypeParam>(static_cast<Bits>(random()));
        expect_exact(ColorMap(spec), values);
    }
}

/// Slowly varying values, so that runs of one colour begin and end in every place of a block.
TYPED_TEST(ColorTableTest, EqualsTheMapOnSmoothData) {
    std::mt19937_64 random(2);
    std::uniform_real_distribution<double> step(-0.02, 0.021);
    std::vector<TypeParam> values(400'001);
    for (const ColorSpec& spec : specs()) {
        double exponent = -7;
        for (TypeParam& value : values) {
            exponent = std::fmod(exponent + step(random) + 14, 14.0);
            value = static_cast<TypeParam>(std::pow(10.0, exponent - 4));
            if (random() % 1000 == 0) value = std::numeric_limits<TypeParam>::infinity();
            if (random() % 1000 == 0) value = -value;
        }
        expect_exact(ColorMap(spec), values);
    }
}

}  // namespace
}  // namespace gradscape::color
