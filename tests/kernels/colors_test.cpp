// The colours and statistics that leave the emulated device are those of the cpu evaluator's
// values, cell by cell, for all fields, styles, methods and precisions.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "gradscape/loaded_model.hpp"
#include "tests/article_model.hpp"
#include "tests/kernels/device_memory_limit.hpp"
#include "tests/kernels/execution_as.hpp"
#include "tests/random_model.hpp"
#include "tests/same_statistics.hpp"
#include "tests/surface_values.hpp"

namespace gradscape {
namespace {

using emulation::ExecutionAs;
using emulation::ThreadOrder;

template <class Real>
void expect_colors_of_values(const Model& model, View view, const ColorMap& map, Field field) {
    view.fields = {field};
    view.precision = sizeof(Real) == 4 ? Precision::f32 : Precision::f64;
    const auto values = surface_values<Real>(find_evaluator("cpu"), model, view)[field];
    FieldStatistics expected;
    for (std::size_t cell = 0; cell < values.size(); ++cell)
        test::count(expected, values[cell], cell);
    for (ThreadOrder order : {ThreadOrder::forward, ThreadOrder::reverse, ThreadOrder::shuffled}) {
        const ExecutionAs how(order);
        const ColorFiller filler = find_evaluator("emulated").load(model)->colors(view, field, map);
        ASSERT_TRUE(filler);
        ASSERT_EQ(filler.shape, ColorFiller::Shape::indices);
        StripColors colors;
        filler.fill({0, view.grid.rows(), {}}, colors);
        ASSERT_EQ(colors.indices.size(), values.size());
        for (std::size_t cell = 0; cell < values.size(); ++cell)
            ASSERT_EQ(colors.indices[cell], map.index(values[cell]))
                << name_of(field) << " cell " << cell << ": " << values[cell];
        test::expect_same(colors.statistics, expected);
    }
}

void expect_colors(const Model& model, const View& view, Field field) {
    for (ColorStyle style : {ColorStyle::bands, ColorStyle::smooth}) {
        ColorSpec spec = default_color_spec(field);
        spec.style = style;
        const ColorMap map(spec);
        expect_colors_of_values<float>(model, view, map, field);
        expect_colors_of_values<double>(model, view, map, field);
    }
}

View view_on(std::size_t cols, std::size_t rows, Method method) {
    return {{{-3, 3, cols}, {-3, 3, rows}}, {}, method, Precision::f32, {}};
}

TEST(EmulatedColors, AreThoseOfTheValuesOfEveryField) {
    const Model model = random_model(5, 4, 6, Activation::linear);
    for (Field field : plain_fields)
        for (Method method : {Method::bptt, Method::rows})
            expect_colors(model, view_on(67, 33, method), field);
    View view = view_on(13, 3, Method::automatic);
    view.training.iterations = 20;
    for (Field field : curvature_fields) expect_colors(model, view, field);
    expect_colors(model, view, Field::train_loss);
    expect_colors(model, view, Field::train_steps);
}

TEST(EmulatedColors, CoverAnySizeAndCellsThatOverflow) {
    const Model explodes = random_model(6, 3, 300, Activation::linear, true);
    for (const auto& [cols, rows] :
         {std::pair<std::size_t, std::size_t>{1, 1}, {1, 257}, {257, 1}, {4099, 2}, {66, 3}})
        expect_colors(explodes, view_on(cols, rows, Method::rows), Field::loss);
    expect_colors(explodes, view_on(21, 2, Method::bptt), Field::grad_wrec);
}

TEST(EmulatedColors, FitTheDevicesMemoryBySmallerPieces) {
    const Model model = random_model(7, 3, 8, Activation::tanh);
    const emulation::DeviceMemoryLimit limit(90000);
    expect_colors(model, view_on(3000, 2, Method::bptt), Field::loss);
    View minimum = view_on(3001, 2, Method::bptt);  // −∞ in a later column and in the second row
    minimum.grid = {{0, 2, 3001}, {0, 1, 2}};
    expect_colors(article_model(), minimum, Field::log10_loss);
}

}  // namespace
}  // namespace gradscape
