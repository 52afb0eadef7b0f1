// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "gradscape/loaded_model.hpp"
#include "tests/article_model.hpp"
#include "tests/random_model.hpp"
#include "tests/same_statistics.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::evaluate {
namespace {

using test::count;
using test::expect_same;

/// The same picture and statistics from the evaluator's values, one after another.
template <class Real>
void expect_equal_to_cells(const Model& model, const View& view, Field field, const ColorMap& map,
                           const StripColors& colors) {
    const std::vector<Real> values =
        surface_values<Real>(find_evaluator("cpu"), model, view)[field];
    std::size_t wrong = 0, run = 0;
    FieldStatistics expected;
    for (std::size_t cell = 0; cell < values.size(); ++cell) {
        const std::size_t column = cell % view.grid.cols();
        if (column > 0 && column == colors.runs[run].end) ++run;
        if (column == 0 && cell > 0) {
            ASSERT_EQ(colors.runs[run].end, view.grid.cols());
            ++run;
        }
        ASSERT_LT(run, colors.run_count);
        const auto value = static_cast<double>(values[cell]);
        wrong += colors.runs[run].index != map.index(value);
        count(expected, value, cell);
    }
    EXPECT_EQ(run + 1, colors.run_count);
    EXPECT_EQ(wrong, 0u);
    expect_same(colors.statistics, expected);
}

/// All fields, in bands and smooth, in both precisions; runs are as long as they can be.
void expect_exact(const Model& model, const Grid& grid) {
    for (Field field : plain_fields)
        for (ColorStyle style : {ColorStyle::bands, ColorStyle::smooth})
            for (Precision precision : {Precision::f32, Precision::f64}) {
                SCOPED_TRACE(std::string(name_of(field)) + ' ' + std::string(name_of(style)) + ' ' +
                             std::string(name_of(precision)));
                ColorSpec spec = default_color_spec(field);
                spec.style = style;
                const ColorMap map(spec);
                const View view{grid, {field}, Method::rows, precision, {}};
                const ColorFiller filler =
                    find_evaluator("cpu").load(model)->colors(view, field, map);
                ASSERT_TRUE(filler);
                StripColors colors;
                filler.fill({0, grid.rows(), {}}, colors);
                if (precision == Precision::f32)
                    expect_equal_to_cells<float>(model, view, field, map, colors);
                else
                    expect_equal_to_cells<double>(model, view, field, map, colors);
                if (::testing::Test::HasFailure()) return;
            }
}

struct Box {
    double wx_lo, wx_hi, wrec_lo, wrec_hi;
};

/// The whole plane, zooms at the minimum down to the last bits of a number, boxes to one side of
/// the valley, far away, and around 0.
const Box boxes[] = {{-3, 3, -3, 3},
                     {0.9, 1.1, 0.9, 1.1},
                     {1 - 1e-4, 1 + 1e-4, 1 - 1e-4, 1 + 1e-4},
                     {1 - 1e-8, 1 + 1e-8, 1 - 1e-8, 1 + 2e-8},
                     {1 - 1e-13, 1 + 1e-13, 1 - 1e-13, 1 + 1e-13},
                     {1, 1 + 1e-300, 1, 1 + 1e-300},
                     {-1e-9, 1e-9, -1e-9, 1e-9},
                     {2, 3, 1.5, 1.6},
                     {-3, -2, -1.5, 2},
                     {-1e6, 1e6, -40, 50},
                     {999999, 1000000, 0.5, 0.6},
                     {-1e-3, 5, 1.999, 2}};

TEST(Spans, EqualTheCellsInEveryBox) {
    for (const Box& box : boxes) {
        SCOPED_TRACE(::testing::Message()
                     << box.wx_lo << ':' << box.wx_hi << ' ' << box.wrec_lo << ':' << box.wrec_hi);
        expect_exact(article_model(),
                     {{box.wx_lo, box.wx_hi, 1501}, {box.wrec_lo, box.wrec_hi, 37}});
    }
}

TEST(Spans, EqualTheCellsOnGridsOfEverySize) {
    for (std::size_t cols : {1u, 2u, 3u, 7u, 8u, 9u, 16u, 17u, 100u, 8191u, 65537u})
        for (std::size_t rows : {1u, 2u, 9u})
            expect_exact(article_model(), {{-3, 3, cols}, {-3, 3, rows}});
}

/// dL/dw_rec of inputs that are 0 is ±0 in every cell.
TEST(Spans, StatisticsHaveNoNegativeZero) {
    Model silent = random_model(9, 3, 4, Activation::linear);
    silent.sequences.inputs.assign(12, 0.0);
    for (const double wx : {-2.0, 2.0})
        for (Field field : {Field::grad_wx, Field::grad_wrec}) {
            const View view{
                {{wx, wx + 1, 9}, {0.5, 0.6, 2}}, {field}, Method::rows, Precision::f64, {}};
            StripColors colors;
            find_evaluator("cpu")
                .load(silent)
                ->colors(view, field, ColorMap(default_color_spec(field)))
                .fill({0, 2, {}}, colors);
            EXPECT_EQ(colors.statistics.min, 0);
            EXPECT_FALSE(std::signbit(colors.statistics.min)) << wx << name_of(field);
            EXPECT_FALSE(std::signbit(colors.statistics.max)) << wx << name_of(field);
        }
}

/// Levels that are cells' own values: the hair by which a logarithm is rounded decides.
TEST(Spans, EqualTheCellsWhereLevelsAreValuesOfCells) {
    const Model model = article_model();
    const View view{
        {{-3, 3, 401}, {0.7, 0.7, 1}}, {Field::log10_loss}, Method::rows, Precision::f64, {}};
    const auto loaded = find_evaluator("cpu").load(model);
    const auto values = surface_values<double>(*loaded, view)[Field::log10_loss];
    for (std::size_t j = 0; j + 40 < values.size(); ++j) {
        ColorSpec spec = default_color_spec(Field::log10_loss);
        spec.lo = std::min(values[j], values[j + 40]);
        spec.hi = std::max(values[j], values[j + 40]);
        const ColorMap map(spec);
        StripColors colors;
        loaded->colors(view, Field::log10_loss, map).fill({0, 1, {}}, colors);
        expect_equal_to_cells<double>(model, view, Field::log10_loss, map, colors);
        if (HasFailure()) return;
    }
}

TEST(Spans, EqualTheCellsOfOtherSequences) {
    Model silent = random_model(9, 3, 4, Activation::linear);
    silent.sequences.inputs.assign(12, 0.0);
    Model solved = random_model(10, 5, 3, Activation::linear);
    solved.sequences.targets.assign(5, 0.0);
    for (const Model& model :
         {random_model(1, 1, 1, Activation::linear), random_model(2, 3, 2, Activation::linear),
          random_model(3, 50, 7, Activation::linear), random_model(4, 200, 30, Activation::linear),
          silent, solved, random_model(5, 4, 900, Activation::linear)}) {
        expect_exact(model, {{-3, 3, 301}, {-2.5, 2.5, 33}});
        expect_exact(model, {{-0.1, 0.2, 301}, {-1.2, 1.1, 33}});
    }
}

TEST(Spans, EqualTheCellsInRandomBoxes) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> uniform(-1, 1);
    for (int trial = 0; trial < 40; ++trial) {
        const double wx = 3 * uniform(random), wrec = 2 * uniform(random),
                     size = std::pow(10.0, 8 * uniform(random) - 4);
        expect_exact(article_model(),
                     {{wx, wx + size, 1 + random() % 2000},
                      {wrec, wrec + std::pow(10.0, 4 * uniform(random) - 4), 1 + random() % 20}});
    }
}

}  // namespace
}  // namespace gradscape::evaluate
