// Where a colour is not in doubt, it is that of the exact value.
// SPDX-License-Identifier: MIT
#include "gradscape/color_doubt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "gradscape/error.hpp"
#include "gradscape/index_image.hpp"
#include "gradscape/stop.hpp"
#include "gradscape/values.hpp"
#include "tests/article_model.hpp"

namespace gradscape {
namespace {

std::vector<double> reference_values(const Model& model, const Grid& grid, Field field) {
    View view;
    view.grid = grid;
    view.fields = {field};
    view.precision = Precision::f64;
    std::vector<double> values(grid.cells());
    FieldArray<void*> out{};
    out[field] = values.data();
    fill_values(*find_evaluator("reference").load(model), view, out);
    return values;
}

/// In single precision, of which double is as good as exact.
struct Doubt {
    Doubt(Activation activation, Method method, const Grid& grid, Field field, ColorSpec spec) {
        const ColorMap map(spec);
        const Model of{article_model().sequences, activation};
        const auto model = find_evaluator("cpu").load(of);
        View view;
        view.grid = grid;
        view.fields = {field};
        view.method = method;
        view.precision = Precision::f32;
        const auto doubtful = doubtful_colors(*model, view, field, map);
        EXPECT_EQ(doubtful, doubtful_colors(*model, view, field, map, 3));
        const auto image = index_image(*model, view, field, map);
        const auto exact = reference_values(of, grid, field);
        for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
            const bool same = image[cell] == map.index(exact[cell]);
            if (doubtful[cell])
                ++doubted, wrong_there += same ? 0 : 1;
            else
                wrong_elsewhere += same ? 0 : 1;
        }
    }
    std::size_t doubted = 0, wrong_there = 0, wrong_elsewhere = 0;
};

TEST(ColorDoubt, IsNowhereOrAtAFewCellsInOrdinaryPictures) {
    const Grid grid{{-3, 3, 96}, {-3, 3, 72}};
    for (const Activation activation : {Activation::linear, Activation::tanh, Activation::relu})
        for (const Field field : {Field::loss, Field::grad_wrec, Field::log10_loss}) {
            SCOPED_TRACE(std::string(name_of(activation)) + " " + std::string(name_of(field)));
            const Doubt found(activation, Method::bptt, grid, field, default_color_spec(field));
            EXPECT_LT(found.doubted, grid.cells() / 50);
            EXPECT_EQ(found.wrong_elsewhere, 0u);
        }
}

TEST(ColorDoubt, IsWhereRoundingMakesThePicture) {
    // Around the minimum, where the loss is some 10^-12, f32 has no digit of it.
    const double near = 1e-7;
    const Grid grid{{1 - near, 1 + near, 60}, {1 - near, 1 + near, 60}};
    ColorSpec spec;
    spec.offset = 0;
    spec.lo = 1e-14, spec.hi = 1e-10;
    const Doubt found(Activation::linear, Method::bptt, grid, Field::loss, spec);
    EXPECT_GT(found.doubted, grid.cells() / 2);
    EXPECT_GT(found.wrong_there, 0u);
    EXPECT_EQ(found.wrong_elsewhere, 0u);
    // The row form measures from the valley's bottom, in double, and knows it.
    const Doubt by_rows(Activation::linear, Method::rows, grid, Field::loss, spec);
    EXPECT_LT(by_rows.doubted, grid.cells() / 10);
    EXPECT_EQ(by_rows.wrong_elsewhere, 0u);
}

TEST(ColorDoubt, OfCurvatureToo) {
    const Grid grid{{-2, 2, 40}, {-2, 2, 40}};
    const Doubt found(Activation::tanh, Method::bptt, grid, Field::sharpness,
                      default_color_spec(Field::sharpness));
    EXPECT_LT(found.doubted, grid.cells() / 20);
    EXPECT_EQ(found.wrong_elsewhere, 0u);
}

TEST(ColorDoubt, IsNotToBeHadOfTraining) {
    const auto model = find_evaluator("cpu").load(article_model());
    View view;
    view.grid = {{-3, 3, 5}, {-3, 3, 5}};
    view.method = Method::bptt;
    EXPECT_THROW(doubtful_colors(*model, view, Field::train_loss, ColorMap()), InputError);
}

TEST(ColorDoubt, EndsAtAStop) {
    // Some seconds of bounds after a moment of values.
    const auto model =
        find_evaluator("cpu").load({make_counting_data(1, 400, 100, 0).train, Activation::linear});
    View view;
    view.grid = {{-3, 3, 1000}, {-3, 3, 2}};
    view.method = Method::bptt;
    std::stop_source stop;
    const StopScope scope(stop.get_token());
    const std::jthread asker([&stop] {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        stop.request_stop();
    });
    EXPECT_THROW(doubtful_colors(*model, view, Field::loss, ColorMap()), Interrupted);
}

TEST(ColorDoubt, IsWhereValuesLeftTheirType) {
    // The losses are some 10^80; f32 ends at 10^38.
    const auto model =
        find_evaluator("cpu").load({make_counting_data(1, 20, 100, 0).train, Activation::relu});
    View view;
    view.grid = {{2, 3, 5}, {2.5, 3, 4}};
    view.method = Method::bptt;
    view.precision = Precision::f32;
    const auto in_f32 = doubtful_colors(*model, view, Field::loss, ColorMap());
    EXPECT_EQ(std::ranges::count(in_f32, 1), 20);
    view.precision = Precision::f64;
    const auto in_f64 = doubtful_colors(*model, view, Field::loss, ColorMap());
    EXPECT_EQ(std::ranges::count(in_f64, 1), 0);
}

TEST(ColorDoubt, OfAnExactMinimumIsKnownFromAbove) {
    const auto model = find_evaluator("cpu").load(article_model());
    View view;
    view.grid = {{1, 1, 1}, {1, 1, 1}};
    view.method = Method::bptt;
    view.precision = Precision::f64;
    ColorSpec spec = default_color_spec(Field::log10_loss);
    spec.lo = -20, spec.hi = 0;
    EXPECT_EQ(doubtful_colors(*model, view, Field::log10_loss, ColorMap(spec))[0], 0);
    spec.lo = -40;
    EXPECT_EQ(doubtful_colors(*model, view, Field::log10_loss, ColorMap(spec))[0], 1);
}

}  // namespace
}  // namespace gradscape
